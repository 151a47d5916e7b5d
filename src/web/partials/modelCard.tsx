import type { ModelCard as Model } from '../../db/tickerRecord.js'
import { count, day, decimal, duration } from '../format.js'

/** The model that speaks now: how it was made, from what, and what came before it. */
export function ModelCard({ models, current }: { models: readonly Model[]; current: string | undefined }) {
  const model = models.find(({ id }) => id === current) ?? models[0]
  if (!model)
    return (
      <section class="card model-card">
        <h2>Model card</h2>
        <p class="muted">No model is trained yet.</p>
      </section>
    )
  return (
    <section class="card model-card">
      <div class="section-head">
        <h2>Model card</h2>
        <span class={`tag ${model.purpose}`}>{model.purpose}</span>
      </div>
      <dl class="rows">
        {factsOf(model).map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>Options</h3>
      <p class="options">
        {Object.entries(model.options).map(([name, value]) => (
          <code>
            {name} {typeof value === 'object' ? JSON.stringify(value) : String(value)}
          </code>
        ))}
      </p>
      <Lineage models={models.filter((other) => other !== model)} />
    </section>
  )
}

const factsOf = (model: Model): readonly [string, string][] => [
  ['Id', model.id],
  ['Trained', `${day(model.createdAt.toISOString().slice(0, 10))}, in ${duration(model.seconds * 1000)}`],
  ['Why', model.reason],
  ['Setting', model.setting ?? 'the default'],
  ['Parent', model.parent ?? 'none: from fresh weights'],
  ['Training window', `${day(model.trainStart)} to ${day(model.trainEnd)}, ${count(model.trainRows)} sessions`],
  ['Data hash', model.dataHash],
  ['Parameters', count(model.parameters)],
  ['Epochs', count(model.epochs)],
  ['Loss', `training ${decimal(model.trainLoss, 4)}, validation ${decimal(model.validationLoss, 4)}`],
  ['Backend', model.backend],
  ['Code version', model.codeVersion],
]

function Lineage({ models }: { models: readonly Model[] }) {
  if (models.length === 0) return null
  return (
    <details>
      <summary>Other models of this ticker</summary>
      <ul class="lineage">
        {models.map(({ id, purpose, trainEnd, reason }) => (
          <li>
            <code>{id}</code> <span class={`tag ${purpose}`}>{purpose}</span>
            <span class="under">
              trained up to {day(trainEnd)}: {reason}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
