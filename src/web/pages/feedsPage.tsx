import type { ApiToken } from '../../db/apiTokens.js'
import { type FeedFormat, feedPath } from '../feeds/feedAddress.js'
import { day } from '../format.js'
import { type Frame, Layout } from './layout.js'

/** A secret address that was just made, the only time it is known. */
export interface FeedLink {
  readonly name: string
  readonly secret: string
}

interface FeedsProps {
  readonly frame: Frame
  /** Where the dashboard is reached, without a slash at its end. */
  readonly base: string
  /** Those of the visitor; undefined where nobody has to log in, or a program asks. */
  readonly links: readonly ApiToken[] | undefined
  readonly made: FeedLink | undefined
}

const FORMATS: readonly (readonly [FeedFormat, string])[] = [
  ['atom', 'Feed (Atom)'],
  ['ics', 'Calendar (iCalendar)'],
]

/** Large moves that are expected, for programs that read feeds and calendars. */
export const FeedsPage = ({ frame, base, links, made }: FeedsProps) => (
  <Layout frame={frame} title="Feeds" section="/alerts" copies>
    <div class="page-head">
      <div>
        <p class="crumbs">
          <a href="/alerts">Alerts</a>
        </p>
        <h1>Feeds</h1>
        <p class="lede">
          Sessions that may bring a large move, for a feed reader or a calendar. Add <code>?probability=0.3</code> for a
          lower threshold than 50 %, <code>&amp;ticker=SYMBOL</code> for one ticker.
        </p>
      </div>
    </div>
    {made && (
      <section class="notice done" role="status">
        <p>
          Made for <bdi>{made.name}</bdi>. It is shown this once; whoever knows it reads the feeds, and nothing else.
        </p>
        <Addresses base={base} secret={made.secret} />
      </section>
    )}
    {links === undefined ? (
      <section class="card">
        <Addresses base={base} />
      </section>
    ) : (
      <SecretAddresses links={links} />
    )}
  </Layout>
)

const Addresses = ({ base, secret }: { base: string; secret?: string }) => (
  <div class="addresses">
    {FORMATS.map(([format, name]) => (
      <p>
        <label for={`feed-${format}`}>{name}</label>
        <input id={`feed-${format}`} readonly value={`${base}${feedPath(format, secret)}`} data-copy="" />
      </p>
    ))}
  </div>
)

const SecretAddresses = ({ links }: { links: readonly ApiToken[] }) => (
  <section class="card">
    <h2>Secret addresses</h2>
    <p class="muted">A program that cannot log in reads the feeds under an address of its own, until you revoke it.</p>
    {links.length > 0 && (
      <ul class="lines feed-links">
        {links.map(({ id, name, createdAt }) => (
          <li>
            <bdi>{name}</bdi> <span class="under">since {day(createdAt.toISOString().slice(0, 10))}</span>
            <form class="act" method="post" action={`/feeds/links/${id}/revoke`}>
              <button type="submit" aria-label={`Revoke ${name}`}>
                Revoke
              </button>
            </form>
          </li>
        ))}
      </ul>
    )}
    <form class="alert-form" method="post" action="/feeds/links">
      <label>
        <span>For</span>
        <input name="name" maxlength={60} placeholder="calendar on my phone" autocomplete="off" />
      </label>
      <button type="submit">Make an address</button>
    </form>
  </section>
)
