import type { Verdict } from '../domain/score.js'
import type { RollingQuery } from './query.js'
import { MODEL } from './routes.js'

/** The baselines that have figures, by name. */
export const baselinesOf = (scores: readonly { readonly forecaster: string }[]): string[] =>
  [...new Set(scores.map(({ forecaster }) => forecaster))].filter((name) => name !== MODEL)

/** Named in the address, whether they have figures or not; otherwise the strongest baseline and persistence. */
export const wantedBaselines = ({ vs }: RollingQuery, verdict: Verdict | undefined): readonly string[] =>
  vs ?? [verdict?.strongestBaseline ?? 'ewma', 'zero']

/** As asked for in the address; otherwise the strongest baseline and persistence. `vs=none` asks for none. */
export function chosenBaselines(
  query: RollingQuery,
  verdict: Verdict | undefined,
  baselines: readonly string[],
): string[] {
  const wanted = wantedBaselines(query, verdict)
  return baselines.filter((name) => wanted.includes(name))
}
