import type { EndpointView } from '../../db/alertLog.js'
import type { SubscriptionRow } from '../../db/alertSubscriptions.js'
import type { AlertCondition, MoveSize } from '../../domain/alert.js'
import { counted } from '../format.js'
import { SubscriptionForm } from './alertForms.js'
import { When } from './when.js'

interface EndpointProps {
  readonly endpoint: EndpointView
  readonly isWritable: boolean
  readonly isSigned: boolean
}

/** An endpoint: its state, who it is subscribed to, and what may be done with it. */
export function AlertEndpoint({ endpoint, isWritable, isSigned }: EndpointProps) {
  const { id, name, channel, address, subscriptions, pending, delivered, dead, disabledAt, failingSince } = endpoint
  return (
    <section class="card endpoint" id={`endpoint-${id}`}>
      <h2>{name}</h2>
      <p class="muted">
        {channel} · {address}
      </p>
      <p>
        {counted(delivered, 'alert')} delivered, {pending} waiting, {dead} given up.{' '}
        {disabledAt ? (
          <span class="tag fail">
            Disabled <When at={disabledAt} on />. {endpoint.disabledReason}
          </span>
        ) : (
          failingSince && (
            <span class="tag warn">
              Failing since <When at={failingSince} />
            </span>
          )
        )}
      </p>
      <ul class="findings">
        {subscriptions.map((subscription) => (
          <li>
            {describe(subscription)}{' '}
            {isWritable && <Act path={`/alerts/${subscription.id}/remove`} text="Unsubscribe" />}
          </li>
        ))}
      </ul>
      {isWritable && (
        <>
          <div class="acts">
            <Act path={`/alerts/${id}/test`} text="Send a test" />
            {isSigned && <Act path={`/alerts/${id}/rotate`} text="New signing key" />}
            {disabledAt && <Act path={`/alerts/${id}/enable`} text="Enable" />}
            <Act path={`/alerts/${id}/remove`} text="Remove" />
          </div>
          <form class="alert-form" method="post" action={`/alerts/${id}/replay`}>
            <label>
              <span>Send again all since (UTC)</span>
              <input type="datetime-local" name="since" required />
            </label>
            <button type="submit">Replay</button>
          </form>
          <details>
            <summary>Subscribe</summary>
            <SubscriptionForm endpointId={id} />
          </details>
        </>
      )}
    </section>
  )
}

/** A button that posts and nothing else; it works without script. */
export const Act = ({ path, text }: { path: string; text: string }) => (
  <form class="act" method="post" action={path}>
    <button type="submit">{text}</button>
  </form>
)

function describe(subscription: SubscriptionRow): string {
  const { events, tickers, exchange, condition, mode, cooldownMinutes, digestAt, quietHours, timezone } = subscription
  const who = tickers.length > 0 ? tickers.join(', ') : 'all tickers'
  const when = { edge: 'when it begins to hold', each: 'every time', digest: `once a day at ${digestAt} ${timezone}` }[
    mode
  ]
  const hasEdges = mode !== 'edge' || events.includes('forecast.large_move')
  return [
    `${events.join(', ')} of ${who}${exchange ? ` on ${exchange}` : ''}`,
    ...conditions(condition),
    ...(hasEdges ? [when] : []),
    ...(cooldownMinutes > 0 ? [`none for ${cooldownMinutes / 60} h after one`] : []),
    ...(quietHours ? [`quiet ${quietHours.from}–${quietHours.to} ${timezone}`] : []),
  ].join('; ')
}

function conditions({
  expectedMove,
  moveProbability,
  intervalExcludesZero,
  direction,
  skill,
}: AlertCondition): string[] {
  const size = ({ size: number, unit }: MoveSize) => (unit === 'pct' ? `${number} %` : `${number} σ`)
  return [
    ...(expectedMove ? [`|expected move| ≥ ${size(expectedMove)}`] : []),
    ...(moveProbability
      ? [`P(|move| > ${size(moveProbability)}) ≥ ${Math.round(moveProbability.probability * 100)} %`]
      : []),
    ...(intervalExcludesZero ? [`${intervalExcludesZero} % interval excludes zero`] : []),
    ...(direction ? [`direction ${direction}`] : []),
    ...(skill ? [`skill of the ${skill} shown`] : []),
  ]
}
