import { expect, test } from 'vitest'
import { defaultTrainingOptions } from '../../src/model/defaults.js'
import type { Checkpoint } from '../../src/model/forecaster.js'
import { type Champion, type PlanInput, trainingPlan } from '../../src/scheduler/jobs/trainingPlan.js'

const options = defaultTrainingOptions
const sessions = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08']
const checkpoint = { options, featureNames: ['a', 'b'] } as unknown as Checkpoint
const champion: Champion = { checkpoint, isRebased: false, semantics: 'now' }
const input: PlanInput = {
  ...{ options, featureNames: ['a', 'b'], semantics: 'now', champion, drift: undefined, sessions },
  ...{ retrainEverySessions: 3, fineTuneEpochs: 7, byHand: false, hasRoom: true },
  fullTraining: { trainEnd: '2024-01-03', options: { ...options } },
}
const fullTraining = (trainEnd: string) => ({ ...input.fullTraining!, trainEnd })

test('a ticker without a model is trained fully, and the model serves', () => {
  const plan = trainingPlan({ ...input, champion: undefined, fullTraining: undefined })
  expect(plan).toEqual({ options, reason: 'first training', role: 'successor' })
})

test('soon after a full training the champion is fine-tuned from its weights', () => {
  const plan = trainingPlan(input)
  expect(plan.warmStart).toBe(checkpoint)
  expect(plan).toMatchObject({ role: 'fine-tuned', options: { maxEpochs: 7 } })
  expect(plan.reason).toBe('fine-tuned: 2 sessions after the last full training')
})

test('once the last full training is old, there is another, and it goes on trial', () => {
  const plan = trainingPlan({ ...input, fullTraining: fullTraining('2024-01-02') })
  expect(plan).toEqual({ options, reason: 'retrained: last full training 3 sessions ago', role: 'challenger' })
  const full = trainingPlan({ ...input, fullTraining: fullTraining('2024-01-02'), hasRoom: false })
  expect(full.role, 'while no challenger can be judged yet, another would only push one out').toBe('fine-tuned')
})

test('other options are put on trial, while the champion goes on under its own', () => {
  const other = { ...options, learningRate: 0.5 }
  expect(trainingPlan({ ...input, options: other })).toEqual({
    ...{ options: other, reason: 'retrained: learningRate changed', role: 'challenger' },
  })
  const onTrial = { ...fullTraining('2024-01-05'), options: { ...other } }
  const plan = trainingPlan({ ...input, options: other, fullTraining: onTrial })
  expect(plan.role).toBe('fine-tuned')
  expect(plan.options.learningRate).toBe(options.learningRate)
})

test.each([
  ['other features', { featureNames: ['a', 'c'] }, 'the features changed'],
  [
    'features of the same names that mean something else',
    { semantics: 'later' },
    'the code changed what features or network mean (now later)',
  ],
  [
    'a champion of which that is not known',
    { champion: { ...champion, semantics: null } },
    'the code changed what features or network mean (now now)',
  ],
  ['a re-based history', { champion: { ...champion, isRebased: true } }, 'the price history was re-based'],
])('%s: the champion cannot go on, and a new model takes its place at once', (_, change, why) => {
  const plan = trainingPlan({ ...input, ...change })
  expect(plan).toEqual({ options, reason: `retrained: ${why}`, role: 'successor' })
})

test('drift asks for a full training at once, but not again for the same alarm', () => {
  const drift = { asOf: '2024-01-05', n: 80, statistic: 11, threshold: 10, alarmAsOf: '2024-01-04', lossRatio: 1.31 }
  expect(trainingPlan({ ...input, drift })).toMatchObject({
    reason: 'retrained: losses drifted (alarm of 2024-01-04, lately 31 % above what forecasts expected)',
    role: 'challenger',
  })
  expect(trainingPlan({ ...input, drift, fullTraining: fullTraining('2024-01-04') }).role).toBe('fine-tuned')
})

test('what a person trains goes on trial too', () => {
  expect(trainingPlan({ ...input, byHand: true })).toEqual({ options, reason: 'trained by hand', role: 'challenger' })
})
