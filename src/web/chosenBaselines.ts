import type { Verdict } from '../domain/score.js'
import type { TickerQuery } from './query.js'
import { MODEL } from './routes.js'

/** The baselines that have figures, by name. */
export const baselinesOf = (scores: readonly { readonly forecaster: string }[]): string[] =>
  [...new Set(scores.map(({ forecaster }) => forecaster))].filter((name) => name !== MODEL)

/** As asked for in the address; otherwise the strongest baseline and persistence. `vs=none` asks for none. */
export function chosenBaselines(
  query: TickerQuery,
  verdict: Verdict | undefined,
  baselines: readonly string[],
): string[] {
  const wanted = query.vs ?? [verdict?.strongestBaseline ?? 'ewma', 'zero']
  return baselines.filter((name) => wanted.includes(name))
}
