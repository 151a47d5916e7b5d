import type { TickerQuality } from '../../db/tickerQuality.js'
import type { QualityRecord } from '../../db/tickerRecord.js'
import { count, counted, day, decimal } from '../format.js'
import { When } from './when.js'

const ROWS_SHOWN = 50

/** Kinds of findings (src/ingest/qualityFindings.ts) in words; splits have a list of their own. */
const KINDS: Readonly<Record<string, (value: number) => string>> = {
  gap: (days) => `${count(days)} days without a session`,
  zero_volume: () => 'no volume',
  price_jump: (log) => `price × ${decimal(Math.exp(log))} in one session`,
  volume_jump: (log) => `volume × ${decimal(Math.exp(log))} in one session`,
  stale_price: (sessions) => `the same close for ${count(sessions)} sessions`,
  missing_session: () => 'missing, though its exchange was open',
}

/** What ingest refused, which splits it found, what stands out, and who served. */
export function QualityReport({ quality: { report, sources, findings: all } }: { quality: TickerQuality }) {
  const findings = all.filter(({ kind }) => Object.hasOwn(KINDS, kind))
  return (
    <section class="card">
      <h2>Data quality</h2>
      {report ? (
        <>
          <p class="muted">
            {counted(report.refused.length, 'row')} refused, {counted(report.splits.length, 'price adjustment')} found.
            Reported <When at={report.reportedAt} on />.
          </p>
          {sources.length > 0 && (
            <p class="muted">
              Served by{' '}
              {sources.map(({ provider, servedAt }, i) => (
                <>
                  {i > 0 && ', '}
                  {provider} (<When at={servedAt} />)
                </>
              ))}
              .
            </p>
          )}
          {findings.length > 0 && <Findings findings={findings} />}
          {report.refused.length > 0 && <Refused refused={report.refused} />}
          {report.splits.length > 0 && <Splits splits={report.splits} />}
        </>
      ) : (
        <p class="muted">Nothing was read yet.</p>
      )}
    </section>
  )
}

const Findings = ({ findings }: { findings: TickerQuality['findings'] }) => (
  <>
    <h3>To look at</h3>
    <ul class="findings">
      {findings
        .toReversed()
        .slice(0, ROWS_SHOWN)
        .map(({ session, kind, value }) => (
          <li>
            <code>{day(session)}</code> {KINDS[kind]!(value)}
          </li>
        ))}
    </ul>
    {findings.length > ROWS_SHOWN && <p class="muted">and {count(findings.length - ROWS_SHOWN)} earlier</p>}
  </>
)

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
