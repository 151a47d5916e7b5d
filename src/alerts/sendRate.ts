/** How fast an endpoint may be sent to. */
export interface Rate {
  readonly perMinute: number
  /** How many may go out at once after a rest. */
  readonly burst: number
}

const intervalMs = ({ perMinute }: Rate): number => 60_000 / perMinute

/**
 * The generic cell rate algorithm (ITU-T I.371): each alert takes an interval, and up to `burst` of them may be borrowed.
 *
 * @param freeAt When all intervals taken so far are over.
 * @returns how many alerts may go out now.
 */
export const allowance = (rate: Rate, freeAt: Date, now: Date): number => {
  const ahead = Math.max(0, freeAt.getTime() - now.getTime())
  return Math.max(0, Math.floor(rate.burst - ahead / intervalMs(rate) + 1e-9))
}

/** `freeAt` after `count` alerts went out. */
export const taken = (rate: Rate, freeAt: Date, now: Date, count: number): Date =>
  new Date(Math.max(freeAt.getTime(), now.getTime()) + count * intervalMs(rate))

/** When one alert may go out again. */
export const readyAt = (rate: Rate, freeAt: Date): Date =>
  new Date(freeAt.getTime() - (rate.burst - 1) * intervalMs(rate))

/** A `freeAt` that lets one alert out at `until`, and none before. */
export const pausedUntil = (rate: Rate, until: Date): Date =>
  new Date(until.getTime() + (rate.burst - 1) * intervalMs(rate))
