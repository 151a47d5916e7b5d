import { expect, test } from 'vitest'
import { inTurns } from '../../../src/web/cache/inTurns.js'

/** A reading whose answers are given by hand, in the order in which it was begun. */
function heldReading() {
  const answers: ((value: number) => void)[] = []
  const ask = inTurns(() => new Promise<number>((done) => answers.push(done)))
  return { ask, answers }
}

test('nobody gets a reading that began before he asked, and a crowd shares one', async () => {
  const { ask, answers } = heldReading()
  const first = ask()
  const crowd = [ask(), ask(), ask()]
  expect(answers).toHaveLength(1)
  answers[0]!(1)
  expect(await first).toBe(1)
  await expect.poll(() => answers.length).toBe(2)
  const late = ask()
  answers[1]!(2)
  expect(await Promise.all(crowd)).toEqual([2, 2, 2])
  await expect.poll(() => answers.length).toBe(3)
  answers[2]!(3)
  expect(await late).toBe(3)
})

test('a reading that fails fails for those who shared it, and the next one is tried', async () => {
  let n = 0
  const ask = inTurns(async () => {
    n += 1
    if (n === 1) throw new Error('away')
    return n
  })
  const [first, second] = [ask(), ask()]
  await expect(first).rejects.toThrow('away')
  expect(await second).toBe(2)
})
