import type { TickerStanding } from '../../db/tickerStanding.js'
import type { Calibration } from '../../domain/calibration.js'
import type { Drift, SuccessionCause } from '../../domain/lifecycle.js'
import { counted, day, decimal, pValue } from '../format.js'

/** The central intervals that a calibration stretches, in its order. */
const INTERVALS = ['95', '90', '80', '50'] as const

const causes: Record<SuccessionCause, string> = {
  first: 'the first model',
  test: 'it won its trial',
  necessity: 'the one before it could not serve any more',
  promoted: 'promoted by hand',
  'rolled back': 'rolled back by hand',
}

interface StandingProps {
  readonly standing: TickerStanding
  readonly calibration: Calibration | null | undefined
}

/** Since when the model serves, who challenges it, whether its forecasts still fit, and how they were calibrated. */
export function ModelStanding({ standing: { champion, trials, drift }, calibration }: StandingProps) {
  if (!champion && trials.length === 0 && !drift && !calibration) return null
  return (
    <div>
      {champion && (
        <>
          <h3>Serving</h3>
          <p>
            Since {dayOf(champion.since)}: {causes[champion.cause]}. <span class="under">{champion.reason}</span>
          </p>
        </>
      )}
      {trials.length > 0 && (
        <>
          <h3>Challengers</h3>
          <ul class="lineage">
            {trials.map((trial) => (
              <Challenger trial={trial} />
            ))}
          </ul>
        </>
      )}
      {drift && <DriftLine drift={drift} />}
      {calibration && calibration.sessions > 0 && <CalibrationLine calibration={calibration} />}
    </div>
  )
}

const Challenger = ({ trial: { lineage, beganAt, test } }: { trial: TickerStanding['trials'][number] }) => (
  <li>
    <code>{lineage}</code>
    <span class="under">
      on trial since {dayOf(beganAt)}
      {test
        ? `: pinball ${decimal(test.pinball, 4)} against ${decimal(test.servedPinball, 4)} served, over ${counted(test.n, 'session')}${test.pValue === null ? '' : `, p ${test.pValue < 0.001 ? '' : '= '}${pValue(test.pValue)}`}`
        : ', nothing settled yet'}
    </span>
  </li>
)

const DriftLine = ({ drift }: { drift: Drift }) => (
  <>
    <h3>Drift</h3>
    <p>
      {drift.alarmAsOf ? (
        <span class="tag warn">alarm as of {day(drift.alarmAsOf)}</span>
      ) : (
        <span class="tag">no alarm</span>
      )}{' '}
      Losses lately are {decimal(drift.lossRatio)} times what the forecasts said they would be; Page–Hinkley{' '}
      {decimal(drift.statistic, 1)}, alarm above {decimal(drift.threshold, 1)}.
    </p>
  </>
)

const CalibrationLine = ({ calibration: { logStretch, sessions } }: { calibration: Calibration }) => (
  <>
    <h3>Calibration of this forecast</h3>
    <p>
      Learnt from {counted(sessions, 'settled forecast')}:{' '}
      {INTERVALS.map((name, i) => `the ${name}\u202f% interval × ${decimal(Math.exp(logStretch[i] ?? 0), 3)}`).join(
        ', ',
      )}
      .
    </p>
  </>
)

const dayOf = (at: string): string => day(new Date(at).toISOString().slice(0, 10))
