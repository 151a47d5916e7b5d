import { sql } from 'drizzle-orm'
import type { Drift, SuccessionCause, TrialOutcome, TrialTest } from '../domain/lifecycle.js'
import type { Db } from './database.js'

/** A full training, by itself or as the newest of what was fine-tuned from it. */
export interface LineageRow {
  /** Id of the full training. */
  readonly lineage: string
  readonly trainEnd: string
  /** Why it was trained. */
  readonly why: string
  /** ISO 8601. */
  readonly trainedAt: string
  /** Its newest model, itself at first; null when all weights were purged. */
  readonly current: { readonly id: string; readonly trainEnd: string; readonly why: string } | null
}

export interface ChampionState extends LineageRow {
  readonly cause: SuccessionCause
  /** Why it serves. */
  readonly reason: string
  /** ISO 8601. */
  readonly since: string
}

export interface TrialState extends LineageRow {
  readonly test: TrialTest | null
  readonly outcome: TrialOutcome | null
  /** Why it ended. */
  readonly reason: string | null
  /** ISO 8601. */
  readonly beganAt: string
  readonly endedAt: string | null
}

/** The models of a ticker: who serves, who is on trial, who served before. */
export interface TickerLifecycle {
  readonly ticker: string
  readonly isSample: boolean
  readonly champion: ChampionState | null
  /** Where a roll-back leads; null when nobody served before. */
  readonly predecessor: { readonly lineage: string; readonly isPurged: boolean } | null
  /** The newest first: those that go on, then the last that ended. */
  readonly trials: readonly TrialState[]
  readonly drift: Drift | null
}

const ENDED_SHOWN = 5

export interface LifecyclePage {
  /** Only this ticker, active or not. */
  readonly ticker?: string | undefined
  /** Only symbols after this one. */
  readonly after?: string | undefined
  readonly limit?: number | undefined
}

/** Models of active tickers, by symbol; of all of them unless told otherwise. */
export async function lifecycles(
  db: Db,
  { ticker, after = '', limit }: LifecyclePage = {},
): Promise<TickerLifecycle[]> {
  const rows = await db.execute<TickerLifecycle & Record<string, unknown>>(sql`
    select t.symbol as ticker, t.is_sample as "isSample", to_json(champion) as champion,
      to_json(predecessor) as predecessor, coalesce(trial.list, '[]') as trials, d.drift
    from tickers t
    left join lateral (
      select c.lineage, c.cause, c.reason, c.since, ${trainedColumns} from champions c
      join models m on m.id = c.lineage where c.ticker = t.symbol order by c.id desc limit 1
    ) champion on true
    left join lateral (
      select c.lineage, not exists (
        select from models m where (m.id = c.lineage or m.lineage = c.lineage) and m.purged_at is null
      ) as "isPurged"
      from champions c where c.ticker = t.symbol and c.id < (
        select min(id) from champions f where f.ticker = t.symbol and f.lineage = champion.lineage
      ) order by c.id desc limit 1
    ) predecessor on true
    left join lateral (
      select json_agg(shown) as list from (
        select r.lineage, r.test, r.outcome, r.reason, r.began_at as "beganAt", r.ended_at as "endedAt", ${trainedColumns}
        from (
          select *, row_number() over (partition by ended_at is null order by began_at desc, lineage desc) as rank
          from trials where ticker = t.symbol
        ) r join models m on m.id = r.lineage
        where r.ended_at is null or r.rank <= ${ENDED_SHOWN}
        order by r.ended_at is not null, r.began_at desc, r.lineage desc
      ) shown
    ) trial on true
    left join drift_states d on d.ticker = t.symbol
    where ${ticker === undefined ? sql`t.active and t.symbol > ${after}` : sql`t.symbol = ${ticker}`}
    order by t.symbol limit ${limit ?? null}`)
  return [...rows]
}

/** Of the full training `m` and of the newest model that goes back to it. */
const trainedColumns = sql`
  m.train_end as "trainEnd", m.reason as why, m.created_at as "trainedAt", (
    select json_build_object('id', n.id, 'trainEnd', n.train_end, 'why', n.reason) from models n
    where (n.id = m.id or n.lineage = m.id) and n.purged_at is null
    order by n.train_end desc, n.created_at desc limit 1
  ) as current`
