import type { LoggedDelivery } from '../../db/alertLog.js'
import { count } from '../format.js'
import { Act } from './alertEndpoint.js'
import { When } from './when.js'

const OUTCOME_TAGS = { delivered: 'tag live', failed: 'tag fail', throttled: 'tag warn', gone: 'tag fail' } as const

/** The last attempts: what was sent where, how it was answered, and how long that took. */
export const AlertLog = ({
  deliveries,
  isWritable,
}: {
  deliveries: readonly LoggedDelivery[]
  isWritable: boolean
}) => (
  <section class="card">
    <h2>Delivery log</h2>
    {deliveries.length === 0 ? (
      <p class="muted">Nothing was sent yet.</p>
    ) : (
      <div class="scroll" tabindex={0}>
        <table class="log">
          <thead>
            <tr>
              <th>When</th>
              <th>Alert</th>
              <th>Request</th>
              <th>Outcome</th>
              <th>Latency</th>
              <th>Answer</th>
              {isWritable && <th>Again</th>}
            </tr>
          </thead>
          <tbody>
            {deliveries.map((delivery) => (
              <Line delivery={delivery} isWritable={isWritable} />
            ))}
          </tbody>
        </table>
      </div>
    )}
  </section>
)

function Line({ delivery, isWritable }: { delivery: LoggedDelivery; isWritable: boolean }) {
  const { alertId, attempt, at, request, status, outcome, latencyMs, answer, title, type, alertStatus } = delivery
  return (
    <tr>
      <td>
        <When at={at} />
      </td>
      <td>
        {title}
        <span class="under">
          {type} · <code>{alertId}</code>
        </span>
      </td>
      <td>
        {request}
        <span class="under">attempt {attempt}</span>
      </td>
      <td>
        <span class={OUTCOME_TAGS[outcome]}>
          {outcome} {status}
        </span>
        {alertStatus === 'dead' && <span class="under">given up</span>}
      </td>
      <td>{count(latencyMs)} ms</td>
      <td class="answer">{answer}</td>
      {isWritable && (
        <td>
          {['delivered', 'dead'].includes(alertStatus) && <Act path={`/alerts/${alertId}/replay`} text="Replay" />}
        </td>
      )}
    </tr>
  )
}
