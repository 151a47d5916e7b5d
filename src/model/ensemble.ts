import type { Distribution } from '../domain/forecast.js'

/**
 * One distribution from several of the same session: the mean of their means, and at each level the mean of their
 * quantiles (Vincent 1912; Lichtendahl, Grushka-Cockayne & Winkler, Management Science 59 (2013) 1594-1611). What cannot
 * cross in the members cannot cross in the mean.
 * @throws RangeError for no distribution.
 */
export function averageDistribution(members: readonly Distribution[]): Distribution {
  const [first] = members
  if (!first) throw new RangeError('an ensemble of no distribution')
  const mean = (of: (member: Distribution) => number) => members.reduce((sum, one) => sum + of(one), 0) / members.length
  return {
    mean: mean((member) => member.mean),
    quantiles: first.quantiles.map((_, i) => mean(({ quantiles }) => quantiles[i]!)),
  }
}
