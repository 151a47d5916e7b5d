import { type Attribution, type Explanation, isComplete } from '../../domain/explanation.js'
import {
  capital,
  medianSentence,
  type NamedPart,
  rankedFeatures,
  widthPct,
  widthSentence,
} from '../../domain/explanationWords.js'
import { signedPct } from '../format.js'
import type { TickerView } from '../tickerView.js'
import { ExplanationStrips } from './explanationStrips.js'
import { SessionParts } from './sessionParts.js'

const LISTED = 8

/** What shaped the newest forecast: in words, over the past sessions under their prices, and feature by feature. */
export function ExplanationSection({ view: { explanation, bars } }: { view: TickerView }) {
  if (!explanation) return null
  const { width, median } = explanation
  return (
    <section id="explanation">
      <h2>What shaped this forecast</h2>
      <p class="sentence">{widthSentence(explanation)}</p>
      <p class="sentence">{medianSentence(explanation)}</p>
      <ExplanationStrips explanation={explanation} bars={bars} />
      <div class="feature-lists">
        {width && isComplete(width) && (
          <FeatureList
            explanation={explanation}
            parts={width}
            name={'80\u202f% interval'}
            head="Wider by"
            effect={widthEffect}
          />
        )}
        {isComplete(median) && (
          <FeatureList explanation={explanation} parts={median} name="Median" head="Higher by" effect={medianEffect} />
        )}
      </div>
      <SessionParts explanation={explanation} widthEffect={widthEffect} medianEffect={medianEffect} />
      <p class="under">
        Compared with average sessions, every feature at its mean of the training window, and taken from the network
        before calibration. The parts are integrated gradients{missedText(explanation)}; effects on the interval
        multiply, those on the median add up. A session's features sum up many sessions before it, so that most weight
        lies on the last. Attention is the share of each session of the last year in what the network's scan reads out.
        What shaped a forecast is not what causes a price to move.
      </p>
    </section>
  )
}

const widthEffect = (part: number): string => signedPct(widthPct(part), 1)
const medianEffect = (part: number): string => signedPct(part, 3)

function missedText({ width, median }: Explanation): string {
  const shown = [width, median].filter((parts): parts is Attribution => parts !== null && isComplete(parts))
  if (shown.length === 0) return ''
  const worst = Math.max(...shown.map(({ residual }) => residual))
  return `, which miss the whole difference by ${(100 * worst).toFixed(3)}\u202f% of it`
}

interface FeatureListProps {
  readonly explanation: Explanation
  readonly parts: Attribution
  readonly name: string
  readonly head: string
  readonly effect: (part: number) => string
}

function FeatureList({ explanation, parts, name, head, effect }: FeatureListProps) {
  const ranked = rankedFeatures(explanation, parts)
  const rest = ranked.slice(LISTED)
  const others: NamedPart = {
    words: `all ${rest.length} others`,
    part: rest.reduce((sum, { part }) => sum + part, 0),
    standing: '',
  }
  const rows = [...ranked.slice(0, LISTED), ...(rest.length > 0 ? [others] : [])]
  const limit = Math.max(...rows.map(({ part }) => Math.abs(part))) || 1
  return (
    <table class="plain features">
      <caption>{name}: what each feature of the past sessions adds</caption>
      <thead>
        <tr>
          <th scope="col">Feature</th>
          <th scope="col">Stands</th>
          <th scope="col" class="num">
            {head}
          </th>
          <th scope="col" class="col-effect">
            <span class="sr-only">Drawn to scale</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ words, part, standing }) => (
          <tr>
            <th scope="row">{capital(words.replace(/^the /, ''))}</th>
            <td class="stands">{standing}</td>
            <td class="num">{effect(part)}</td>
            <td class="col-effect">
              <EffectBar share={part / limit} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A bar from the middle: to the right what adds, to the left what takes away. */
function EffectBar({ share }: { share: number }) {
  const length = 50 * Math.min(Math.abs(share), 1)
  return (
    <svg class="effect" width="100%" height="14" aria-hidden="true">
      <line x1="50%" x2="50%" y1="0" y2="14" />
      <rect
        class={share < 0 ? 'less' : 'more'}
        x={`${(share < 0 ? 50 - length : 50).toFixed(2)}%`}
        width={`${length.toFixed(2)}%`}
        y="2"
        height="10"
      />
    </svg>
  )
}
