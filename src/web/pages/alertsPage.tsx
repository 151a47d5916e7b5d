import type { AlertsView } from '../alertsView.js'
import { AlertEndpoint } from '../partials/alertEndpoint.js'
import { EndpointForms } from '../partials/alertForms.js'
import { AlertLog } from '../partials/alertLog.js'
import { type Frame, Layout } from './layout.js'

/** Who is told of what, and what became of it. */
export function AlertsPage({ frame, view }: { frame: Frame; view: AlertsView }) {
  const { endpoints, deliveries, channels, isWritable, obstacle, notice } = view
  const signed = new Set(channels.filter(({ isSigned }) => isSigned).map(({ name }) => name))
  return (
    <Layout frame={frame} title="Alerts" section="/alerts">
      <div class="page-head">
        <div>
          <h1>Alerts</h1>
          <p class="lede">
            Signed webhooks and messages about forecasts, with the reason and the record. Each alert is written together
            with what it tells of, and tried for three days. Large moves also come as{' '}
            <a href="/feeds">feed and calendar</a>.
          </p>
        </div>
      </div>
      {notice && (
        <p class="notice done" role="status">
          {notice.text}
          {notice.secret && <code class="secret">{notice.secret}</code>}
        </p>
      )}
      {!isWritable && <p class="notice">You may read here; changes need an operator.</p>}
      {endpoints.length === 0 && !(isWritable && obstacle) && <p class="empty">No endpoint yet.</p>}
      {endpoints.map((endpoint) => (
        <AlertEndpoint endpoint={endpoint} isWritable={isWritable} isSigned={signed.has(endpoint.channel)} />
      ))}
      {isWritable &&
        (obstacle ? (
          <p class="notice">Nothing can be added yet: {obstacle}.</p>
        ) : (
          <EndpointForms channels={channels} />
        ))}
      <AlertLog deliveries={deliveries} isWritable={isWritable} />
    </Layout>
  )
}
