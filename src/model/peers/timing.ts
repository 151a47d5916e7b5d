import * as tf from '@tensorflow/tfjs'

const REPEATS = 3

/** The result of `work` and how long it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now()
  const value = await work()
  return { value, seconds: (performance.now() - start) / 1000 }
}

/** The result of `work` and its median time over three runs, after a first that does not count. */
export async function timedRepeatedly<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const value = await work()
  const seconds: number[] = []
  for (let i = 0; i < REPEATS; i++) seconds.push((await timed(work)).seconds)
  return { value, seconds: seconds.sort((a, b) => a - b)[REPEATS >> 1]! }
}

/** Name of the backend that computes in this thread. */
export const activeBackend = (): string => tf.getBackend()
