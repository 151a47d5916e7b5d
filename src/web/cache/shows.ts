import type { Context } from 'hono'

/** What bounds how long an answer is as it would be made now. By default it shows anything, whatever the time. */
export interface Shows {
  /** The one ticker it shows. */
  readonly ticker?: string
  /** When it would look different although nothing was stored. */
  readonly until?: Date
}

export const shownBy = (c: Context): Shows => (c.get('shows') as Shows | undefined) ?? {}

/** Says that the answer shows nothing that is stored but what belongs to that ticker (docs/decisions/0009). */
export const showsOnly = (c: Context, ticker: string): void => c.set('shows', { ...shownBy(c), ticker })

/** Says when the answer will look different by the clock alone; undefined for never. The earliest moment counts. */
export function goodUntil(c: Context, moment: Date | undefined): void {
  const until = earliest([shownBy(c).until, moment])
  if (until) c.set('shows', { ...shownBy(c), until })
}

/** The earliest of those moments that are known. */
export const earliest = (moments: Iterable<Date | undefined>): Date | undefined => {
  let first: Date | undefined
  for (const moment of moments) if (moment && (!first || moment < first)) first = moment
  return first
}
