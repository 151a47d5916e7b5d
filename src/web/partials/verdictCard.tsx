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
              value={testText('Diebold–Mariano', verdict.dmPValue)}
            />
            <Row name="Mean against no change" value={testText('Clark–West', verdict.cwPValue)} />
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

const testText = (name: string, p: number | null): string =>
  p === null ? `${name}: undefined` : `${name} p ${p < 0.001 ? '' : '= '}${pValue(p)}`

const Row = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
