import type { Config } from '../../config.js'
import { findModel } from '../../db/audit.js'
import type { Database } from '../../db/database.js'
import type { SuccessionListener } from '../../db/succession.js'
import { AlertOutbox } from './alertOutbox.js'
import { modelPromoted } from './incidents.js'

interface TellContext {
  readonly database: Pick<Database, 'queue'>
  readonly config: Pick<Config, 'alerts' | 'server'>
}

/** Tells of each change of champion that a person makes: a model may come back again and again. */
export function tellSuccession({ database: { queue }, config }: TellContext): SuccessionListener {
  const outbox = new AlertOutbox(queue, config)
  return async (tx, { lineage, reason }, now) => {
    const model = await findModel(tx, lineage)
    if (!model) throw new Error(`model ${lineage} serves and is not stored`)
    const incident = modelPromoted(model, reason)
    await outbox.incident(tx, { ...incident, subject: `${incident.subject}:${now.toISOString()}` }, now)
  }
}
