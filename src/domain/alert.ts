/** What alerts speak of; `alert.digest` gathers several of one subscription, `alert.test` is asked for by hand. */
export const ALERT_EVENTS = [
  'forecast.large_move',
  'forecast.created',
  'forecast.settled',
  'run.failed',
  'run.missed',
  'model.promoted',
  'data.stale',
] as const
export type AlertEvent = (typeof ALERT_EVENTS)[number]
export type AlertType = AlertEvent | 'alert.digest' | 'alert.test'

/** Events that the conditions of a subscription speak about. */
export const CONDITIONAL_EVENTS: readonly AlertEvent[] = ['forecast.large_move', 'forecast.created']

/** A size of a move: in percent of the previous close, or in standard deviations of the ticker's own daily returns. */
export interface MoveSize {
  readonly size: number
  readonly unit: 'pct' | 'sigma'
}

/** What must hold before a forecast is told: everything that is given. Nothing given is as good as always. */
export interface AlertCondition {
  /** |expected move| at least this. */
  readonly expectedMove?: MoveSize
  /** P(|move| > size) at least `probability`. */
  readonly moveProbability?: MoveSize & { readonly probability: number }
  /** The interval of that coverage, in percent, lies on one side of zero. */
  readonly intervalExcludesZero?: 80 | 95
  readonly direction?: 'up' | 'down'
  /** Only where the verdict says that the distribution, or the mean, has skill. */
  readonly skill?: 'distribution' | 'mean'
}

/** `edge`: when the condition begins to hold. `each`: every time it holds. `digest`: gathered, once a day. */
export type AlertMode = 'edge' | 'each' | 'digest'

/** Times of day as `HH:MM` in an IANA time zone; `from` may lie after `to`, over midnight. */
export interface QuietHours {
  readonly from: string
  readonly to: string
}

/** Who hears of what. */
export interface Subscription {
  readonly endpointId: string
  readonly events: readonly AlertEvent[]
  /** A group of tickers; empty means all. */
  readonly tickers: readonly string[]
  /** All tickers of that exchange; null means of any. */
  readonly exchange: string | null
  readonly condition: AlertCondition
  readonly mode: AlertMode
  /** After an alert about a ticker there is none about it for so long. */
  readonly cooldownMinutes: number
  /** `HH:MM`, for mode `digest`. */
  readonly digestAt: string
  readonly quietHours: QuietHours | null
  /** IANA time zone of `digestAt` and `quietHours`. */
  readonly timezone: string
}

/** Why an alert fired: one condition with its figure beside its limit. */
export interface AlertReason {
  readonly rule: keyof AlertCondition | 'event'
  readonly value: number | string
  readonly limit: number | string | null
  /** For a person. */
  readonly sentence: string
}

/** The body of an alert as Standard Webhooks 1.0.0 lays it out. */
export interface AlertPayload {
  readonly type: AlertType
  /** ISO 8601: when the event happened. */
  readonly timestamp: string
  readonly data: AlertData
}

export interface AlertData {
  /** A headline without markup. */
  readonly title: string
  /** What happened, in one or a few sentences without markup. */
  readonly text: string
  readonly ticker: string | null
  readonly is_sample: boolean
  readonly reasons: readonly AlertReason[]
  /** Page of the dashboard. */
  readonly link: string
  readonly [figure: string]: unknown
}

/** What the small picture shows. */
export interface AlertPlot {
  /** Adjusted closes, oldest first, in the quote currency; the last one is that of the forecast's `as_of`. */
  readonly closes: readonly number[]
  /** At `QUANTILE_LEVELS`, in percent of the last close. */
  readonly quantiles: readonly number[]
}

export type AlertStatus = 'pending' | 'delivered' | 'dead' | 'merged'

/** What came of one attempt; `gone` and what follows it disable an endpoint. */
export type DeliveryOutcome = 'delivered' | 'failed' | 'throttled' | 'gone'

/** One line of the delivery log. */
export interface DeliveryAttempt {
  readonly alertId: string
  readonly attempt: number
  readonly at: Date
  /** Where to, secrets hidden. */
  readonly request: string
  /** HTTP status, or SMTP reply code; null when there was none. */
  readonly status: number | null
  readonly outcome: DeliveryOutcome
  readonly latencyMs: number
  /** First bytes of what was answered, or why there was no answer. */
  readonly answer: string
}

/** What a run of the product may do for alerts on a page or a command line. Errors are UserErrors in words. */
export interface AlertDesk {
  /** Why no endpoint can be added here, and what to do; undefined where one can. */
  readonly obstacle: string | undefined
  /** Adds an endpoint and returns its signing secret, to be shown once; null for channels that sign nothing. */
  addEndpoint(request: EndpointRequest): Promise<{ readonly id: string; readonly secret: string | null }>
  subscribe(subscription: Subscription): Promise<string>
  /** Sends a test alert now; resolves to its id. */
  test(endpointId: string): Promise<string>
  /** Sends one alert, or all of an endpoint since a time, once more under their own ids; returns how many. */
  replay(request: { readonly alertId: string } | { readonly endpointId: string; readonly since: Date }): Promise<number>
  /** A new signing secret, shown once; the one before it stays valid for a while. */
  rotate(endpointId: string): Promise<{ readonly secret: string; readonly bothValidUntil: Date }>
  enable(endpointId: string): Promise<void>
  remove(id: string): Promise<void>
}

export interface EndpointRequest {
  readonly name: string
  readonly channel: string
  /** What the channel needs, by name: `url`, `token` ... */
  readonly target: Readonly<Record<string, string>>
  /** Liquid template of the text; null for the product's own words. */
  readonly template: string | null
}

/** A channel as a form offers it. */
export interface ChannelInfo {
  readonly name: string
  readonly label: string
  readonly isSigned: boolean
  readonly fields: readonly { readonly name: string; readonly label: string; readonly isSecret: boolean }[]
}
