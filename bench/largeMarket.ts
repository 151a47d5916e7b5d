import type postgres from 'postgres'
import { QUANTILE_LEVELS } from '../src/domain/forecast.js'
import { SCORE_WINDOWS } from '../src/domain/score.js'

export interface MarketSize {
  readonly tickers: number
  /** Bars of each. */
  readonly sessions: number
  /** Settled forecasts of each forecaster of each; one more is open. */
  readonly forecasts: number
}

const FORECASTERS = ['zero', 'drift', 'hist', 'ewma', 'fhs', 'garch', 'har', 'mamba']
/** The last session, a Friday. */
export const LAST_SESSION = '2025-06-13'

/** Fills an empty database with random walks and all that follows from them, by SQL alone; the same every time. */
export async function fillLargeMarket(sql: postgres.Sql, { tickers, sessions, forecasts }: MarketSize): Promise<void> {
  await sql`select setseed(0.42)`
  await sql`
    insert into tickers (symbol, provider, exchange, timezone, is_sample)
    select 'T' || lpad(i::text, 4, '0'), 'sample', 'SAMPLE', 'UTC', true from generate_series(1, ${tickers}) i`
  await sql`
    create temp table days as select session::date, row_number() over (order by session desc) as back
    from (select session from generate_series(${LAST_SESSION}::date - ${sessions * 2}::int, ${LAST_SESSION}::date, interval '1 day') session
      where extract(isodow from session) < 6 order by session desc limit ${sessions}) newest`
  await sql`
    insert into bars (ticker, session, open, high, low, close, volume, ratio, ratio_source, provider)
    select symbol, session, close, close * 1.01, close * 0.99, close, 1000000, 1, 'none', 'sample'
    from (select symbol, session, 100 * exp(0.01 * sum(random() - 0.5) over (partition by symbol order by session)) as close
      from tickers cross join days) walk`
  await fillLedger(sql, forecasts)
  await fillRecord(sql, forecasts)
  await sql`
    with run as (insert into runs (trigger, status, finished_at) values ('schedule', 'done', now()) returning id)
    insert into run_tickers (run_id, ticker, progress, facts, finished_at)
    select run.id, symbol, '{"stage":"done","done":1,"total":1}', '{}', now() from run cross join tickers`
  await sql`analyze`
}

async function fillLedger(sql: postgres.Sql, forecasts: number): Promise<void> {
  await sql`
    insert into forecasts (ticker, as_of, target, model, data_hash, forecaster, origin, last_close, mean, quantiles, p_up,
      p_large_move, move_threshold_pct, made_at)
    select ticker, session, session + 1, forecaster || '@1', 'hash', forecaster, case when back > 45 then 'backtest' else 'live' end,
      close, chance / 10, array(select (level - 0.5) * (2 + 4 * chance) from unnest(${[...QUANTILE_LEVELS]}::float8[]) level),
      0.4 + 0.2 * chance, chance, 2, session + interval '22 hours'
    from bars join days using (session) cross join unnest(${FORECASTERS}::text[]) forecaster
      cross join lateral (values ((hashtext(ticker || session || forecaster) & 65535) / 65536.0)) chances(chance)
    where back <= ${forecasts + 1}`
  await sql`
    insert into outcomes (ticker, as_of, session, return_pct, close)
    select ticker, session, next, 100 * (later / close - 1), later
    from (select ticker, session, close, back, lead(session) over walk as next, lead(close) over walk as later
      from bars join days using (session) where back <= ${forecasts + 1}
      window walk as (partition by ticker order by session)) said
    where back > 1`
}

async function fillRecord(sql: postgres.Sql, forecasts: number): Promise<void> {
  await sql`
    insert into scores (ticker, forecaster, "window", as_of, figures)
    select symbol, forecaster, w, session, jsonb_build_object('n', w, 'mae', 0.9 + 0.1 * random(), 'rmse', 1.2, 'r2_oos', -0.01,
      'hit_rate', 0.5, 'pinball', 0.3 + 0.05 * random(), 'crps', 0.6, 'coverage_80', 0.81, 'coverage_95', 0.94, 'winkler_95', 5.2)
    from tickers cross join days cross join unnest(${FORECASTERS}::text[]) forecaster
      cross join unnest(${[...SCORE_WINDOWS]}::int[]) w
    where back between 2 and ${forecasts + 2} - w`
  await sql`
    insert into verdicts (ticker, forecaster, as_of, n, distribution_skill, mean_skill, strongest_baseline, pinball_skill,
      dm_p_value, cw_p_value, r2_oos, sentence)
    select symbol, 'mamba', session, 250, false, false, 'garch', '{"garch": -0.01}', 0.4, 0.4, -0.01,
      'No demonstrated skill over 250 sessions: the range does not beat garch.'
    from tickers cross join days where back between 2 and ${forecasts + 1}`
  await sql`
    insert into models (id, ticker, forecaster, purpose, reason, options, train_start, train_end, train_rows, data_hash,
      code_version, backend, parameters, epochs, train_loss, validation_loss, seconds, weights)
    select symbol || '-' || i, symbol, 'mamba', 'live', '5 new sessions since the last training', '{}', ${LAST_SESSION},
      ${LAST_SESSION}, 4000, 'hash', '0.1.0', 'wasm', 6937, 30, 0.3, 0.3, 9, ''
    from tickers cross join generate_series(1, 100) i`
}
