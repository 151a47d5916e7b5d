import type { Context } from 'hono'
import { z } from 'zod'
import type { Db } from '../../db/database.js'
import { latestRun } from '../../db/latestRun.js'
import { findRun, runPage } from '../../db/runPage.js'
import type { RunRow } from '../../db/runs.js'
import { goodUntil } from '../cache/shows.js'
import { type Endpoint, endpoint } from './endpoint.js'
import { only } from './only.js'
import { joined, page, pageOf, pageQuery, split } from './paging.js'
import { runDetailSchema, runSchema } from './schemas.js'

/** A sign of life that is shown is no change that answers are kept by. */
const followHeartbeats = (c: Context, runs: readonly (Pick<RunRow, 'status'> | undefined)[]): void => {
  if (runs.some((run) => run?.status === 'running')) goodUntil(c, new Date(0))
}

const group = 'Runs'
const runKey = z.tuple([z.coerce.date(), z.uuid()])

/** Runs, and how far each ticker has come in one. */
export function runEndpoints(db: Db): Endpoint[] {
  return [
    endpoint({
      ...{ path: '/runs', group, summary: 'All runs, newest first.', query: pageQuery, answer: pageOf(runSchema) },
      handle: async ({ query: { limit, cursor } }, c) => {
        const after = split(cursor, runKey)
        const found = await runPage(db, limit + 1, after && { startedAt: after[0], id: after[1] })
        followHeartbeats(c, found)
        const { items, next } = page(c, found, limit, ({ startedAt, id }) => joined([startedAt, id]))
        return { items: items.map((run) => only(runSchema, run)), next }
      },
    }),
    endpoint({
      ...{ path: '/run', group, summary: 'The run that started last, or null.', answer: runDetailSchema.nullable() },
      handle: async (_, c) => {
        const run = await latestRun(db)
        followHeartbeats(c, [run])
        return run ? only(runDetailSchema, run) : null
      },
    }),
    endpoint({
      ...{ path: '/runs/{id}', group, summary: 'A run with how far each ticker has come.', answer: runDetailSchema },
      params: z.object({ id: z.uuid() }),
      handle: async ({ params: { id } }, c) => {
        const run = await findRun(db, id)
        followHeartbeats(c, [run])
        return run && only(runDetailSchema, run)
      },
    }),
  ]
}
