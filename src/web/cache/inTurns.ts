/**
 * The same reading, done once at a time: who asks while one is under way shares the next one with all others that wait.
 * So nobody gets an answer that is older than his question, and a crowd costs two readings.
 */
export function inTurns<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  let next: Promise<T> | undefined
  const start = (): Promise<T> => {
    next = undefined
    const mine = read().finally(() => {
      if (running === mine) running = undefined
    })
    running = mine
    return mine
  }
  return () => {
    if (!running) return start()
    next ??= running.then(start, start)
    return next
  }
}
