import type { Verdict } from '../../domain/score.js'
import { count, day, decimal, pValue, signedPct } from '../format.js'
import { VerdictBadge } from './tags.js'

/** What may be said about the model on this ticker, with the p-values it rests on. */
export function VerdictCard({ verdict }: { verdict: Verdict | undefined }) {
  return (
    <section class="card verdict">
      <div class="section-head">
        <h2>Verdict</h2>
        <VerdictBadge verdict={verdict} />
      </div>
      {verdict ? (
        <>
          <p class="sentence">{verdict.sentence}</p>
          <dl class="rows">
            <Row
              name={`Range against ${verdict.strongestBaseline}`}
              under="Diebold–Mariano"
              value={pText(verdict.dmPValue)}
            />
            <Row name="Mean against no change" under="Clark–West" value={pText(verdict.cwPValue)} />
            <Row name="R² out of sample" value={decimal(verdict.r2Oos, 4)} />
            <Row name="Settled" value={`${count(verdict.n)} forecasts up to ${day(verdict.asOf)}`} />
          </dl>
          <h3>Pinball loss saved against each baseline</h3>
          <ul class="skills">
            {Object.entries(verdict.pinballSkill)
              .sort(([, a], [, b]) => a - b)
              .map(([name, skill]) => (
                <li class={skill > 0 ? 'ahead' : 'behind'}>
                  <span>{name}</span>
                  <span class="num">{signedPct(skill * 100, 1)}</span>
                </li>
              ))}
          </ul>
        </>
      ) : (
        <p class="sentence">Too few forecasts are settled to judge. Until tests say otherwise, expect no skill.</p>
      )}
    </section>
  )
}

const pText = (p: number | null): string => (p === null ? 'undefined' : `p ${p < 0.001 ? '' : '= '}${pValue(p)}`)

const Row = ({ name, under, value }: { name: string; under?: string; value: string }) => (
  <div>
    <dt>
      {name}
      {under && <span class="under"> {under}</span>}
    </dt>
    <dd>{value}</dd>
  </div>
)
