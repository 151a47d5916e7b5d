import { and, eq } from 'drizzle-orm'
import type { Attribution, Explanation } from '../domain/explanation.js'
import type { Forecast } from '../domain/forecast.js'
import type { Db } from './database.js'
import { explanations } from './explanationSchema.js'

type Row = typeof explanations.$inferSelect

/** Stores what shaped a forecast; what is stored already stays. */
export async function saveExplanation(
  db: Db,
  { ticker, asOf, target, model, dataHash }: Forecast,
  explanation: Explanation,
  madeAt: Date,
): Promise<void> {
  const { features, values, sessions, width, median, attention } = explanation
  await db
    .insert(explanations)
    .values({
      ...{ ticker, asOf, target, model, dataHash, madeAt },
      ...{ features: [...features], values: [...values], sessions: [...sessions] },
      ...(width && {
        ...{ widthBaseline: width.baseline, widthOutput: width.output, widthResidual: width.residual },
        ...{ widthSteps: width.steps, widthEarlier: width.earlier },
        ...{ widthFeatures: [...width.features], widthSessions: [...width.sessions] },
      }),
      ...{ medianBaseline: median.baseline, medianOutput: median.output, medianResidual: median.residual },
      ...{ medianSteps: median.steps, medianEarlier: median.earlier },
      ...{ medianFeatures: [...median.features], medianSessions: [...median.sessions] },
      ...{ attention: [...attention.sessions], attentionEarlier: attention.earlier },
    })
    .onConflictDoNothing()
}

/** What shaped the forecast that `model` made as of that session, from those data where they are named; undefined where that was not recorded. */
export async function explanationOf(
  db: Db,
  { ticker, asOf, model, dataHash }: Pick<Forecast, 'ticker' | 'asOf' | 'model'> & { readonly dataHash?: string },
): Promise<Explanation | undefined> {
  const is = explanations
  const [row] = await db
    .select()
    .from(explanations)
    .where(
      and(
        ...[eq(is.ticker, ticker), eq(is.asOf, asOf), eq(is.model, model)],
        dataHash === undefined ? undefined : eq(is.dataHash, dataHash),
      ),
    )
    .orderBy(explanations.madeAt)
    .limit(1)
  return row && explanationOfRow(row)
}

/** As they were: PostgreSQL writes a `real` with just the digits that tell it from its neighbours. */
const single = (values: readonly number[]): number[] => values.map(Math.fround)

const explanationOfRow = (row: Row): Explanation => ({
  features: row.features,
  values: single(row.values),
  sessions: row.sessions,
  width: widthOf(row),
  median: {
    ...{ baseline: row.medianBaseline, output: row.medianOutput, residual: row.medianResidual },
    ...{ steps: row.medianSteps, earlier: Math.fround(row.medianEarlier) },
    ...{ features: single(row.medianFeatures), sessions: single(row.medianSessions) },
  },
  attention: { sessions: single(row.attention), earlier: Math.fround(row.attentionEarlier) },
})

function widthOf(row: Row): Attribution | null {
  if (row.widthBaseline === null) return null
  return {
    ...{ baseline: row.widthBaseline, output: row.widthOutput!, residual: row.widthResidual! },
    ...{ steps: row.widthSteps!, earlier: Math.fround(row.widthEarlier!) },
    ...{ features: single(row.widthFeatures!), sessions: single(row.widthSessions!) },
  }
}
