import { expect, test } from 'vitest'
import { defaultTrainingOptions } from '../../../src/model/defaults.js'
import type { Checkpoint, TrainRequest } from '../../../src/model/forecaster.js'
import { gatherTrainings, type TrainMany } from '../../../src/model/sideBySide/gatherTrainings.js'
import { syntheticTable } from '../syntheticTable.js'

const table = syntheticTable(3)
const requests: TrainRequest[] = [1, 2, 3, 4, 5].map((seed) => ({
  ...{ table, trainRows: seed, options: { ...defaultTrainingOptions, seed } },
}))

/** Settles a batch when told to, with the number of epochs it was asked for. */
function byHand() {
  const batches: (readonly TrainRequest[])[] = []
  const ends: ((error?: Error) => void)[] = []
  const trainMany: TrainMany = (batch) => {
    batches.push(batch)
    return new Promise((resolve, reject) => {
      ends.push((error) =>
        error
          ? reject(error)
          : resolve(batch.map(({ trainRows }) => ({ status: 'fulfilled', value: { trainRows } as Checkpoint }))),
      )
    })
  }
  const seeds = () => batches.map((batch) => batch.map(({ options }) => options.seed))
  return { trainMany, seeds, end: (error?: Error) => ends.shift()!(error) }
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

test('what is asked for in one turn, and then what comes while a batch runs, is trained together', async () => {
  const { trainMany, seeds, end } = byHand()
  const train = gatherTrainings(trainMany, 10)
  const trainings = [train(requests[0]!), train(requests[1]!)]
  await turn()
  trainings.push(train(requests[2]!), train(requests[3]!), train(requests[4]!))
  await turn()
  expect(seeds()).toEqual([[1, 2]])
  end()
  await turn()
  expect(seeds()).toEqual([
    [1, 2],
    [3, 4, 5],
  ])
  end()
  expect((await Promise.all(trainings)).map(({ trainRows }) => trainRows)).toEqual([1, 2, 3, 4, 5])
})

test('no batch is larger than it may be, and one that fails as a whole fails for each and holds up no other', async () => {
  const { trainMany, seeds, end } = byHand()
  const train = gatherTrainings(trainMany, 3)
  const trainings = requests.map((request) => train(request).catch((error: Error) => error.message))
  await turn()
  expect(seeds()).toEqual([[1, 2, 3]])
  end(new Error('the device is lost'))
  await turn()
  expect(seeds().at(-1)).toEqual([4, 5])
  end()
  expect(await Promise.all(trainings)).toEqual([
    ...Array.from({ length: 3 }, () => 'the device is lost'),
    { trainRows: 4 },
    { trainRows: 5 },
  ])
})
