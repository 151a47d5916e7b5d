import { z } from 'zod'
import type { Db } from '../../db/database.js'
import type { AlertsOptions } from '../alertsView.js'
import { alertEndpoints } from './alertEndpoints.js'
import { type Endpoint, endpoint } from './endpoint.js'
import { explanationEndpoint } from './explanationEndpoint.js'
import { exportEndpoints } from './exportEndpoints.js'
import { lifecycleEndpoint } from './lifecycleEndpoint.js'
import { modelEndpoints } from './modelEndpoints.js'
import { openapiDocument } from './openapi.js'
import { runEndpoints } from './runEndpoints.js'
import { tickerEndpoints } from './tickerEndpoints.js'

export interface EndpointOptions {
  readonly db: Db
  readonly now: () => Date
  readonly version: string
  readonly alerts: AlertsOptions | undefined
}

/** Everything that the API can do, and the document that describes it. */
export function allEndpoints({ db, now, version, alerts }: EndpointOptions): readonly Endpoint[] {
  const itself: Endpoint = endpoint({
    ...{ path: '/openapi.json', group: 'This document', summary: 'What you are reading, as OpenAPI 3.1.' },
    answer: z.record(z.string(), z.unknown()),
    handle: async () => openapiDocument(all, version),
  })
  const all = [
    ...tickerEndpoints(db, now),
    explanationEndpoint(db),
    ...exportEndpoints(db),
    ...runEndpoints(db),
    ...modelEndpoints(db),
    lifecycleEndpoint(db),
    ...(alerts ? alertEndpoints(db, alerts) : []),
    itself,
  ]
  return all
}
