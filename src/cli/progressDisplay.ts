import ora from 'ora'
import type { TickerProgress } from '../domain/run.js'
import { partText, runText } from './progressText.js'

export interface ProgressDisplay {
  update(label: string, progress: TickerProgress): void
  note(line: string): void
  stop(): void
}

/** A plain log says again how far a long stage has come. */
const SAY_AGAIN_MS = 10_000

/**
 * On a terminal one live line, else a plain line for each new stage and every ten seconds; all on standard error, so that
 * results stay apart.
 *
 * @param noun What is counted, in the plural.
 */
export const progressDisplay = (noun = 'tickers'): ProgressDisplay =>
  process.stderr.isTTY ? liveDisplay(noun) : plainDisplay()

function liveDisplay(noun: string): ProgressDisplay {
  const spinner = ora({ stream: process.stderr, discardStdin: false }).start('starting')
  const states = new Map<string, TickerProgress>()
  const started = performance.now()
  return {
    update(label, progress) {
      states.set(label, progress)
      if (progress.stage === 'done')
        spinner.stopAndPersist({ symbol: '✓', text: `${label}  ${progress.message ?? 'done'}` }).start()
      if (progress.stage === 'failed') spinner.stopAndPersist({ symbol: '✗', text: progress.message ?? label }).start()
      spinner.text = runText(noun, states, (performance.now() - started) / 1000)
    },
    note: (line) => {
      spinner.text = line
    },
    stop: () => {
      spinner.stop()
    },
  }
}

function plainDisplay(): ProgressDisplay {
  const said = new Map<string, { stage: TickerProgress['stage']; at: number }>()
  const say = (line: string) => process.stderr.write(`${line}\n`)
  return {
    update(label, progress) {
      const { stage, message } = progress
      const last = said.get(label)
      const now = performance.now()
      if (stage === 'waiting' || (last?.stage === stage && now - last.at < SAY_AGAIN_MS)) return
      said.set(label, { stage, at: now })
      if (stage !== 'failed') say(stage === 'done' ? `${label}  ${message ?? 'done'}` : partText(label, progress))
    },
    note: say,
    stop: () => {},
  }
}
