import type { Ancestor, ModelCard as Model } from '../../db/tickerRecord.js'
import { count, day, decimal, duration } from '../format.js'
import { modelsPath } from '../routes.js'
import type { TickerView } from '../tickerView.js'
import { ModelStanding } from './modelStanding.js'

/** The model that speaks now: how it was made, from what, and what came before it. */
export function ModelCard({ view }: { view: TickerView }) {
  const { models, lineage, standing, forecast } = view
  const model = models.find(({ id }) => id === view.forecast?.model) ?? models[0]
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
        <a href={modelsPath(view.ticker.symbol)}>Models of this ticker</a>
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
      <div class="model-parts">
        <div>
          <Lineage lineage={lineage} />
        </div>
        <ModelStanding standing={standing} calibration={forecast?.calibration} />
      </div>
      <Others models={models.filter(({ id }) => id !== model.id && !lineage.some((other) => other.id === id))} />
    </section>
  )
}

const factsOf = (model: Model): readonly [string, string][] => [
  ['Id', model.id],
  ['Purpose', model.purpose],
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

const ModelLine = ({ model }: { model: Pick<Model, 'id' | 'purpose' | 'trainEnd' | 'reason'> }) => (
  <li>
    <code>{model.id}</code> <span class={`tag ${model.purpose}`}>{model.purpose}</span>
    <span class="under">
      trained up to {day(model.trainEnd)}: {model.reason}
    </span>
  </li>
)

const Lineage = ({ lineage }: { lineage: readonly Ancestor[] }) =>
  lineage.length > 1 ? (
    <>
      <h3>Lineage</h3>
      <ol class="lineage chain">
        {lineage.map((model) => (
          <ModelLine model={model} />
        ))}
      </ol>
      {lineage.at(-1)!.parent && <p class="under">and those before it</p>}
    </>
  ) : null

const Others = ({ models }: { models: readonly Model[] }) =>
  models.length > 0 ? (
    <details>
      <summary>Other models of this ticker</summary>
      <ul class="lineage">
        {models.map((model) => (
          <ModelLine model={model} />
        ))}
      </ul>
    </details>
  ) : null
