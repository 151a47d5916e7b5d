import type { Child } from 'hono/jsx'
import type { ChampionState, TickerLifecycle } from '../../db/lifecycle.js'
import type { Drift } from '../../domain/lifecycle.js'
import { day, decimal } from '../format.js'
import { tickerPath } from '../routes.js'
import { ModelId, shortId } from './modelId.js'
import { SampleTag } from './tags.js'
import { TrialTable } from './trialTable.js'

/** The models of one ticker: champion, drift, challengers, and the forms that change who serves. */
export function TickerModels({ lifecycle, mayOperate }: { lifecycle: TickerLifecycle; mayOperate: boolean }) {
  const { ticker, isSample, champion, predecessor, trials, drift } = lifecycle
  return (
    <section class="card ticker-models" aria-label={`Models of ${ticker}`}>
      <div class="section-head">
        <h2>
          <a href={tickerPath(ticker)}>
            <bdi>{ticker}</bdi>
          </a>{' '}
          {isSample && <SampleTag />}
        </h2>
        <DriftTag drift={drift} />
      </div>
      {champion ? (
        <>
          <Champion champion={champion} drift={drift} hasTrials={trials.length > 0} />
          {predecessor && !predecessor.isPurged && mayOperate && (
            <form class="act" method="post" action={`${tickerPath(ticker)}/rollback`}>
              <button type="submit">Roll back to {shortId(predecessor.lineage)}</button>
            </form>
          )}
          {trials.length > 0 && <TrialTable trials={trials} mayOperate={mayOperate} />}
        </>
      ) : (
        <p class="muted">No model is trained yet.</p>
      )}
    </section>
  )
}

interface ChampionProps {
  readonly champion: ChampionState
  readonly drift: Drift | null
  readonly hasTrials: boolean
}

function Champion({ champion, drift, hasTrials }: ChampionProps) {
  const { lineage, since, reason, trainEnd, why, current } = champion
  const isTuned = current !== null && current.id !== lineage
  return (
    <dl class="rows">
      <Row name="Serves">
        <ModelId id={lineage} /> since {day(since.slice(0, 10))}: {reason}
      </Row>
      <Row name="Trained">
        up to {day(trainEnd)}
        {why !== reason && `: ${why}`}
      </Row>
      {isTuned && (
        <Row name="Newest weights">
          <ModelId id={current.id} />, up to {day(current.trainEnd)}: {current.why}
        </Row>
      )}
      <Row name="Drift">{driftWords(drift)}</Row>
      {!hasTrials && <Row name="On trial">nobody</Row>}
    </dl>
  )
}

const Row = ({ name, children }: { name: string; children: Child }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

function driftWords(drift: Drift | null): string {
  if (!drift) return 'no served forecast is settled yet'
  const { statistic, threshold, lossRatio, alarmAsOf, n } = drift
  const last = alarmAsOf ? `, last alarm ${day(alarmAsOf)}` : ', no alarm so far'
  return `Page–Hinkley ${decimal(statistic, 1)} of ${threshold} over ${n} sessions${last}. Losses lately ${decimal(lossRatio)} times what forecasts expected.`
}

function DriftTag({ drift }: { drift: Drift | null }) {
  return drift && drift.statistic > drift.threshold ? <span class="tag warn">losses drift</span> : null
}
