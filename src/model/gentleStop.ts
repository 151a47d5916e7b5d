import type { MessagePort } from 'node:worker_threads'

/**
 * A signal for the thread of a task that can stop by itself. When `signal` is aborted, a task that has not begun is given
 * up at once; one at work is asked through `port` to stop, and only given up `withinMs` later. Call `release` at its end.
 */
export function gentleStop(
  signal: AbortSignal,
  port: MessagePort,
  task: { readonly hasBegun: boolean },
  withinMs: number,
): { readonly signal: AbortSignal; release(): void } {
  const giveUp = new AbortController()
  const asked = AbortSignal.any([signal])
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    if (!task.hasBegun) return giveUp.abort(signal.reason)
    port.postMessage('stop')
    timer = setTimeout(() => giveUp.abort(signal.reason), withinMs)
  }
  asked.addEventListener('abort', stop, { once: true })
  return {
    signal: giveUp.signal,
    release: () => {
      clearTimeout(timer)
      asked.removeEventListener('abort', stop)
    },
  }
}
