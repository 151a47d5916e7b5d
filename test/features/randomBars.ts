import fc from 'fast-check'
import type { AdjustedBar } from '../../src/domain/bar.js'

/** Valid adjusted bars of any shape: rough prices, splits, sessions without trade or range, extras that come and go. */
export const randomBars = (minLength: number, maxLength: number): fc.Arbitrary<AdjustedBar[]> =>
  fc
    .array(
      fc.record({
        move: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
        up: fc.double({ min: 0, max: 0.2, noNaN: true }),
        down: fc.double({ min: 0, max: 0.2, noNaN: true }),
        gap: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        isFlat: fc.boolean(),
        volume: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
        ratio: fc.oneof(
          { weight: 20, arbitrary: fc.constant(1) },
          { weight: 1, arbitrary: fc.constantFrom(0.5, 0.97, 10) },
        ),
        extra: fc.option(fc.integer({ min: -10_000, max: 10_000 }), { nil: undefined }),
        days: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength, maxLength },
    )
    .map((steps) => {
      let close = 100
      const day = new Date('2015-01-01T00:00:00Z')
      return steps.map(({ move, up, down, gap, isFlat, volume, ratio, extra, days }) => {
        day.setUTCDate(day.getUTCDate() + days)
        const open = isFlat ? close * ratio : close * ratio * Math.exp(gap)
        close = isFlat ? open : open * Math.exp(move)
        const high = isFlat ? open : Math.max(open, close) * Math.exp(up)
        const low = isFlat ? open : Math.min(open, close) * Math.exp(-down)
        return {
          session: day.toISOString().slice(0, 10),
          ...{ open, high, low, close, volume, previousClose: null, ratio, ratioSource: 'none' as const },
          extras: extra === undefined ? {} : { turnover: extra / 100 },
        }
      })
    })
