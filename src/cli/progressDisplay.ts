import ora from 'ora'
import type { TickerProgress } from '../domain/run.js'

export interface ProgressDisplay {
  update(ticker: string, progress: TickerProgress): void
  note(line: string): void
  stop(): void
}

/** On a terminal one live line, else a plain line for each new stage; all on standard error, so that results stay apart. */
export const progressDisplay = (): ProgressDisplay => (process.stderr.isTTY ? liveDisplay() : plainDisplay())

function describe(ticker: string, { stage, done, total, loss, message }: TickerProgress): string {
  const steps = total > 0 ? ` epoch ${done}/${total}` : ''
  const error = loss === undefined ? '' : `, validation loss ${loss.toFixed(4)}`
  const what = stage === 'backtest' ? 'backtest: train' : stage
  return `${ticker}  ${message && stage !== 'done' ? message : what + steps + error}`
}

function liveDisplay(): ProgressDisplay {
  const spinner = ora({ stream: process.stderr, discardStdin: false }).start('starting')
  const states = new Map<string, TickerProgress>()
  return {
    update(ticker, progress) {
      states.set(ticker, progress)
      if (progress.stage === 'done')
        spinner.stopAndPersist({ symbol: '✓', text: `${ticker}  ${progress.message ?? 'done'}` }).start()
      if (progress.stage === 'failed') spinner.stopAndPersist({ symbol: '✗', text: progress.message ?? ticker }).start()
      const busy = [...states].filter(([, { stage }]) => !['waiting', 'done', 'failed'].includes(stage))
      const ended = [...states.values()].filter(({ stage }) => stage === 'done' || stage === 'failed').length
      spinner.text = `${ended}/${states.size} tickers  ${busy.map((entry) => describe(...entry)).join('  |  ')}`
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
  const last = new Map<string, string>()
  const say = (line: string) => process.stderr.write(`${line}\n`)
  return {
    update(ticker, progress) {
      const { stage, message } = progress
      if (stage === 'waiting' || last.get(ticker) === stage) return
      last.set(ticker, stage)
      if (stage !== 'failed') say(stage === 'done' ? `${ticker}  ${message ?? 'done'}` : describe(ticker, progress))
    },
    note: say,
    stop: () => {},
  }
}
