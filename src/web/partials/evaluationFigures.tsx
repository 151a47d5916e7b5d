import type { MeanAndSd, ModelReport } from '../../domain/evaluationReport.js'

interface FiguresProps {
  readonly figures: readonly (readonly [figure: string, heading: string])[]
  readonly models: readonly ModelReport[]
}

/** Every model of one ticker, the trained ones marked; mean and standard deviation where there are several seeds. */
export const EvaluationFigures = ({ figures, models }: FiguresProps) => (
  <div class="scroll" tabindex={0}>
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Model</th>
          {figures.map(([, heading]) => (
            <th scope="col" class="num">
              {heading}
            </th>
          ))}
          <th scope="col" class="num">
            training s
          </th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <tr class={model.trained ? 'model' : undefined}>
            <th scope="row">
              {model.model}
              {model.trained && <span class="under"> {seedsOf(model)}</span>}
            </th>
            {figures.map(([figure]) => (
              <Figure value={model.figures[figure] ?? null} digits={4} />
            ))}
            <Figure value={model.train_seconds} digits={1} />
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

function seedsOf({ seeds }: ModelReport): string {
  if (seeds[0]?.seed === 0) return 'given weights'
  return seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`
}

const Figure = ({ value, digits }: { value: MeanAndSd | null; digits: number }) => (
  <td class="num">
    {value === null ? '–' : value.mean.toFixed(digits).replace('-', '−')}
    {value?.sd != null && <span class="muted"> ± {value.sd.toFixed(digits)}</span>}
  </td>
)
