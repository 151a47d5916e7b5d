import type { Verdict } from '../domain/score.js'

type Finding = Omit<Verdict, 'sentence'>

/** One sentence for a person: no claim that the tests do not carry, with the number of sessions and the baseline named. */
export function verdictSentence(finding: Finding, minSettled: number): string {
  const { n, distributionSkill, meanSkill } = finding
  if (n < minSettled) {
    return `No demonstrated skill: ${sessions(n)} settled so far, too few to say anything (at least ${minSettled} needed).`
  }
  const [range, mean] = [rangeClause(finding), meanClause(finding)]
  if (distributionSkill && meanSkill) return `Skill demonstrated over ${sessions(n)}: ${range}, and ${mean}.`
  if (distributionSkill) {
    return `Skill demonstrated over ${sessions(n)} in how far the price can move, not in its expected change: ${range}, but ${mean}.`
  }
  if (meanSkill) {
    return `No demonstrated skill over ${sessions(n)} in how far the price can move: ${range}, though ${mean}.`
  }
  return `No demonstrated skill over ${sessions(n)}: ${range}, and ${mean}.`
}

const sessions = (n: number): string => (n === 1 ? '1 session' : `${n} sessions`)

/** The forecast range beside the strongest baseline's. */
function rangeClause({ pinballSkill, strongestBaseline, distributionSkill, dmPValue }: Finding): string {
  const rivals = Object.keys(pinballSkill).length
  const rival =
    rivals > 1 ? `${strongestBaseline}, the strongest of ${rivals} baselines` : `the baseline ${strongestBaseline}`
  const skill = pinballSkill[strongestBaseline]!
  if (skill === 0) return `its pinball loss equalled that of ${rival}`
  if (skill < 0) return `its pinball loss was ${percent(-skill)} above that of ${rival}`
  const doubt = distributionSkill ? '' : ', no more than chance can explain'
  return `its pinball loss was ${percent(skill)} below that of ${rival}${doubt} (${probability(dmPValue)})`
}

/** The mean forecast beside "no change". */
function meanClause({ meanSkill, cwPValue, r2Oos }: Finding): string {
  if (r2Oos <= 0) return `its mean forecast was no better than "no change" (R² ${percent(r2Oos)})`
  const doubt = meanSkill ? '' : ' by no more than chance can explain'
  return `its mean forecast beat "no change"${doubt} (R² ${percent(r2Oos)}, ${probability(cwPValue)})`
}

const percent = (fraction: number): string =>
  `${(100 * fraction).toFixed(1).replace('-0.0', '0.0').replace('-', '−')} %`

function probability(pValue: number | null): string {
  if (pValue === null) return 'p undefined'
  return pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toPrecision(2)}`
}
