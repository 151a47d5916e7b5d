import type { Db } from '../../src/db/database.js'
import { champions, driftStates, trials } from '../../src/db/lifecycleSchema.js'
import { models } from '../../src/db/schema.js'

/** Ids of the models that `fillLifecycle` adds to the market's ACME. */
export const FORMER = 'mamba-4e1f07a2c9d8b3516e20af94'
export const CHAMPION = 'mamba-9a27c40b1d5e6f83a2b9c017'
export const TUNED = 'mamba-0c55e9f1a7b2d4386f1e90ab'
export const PASSING = 'mamba-71d3b8e24a0f9c65d8e1b372'
export const YOUNG = 'mamba-c8f02a6d914e5b7380d1f64e'
export const RETIRED = 'mamba-2f9e61c80b7d43a5e9f0d815'

/** Gives ACME a champion with a predecessor, two challengers on trial and one that was given up, and drift. */
export async function fillLifecycle(db: Db): Promise<void> {
  const model = (id: string, trainEnd: string, reason: string, lineage: string | null = null) => ({
    ...{
      id,
      ticker: 'ACME',
      forecaster: 'mamba',
      purpose: 'live' as const,
      lineage,
      parent: lineage,
      reason,
      trainEnd,
    },
    ...{
      options: { head: 'quantile', seed: 1 },
      trainStart: '2024-03-08',
      trainRows: 300,
      dataHash: `hash-${trainEnd}`,
    },
    ...{ codeVersion: '0.1.0', semantics: 'network 1', backend: 'wasm', parameters: 6_937, epochs: 27 },
    ...{ trainLoss: 0.274, validationLoss: 0.287, seconds: 8.9, weights: Buffer.from('weights') },
    createdAt: new Date(`${trainEnd}T22:00:00Z`),
  })
  await db
    .insert(models)
    .values([
      model(FORMER, '2025-02-14', 'first training'),
      model(CHAMPION, '2025-04-11', 'retrained: last full training 5 sessions ago'),
      model(TUNED, '2025-06-13', 'fine-tuned: 3 sessions after the last full training', CHAMPION),
      model(RETIRED, '2025-05-02', 'trained by hand'),
      model(
        PASSING,
        '2025-05-16',
        'retrained: losses drifted (alarm of 2025-05-15, lately 24 % above what forecasts expected)',
      ),
      model(YOUNG, '2025-06-06', 'retrained: last full training 5 sessions ago'),
    ])
  const plain = (ticker: string) => ({
    ...{ ticker, lineage: `${ticker}-live-9a27`, cause: 'first' as const, reason: 'first training' },
    since: new Date('2025-06-13T21:58:40Z'),
  })
  await db.insert(champions).values([plain('BOREAL'), plain('SAMPLE-A')])
  await db.insert(champions).values([
    ...[
      {
        ticker: 'ACME',
        lineage: FORMER,
        cause: 'first' as const,
        reason: 'first training',
        since: new Date('2025-02-14T22:00:00Z'),
      },
    ],
    {
      ...{ ticker: 'ACME', lineage: CHAMPION, cause: 'test' as const, since: new Date('2025-05-13T22:00:00Z') },
      reason:
        'not worse over 22 sessions: pinball loss 0.4971 beside 0.5003 as served (p = 0.008 that it loses 3 % more)',
    },
  ])
  const test = (n: number, pinball: number, pValue: number) => ({
    ...{ asOf: '2025-06-12', n, pinball, servedPinball: 0.5003, pValue, marginPct: 3 },
  })
  await db.insert(trials).values([
    {
      ...{ lineage: RETIRED, ticker: 'ACME', beganAt: new Date('2025-05-02T22:00:00Z'), test: test(7, 0.5121, 0.4) },
      ...{ outcome: 'retired', reason: 'a newer model was promoted', endedAt: new Date('2025-05-13T22:00:00Z') },
    },
    { lineage: PASSING, ticker: 'ACME', beganAt: new Date('2025-05-16T22:00:00Z'), test: test(19, 0.4964, 0.013) },
    { lineage: YOUNG, ticker: 'ACME', beganAt: new Date('2025-06-06T22:00:00Z'), test: test(4, 0.5032, 0.21) },
  ])
  await db.insert(driftStates).values({
    ticker: 'ACME',
    drift: { asOf: '2025-06-12', n: 44, statistic: 16.2, threshold: 15, alarmAsOf: '2025-06-12', lossRatio: 1.24 },
  })
}
