import { type Frame, Layout } from './layout.js'

interface MessageProps {
  readonly frame: Frame
  readonly status: number
  readonly title: string
  readonly text: string
}

/** A page that says one thing: not found, not allowed, gone wrong. */
export function MessagePage({ frame, status, title, text }: MessageProps) {
  return (
    <Layout frame={frame} title={title}>
      <div class="message">
        <p class="status">{status}</p>
        <h1>{title}</h1>
        <p>{text}</p>
        <p>
          <a href="/">Back to the overview</a>
        </p>
      </div>
    </Layout>
  )
}
