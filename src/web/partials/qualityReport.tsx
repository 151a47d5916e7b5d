import type { QualityRecord } from '../../db/tickerRecord.js'
import { ago, count, counted, day, decimal } from '../format.js'

const ROWS_SHOWN = 50

/** What ingest refused and which splits it found. */
export function QualityReport({ quality, now }: { quality: QualityRecord | undefined; now: Date }) {
  return (
    <section class="card">
      <h2>Data quality</h2>
      {quality ? (
        <>
          <p class="muted">
            {counted(quality.refused.length, 'row')} refused, {counted(quality.splits.length, 'price adjustment')}{' '}
            found. Reported {ago(quality.reportedAt, now)}.
          </p>
          {quality.refused.length > 0 && <Refused refused={quality.refused} />}
          {quality.splits.length > 0 && <Splits splits={quality.splits} />}
        </>
      ) : (
        <p class="muted">Nothing was read yet.</p>
      )}
    </section>
  )
}

const Refused = ({ refused }: { refused: QualityRecord['refused'] }) => (
  <>
    <h3>Refused rows</h3>
    <ul class="findings">
      {refused.slice(0, ROWS_SHOWN).map(({ source, line, reason }) => (
        <li>
          <code>
            {source}:{line}
          </code>{' '}
          {reason}
        </li>
      ))}
    </ul>
    {refused.length > ROWS_SHOWN && <p class="muted">and {count(refused.length - ROWS_SHOWN)} more</p>}
  </>
)

const Splits = ({ splits }: { splits: QualityRecord['splits'] }) => (
  <>
    <h3>Splits and dividends</h3>
    <ul class="findings">
      {splits
        .toReversed()
        .slice(0, ROWS_SHOWN)
        .map(({ session, ratio, source }) => (
          <li>
            <code>{day(session)}</code> earlier prices × {decimal(ratio, 4)}, {source}
          </li>
        ))}
    </ul>
  </>
)
