import { secondsLeft, type TickerProgress } from '../domain/run.js'

const hasEnded = ({ stage }: TickerProgress): boolean => stage === 'done' || stage === 'failed'

/** A length of time for people, rounded to what matters: `8 s`, `3 min`, `2 h 5 min`. */
export function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** What one ticker or experiment is at. */
export function partText(label: string, progress: TickerProgress): string {
  const { stage, done, total, loss, secondsLeft: left, message } = progress
  if (message) return `${label}  ${message}`
  const steps = total > 0 ? ` epoch ${done}/${total}` : ''
  const error = loss === undefined ? '' : `, validation loss ${loss.toFixed(4)}`
  const time = left === undefined ? '' : `, ${spanText(left)} left`
  return `${label}  ${stage === 'backtest' ? 'backtest: train' : stage}${steps}${error}${time}`
}

/** A whole run in one line. @param noun What its parts are, in the plural. */
export function runText(noun: string, parts: ReadonlyMap<string, TickerProgress>, secondsSoFar: number): string {
  const all = [...parts]
  const ended = all.filter(([, progress]) => hasEnded(progress)).length
  const busy = all.filter(([, progress]) => !hasEnded(progress) && progress.stage !== 'waiting')
  const left = secondsLeft(ended, all.length, secondsSoFar)
  const head = `${ended}/${all.length} ${noun}${left === undefined ? '' : `, about ${spanText(left)} left`}`
  return [head, busy.map(([label, progress]) => partText(label, progress)).join('  |  ')].filter(Boolean).join('  ')
}
