import type { TickerAlert } from '../../db/tickerAlerts.js'
import { When } from './when.js'

const tags: Readonly<Record<string, string>> = {
  delivered: 'tag live',
  dead: 'tag fail',
  pending: 'tag',
  merged: 'tag',
}
const words: Readonly<Record<string, string>> = { dead: 'given up', pending: 'waiting', merged: 'in a digest' }

/** What was told about this ticker, to whom, and whether it arrived. */
export const TickerAlerts = ({ alerts }: { alerts: readonly TickerAlert[] }) => (
  <section class="card" id="alerts">
    <div class="section-head">
      <h2>Alerts sent</h2>
      <a href="/alerts">All alerts</a>
    </div>
    {alerts.length === 0 ? (
      <p class="muted">Nobody was told anything about this ticker yet.</p>
    ) : (
      <ul class="findings">
        {alerts.map(({ title, endpoint, channel, status, createdAt }) => (
          <li>
            {title} <span class={tags[status] ?? 'tag'}>{words[status] ?? status}</span>
            <span class="under">
              to {endpoint} ({channel}), <When at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    )}
  </section>
)
