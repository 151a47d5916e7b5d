const formats = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds by which local time in the IANA zone `timezone` is ahead of UTC at `instant` (epoch milliseconds). */
export function offsetMs(timezone: string, instant: number): number {
  let format = formats.get(timezone)
  if (!format) {
    const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
    format = new Intl.DateTimeFormat('en', { timeZone: timezone, ...fields, second: 'numeric', hourCycle: 'h23' })
    formats.set(timezone, format)
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value)
  const local = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second)
  return local - Math.floor(instant / 1000) * 1000
}

/** The instant (epoch milliseconds) at which clocks in `timezone` show `minutes` after midnight of `date`, `YYYY-MM-DD`. */
export function instantOf(timezone: string, date: string, minutes: number): number {
  const local = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000
  const guess = local - offsetMs(timezone, local)
  return local - offsetMs(timezone, guess) // once more: the offset may change between the two
}

const monthOffsets = new Map<string, readonly [start: number, end: number]>()

/** The calendar date in `timezone` at `instant` (epoch milliseconds), `YYYY-MM-DD`; quick for long series. */
export function localDate(timezone: string, instant: number): string {
  const at = new Date(instant)
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  const key = `${timezone} ${year} ${month}`
  let offsets = monthOffsets.get(key)
  if (!offsets) {
    offsets = [offsetMs(timezone, Date.UTC(year, month, 1)), offsetMs(timezone, Date.UTC(year, month + 1, 1))]
    monthOffsets.set(key, offsets)
  }
  const offset = offsets[0] === offsets[1] ? offsets[0] : offsetMs(timezone, instant)
  return new Date(instant + offset).toISOString().slice(0, 10)
}
