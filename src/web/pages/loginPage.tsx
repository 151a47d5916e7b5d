import { type Frame, Layout } from './layout.js'

interface LoginView {
  /** Where it leads afterwards: a path of this dashboard. */
  readonly to: string
  readonly name?: string
  readonly problem?: string
}

/** Name and password; the same page says when they are wrong. */
export function LoginPage({ frame, view: { to, name = '', problem } }: { frame: Frame; view: LoginView }) {
  return (
    <Layout frame={frame} title="Log in">
      <form class="login card" method="post" action="/login">
        <h1>Log in</h1>
        {problem && (
          <p class="notice" role="alert">
            {problem}
          </p>
        )}
        <input type="hidden" name="to" value={to} />
        <label>
          <span>Name</span>
          <input
            {...{ name: 'name', value: name, autocomplete: 'username', autocapitalize: 'none', maxlength: 64 }}
            required
            autofocus={name === ''}
          />
        </label>
        <label>
          <span>Password</span>
          <input
            {...{ name: 'password', type: 'password', autocomplete: 'current-password', maxlength: 1024 }}
            required
            autofocus={name !== ''}
          />
        </label>
        <button type="submit">Log in</button>
        <p class="hint">
          Names and passwords are given out where the server runs, by <code>mambacast users add</code>.
        </p>
      </form>
    </Layout>
  )
}
