import type { PaperRecord } from '../../domain/evaluation.js'
import { predictedPrices } from '../paperFigures.js'
import { Plot, type Series } from './plot.js'
import type { ModelInput } from './reportData.js'

const MAIN = 'mambastock'

/** Price, errors and losses of one ticker under protocol `paper`; one seed of each network. */
export function PaperPlots({ models }: { models: readonly ModelInput[] }) {
  const shown = firstSeeds(models)
  const trained = shown.filter(({ record }) => record.cost)
  const main = trained.find(({ model }) => model === MAIN) ?? trained[0] ?? shown[0]!
  const { sessions, close, previousClose } = main.record
  const price: Series[] = [
    { kind: 'line', label: 'close', colour: 'ink', values: close },
    { kind: 'line', label: 'tomorrow = today', colour: 'quiet', values: previousClose },
    ...(main.record.cost ? [priceLine(main)] : []),
  ]
  const errorOf = (record: PaperRecord) => [...predictedPrices(record)].map((price, i) => record.close[i]! - price)
  const persistence = shown.find(({ record }) => !record.cost)
  return (
    <div class="plots">
      <Plot
        title="Price and predicted price"
        unit="quote currency"
        note="Lines that lie on one another are the finding: the prediction is the close of the day before, nearly unchanged."
        labels={sessions}
        series={price}
      />
      <Plot
        title="Error of the predicted price"
        unit="close less prediction, quote currency"
        note="A model with skill would leave smaller errors than persistence."
        labels={sessions}
        include={[0]}
        series={[
          ...(persistence
            ? [
                {
                  kind: 'line',
                  label: 'tomorrow = today',
                  colour: 'quiet',
                  values: errorOf(persistence.record),
                } as const,
              ]
            : []),
          ...(main.record.cost
            ? [{ kind: 'line', label: main.model, colour: 'k0', values: errorOf(main.record) } as const]
            : []),
        ]}
      />
      {trained.length > 0 && (
        <Plot
          title="Predicted change of the day"
          unit="%"
          note="Beside the change that came: how much of it the networks say at all."
          labels={sessions}
          include={[0]}
          series={[
            {
              kind: 'line',
              label: 'change of the close',
              colour: 'quiet',
              values: close.map((value, i) => 100 * (value / previousClose[i]! - 1)),
            },
            ...trained.map(
              ({ model, record }, i): Series => ({
                ...{ kind: 'line', label: model, colour: `k${i}` },
                values: record.predictions.map((prediction) => 100 * prediction),
              }),
            ),
          ]}
        />
      )}
      {trained.length > 0 && <LossPlot models={trained} />}
    </div>
  )
}

const priceLine = ({ model, record }: Shown): Series => ({
  ...{ kind: 'line', label: model, colour: 'k0' },
  values: [...predictedPrices(record)],
})

type Shown = ModelInput & { readonly record: PaperRecord }

function firstSeeds(models: readonly ModelInput[]): Shown[] {
  const names = [...new Set(models.map(({ model }) => model))]
  return names.flatMap((name) => {
    const first = models.filter(({ model }) => model === name).sort((a, b) => a.seed - b.seed)[0]!
    return first.record.protocol === 'paper' ? [{ ...first, record: first.record }] : []
  })
}

/** Training loss by epoch of each network, on a logarithmic scale. */
export function LossPlot({ models }: { models: readonly ModelInput[] }) {
  const longest = Math.max(...models.map(({ record }) => record.cost?.losses.length ?? 0))
  return (
    <Plot
      title="Training loss"
      unit="logarithmic"
      note="Before each step; the first seed of each network."
      labels={Array.from({ length: longest }, (_, epoch) => `epoch ${epoch}`)}
      scale="log"
      series={models.map(({ model, record }, i) => ({
        ...{ kind: 'line', label: model, colour: `k${i}` },
        values: [...(record.cost?.losses ?? [])],
      }))}
    />
  )
}
