import type postgres from 'postgres'

/** Everything a run leaves behind except when and how fast it was made; a model id is a hash over its weights. */
export const contents = async (sql: postgres.Sql) => ({
  bars: await sql`select ticker, session, open, high, low, close, volume, ratio from bars order by 1, 2`,
  models: await sql`select id, ticker, purpose, reason, train_end, data_hash from models order by 1`,
  forecasts:
    await sql`select ticker, as_of, target, model, data_hash, origin, mean, quantiles from forecasts order by 1, 2, 3, 4, 5`,
  explanations:
    await sql`select ticker, as_of, model, width_features, width_sessions, median_features, median_sessions, attention from explanations order by 1, 2, 3`,
  outcomes: await sql`select ticker, as_of, session, return_pct from outcomes order by 1, 2`,
  scores: await sql`select * from scores order by 1, 2, 3, 4`,
  verdicts: await sql`select * from verdicts order by 1, 2, 3`,
})
