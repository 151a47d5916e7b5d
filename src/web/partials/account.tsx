import { currentVisitor } from '../access/visitor.js'

/** Who is logged in, and the way out; or the way in. Nothing where nobody logs in. */
export function Account() {
  const { via, name } = currentVisitor()
  if (via === 'public')
    return (
      <a class="account" href="/login">
        Log in
      </a>
    )
  if (name === null) return null
  if (via !== 'session') return <bdi class="account">{name}</bdi>
  return (
    <form class="account" method="post" action="/logout">
      <bdi>{name}</bdi> <button type="submit">Log out</button>
    </form>
  )
}
