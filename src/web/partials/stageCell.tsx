import type { TickerProgress } from '../../domain/run.js'
import { count, decimal, duration } from '../format.js'
import { stageName } from './runWords.js'

/**
 * Where one ticker stands: its stage with a bar, and under it epoch, loss and the time that is left.
 *
 * @param isCutOff Whether its process died: nothing is at work or waits any more.
 */
export function StageCell({ progress, isCutOff = false }: { progress: TickerProgress; isCutOff?: boolean }) {
  const { stage, done, total, message } = progress
  const hasEnded = stage === 'done' || stage === 'failed'
  if (isCutOff && !hasEnded) return <div class="stage failed">cut off</div>
  const isAtWork = !hasEnded && stage !== 'waiting'
  return (
    <div class={`stage ${stage}`}>
      <span>{stageName(stage)}</span>
      {isAtWork && (
        <progress value={done} max={Math.max(1, total)} aria-label={`${stageName(stage)}: ${done} of ${total}`} />
      )}
      <span class="detail">{isAtWork ? workWords(progress) : message}</span>
    </div>
  )
}

function workWords({ stage, done, total, loss, secondsLeft, message }: TickerProgress): string {
  return [
    stage === 'train'
      ? `epoch ${count(done)} of ${count(total)}`
      : total > 1
        ? `${count(done)} of ${count(total)}`
        : '',
    loss === undefined ? '' : `loss ${decimal(loss, 4)}`,
    secondsLeft === undefined ? '' : `${duration(secondsLeft * 1000)} left`,
    message ?? '',
  ]
    .filter(Boolean)
    .join(' · ')
}
