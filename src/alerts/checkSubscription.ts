import { z } from 'zod'
import { ALERT_EVENTS, CONDITIONAL_EVENTS, type Subscription } from '../domain/alert.js'
import { UserError } from '../domain/errors.js'

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 08:00')
const timezone = z.string().refine(isTimezone, 'expected an IANA time zone such as Europe/Berlin')
const size = { size: z.number().positive().max(1_000), unit: z.enum(['pct', 'sigma']) }

const condition = z.strictObject({
  expectedMove: z.strictObject(size).optional(),
  moveProbability: z.strictObject({ ...size, probability: z.number().min(0).max(1) }).optional(),
  intervalExcludesZero: z.literal([80, 95]).optional(),
  direction: z.enum(['up', 'down']).optional(),
  skill: z.enum(['distribution', 'mean']).optional(),
})

const subscription = z.strictObject({
  endpointId: z.uuid(),
  events: z.array(z.enum(ALERT_EVENTS)).min(1, `expected some of ${ALERT_EVENTS.join(', ')}`),
  tickers: z.array(z.string().min(1).max(64)).max(10_000).default([]),
  exchange: z.string().min(1).max(20).nullable().default(null),
  condition: condition.default({}),
  mode: z.enum(['edge', 'each', 'digest']).default('edge'),
  cooldownMinutes: z.int().min(0).max(525_600).default(0),
  digestAt: time.default('08:00'),
  quietHours: z.strictObject({ from: time, to: time }).nullable().default(null),
  timezone: timezone.default('UTC'),
})

/** A subscription with its defaults filled in. @throws UserError (exit code 2) naming what is not allowed. */
export function checkSubscription(given: unknown): Subscription {
  const result = subscription.safeParse(given)
  if (!result.success)
    throw new UserError(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'), {
      exitCode: 2,
    })
  const found = result.data as Subscription
  const isConditional = found.events.some((event) => CONDITIONAL_EVENTS.includes(event))
  const hasCondition = Object.values(found.condition).some((wanted) => wanted !== undefined)
  if (hasCondition && !isConditional)
    throw new UserError(
      `a condition speaks of ${CONDITIONAL_EVENTS.join(' and ')}, and none of them is subscribed to`,
      { exitCode: 2 },
    )
  return found
}

function isTimezone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
