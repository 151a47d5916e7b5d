import { ALERT_EVENTS, type ChannelInfo } from '../../domain/alert.js'

/** One form a channel, folded, so that no script is needed to show the right fields. */
export const EndpointForms = ({ channels }: { channels: readonly ChannelInfo[] }) => (
  <section class="card">
    <h2>Add an endpoint</h2>
    {channels.map((channel) => (
      <details>
        <summary>{channel.label}</summary>
        <form class="alert-form" method="post" action="/alerts/endpoints" autocomplete="off">
          <input type="hidden" name="channel" value={channel.name} />
          <Field label="Name" name="name" />
          {channel.fields.map(({ name, label, isSecret }) => (
            <Field label={label} name={`target.${name}`} type={isSecret ? 'password' : 'text'} />
          ))}
          <Field label="Template of the text (Liquid, optional)" name="template" />
          <button type="submit">Add</button>
        </form>
      </details>
    ))}
  </section>
)

/** What an endpoint is to hear of, and when. */
export const SubscriptionForm = ({ endpointId }: { endpointId: string }) => (
  <form class="alert-form" method="post" action={`/alerts/${endpointId}/subscribe`}>
    <fieldset>
      <legend>Events</legend>
      {ALERT_EVENTS.map((event) => (
        <label class="choice">
          <input type="checkbox" name="events" value={event} checked={event === 'forecast.large_move'} /> {event}
        </label>
      ))}
    </fieldset>
    <Field label="Tickers (none: all)" name="tickers" />
    <Field label="Exchange (none: any)" name="exchange" />
    <Measure label="|expected move| at least" number="minMove" unit="minMoveUnit" />
    <Measure label="P(|move| > size)" number="moveSize" unit="moveUnit" />
    <Field label="… at least (%)" name="moveProbability" type="number" />
    <Choice label="Interval excludes zero" name="excludesZero" values={['80', '95']} />
    <Choice label="Direction" name="direction" values={['up', 'down']} />
    <Choice label="Skill shown of" name="skill" values={['distribution', 'mean']} />
    <Choice label="When" name="mode" values={['edge', 'each', 'digest']} />
    <Field label="Cool-down (hours)" name="cooldownHours" type="number" />
    <Field label="Digest at" name="digestAt" type="time" />
    <Field label="Quiet from" name="quietFrom" type="time" />
    <Field label="Quiet to" name="quietTo" type="time" />
    <Field label="Time zone (IANA)" name="timezone" />
    <button type="submit">Subscribe</button>
  </form>
)

const Field = ({ label, name, type = 'text' }: { label: string; name: string; type?: string }) => (
  <label>
    <span>{label}</span>
    <input type={type} name={name} maxlength={5_000} step={type === 'number' ? 'any' : undefined} />
  </label>
)

const Choice = ({ label, name, values }: { label: string; name: string; values: readonly string[] }) => (
  <label>
    <span>{label}</span>
    <select name={name}>
      <option value="">–</option>
      {values.map((value) => (
        <option value={value}>{value}</option>
      ))}
    </select>
  </label>
)

const Measure = ({ label, number, unit }: { label: string; number: string; unit: string }) => (
  <label>
    <span>{label}</span>
    <input type="number" name={number} min="0" step="any" />
    <select name={unit} aria-label={`Unit of ${label}`}>
      <option value="pct">%</option>
      <option value="sigma">σ of its own returns</option>
    </select>
  </label>
)
