import { expect, test } from 'vitest'
import { defaultTrainingOptions } from '../../src/model/defaults.js'
import type { Checkpoint } from '../../src/model/forecaster.js'
import { trainingPlan } from '../../src/scheduler/jobs/trainingPlan.js'

const options = defaultTrainingOptions
const sessions = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08']
const checkpoint = { options, featureNames: ['a', 'b'] } as unknown as Checkpoint
const input = { options, featureNames: ['a', 'b'], sessions, retrainEverySessions: 3, fineTuneEpochs: 7 }

test('a ticker without a model is trained fully', () => {
  expect(trainingPlan({ ...input, latest: undefined })).toEqual({ options, reason: 'first training' })
})

test('soon after a full training the model is fine-tuned from its weights', () => {
  const plan = trainingPlan({ ...input, latest: { checkpoint, fullTrainingEnd: '2024-01-03' } })
  expect(plan.warmStart).toBe(checkpoint)
  expect(plan.options.maxEpochs).toBe(7)
  expect(plan.reason).toBe('fine-tuned: 2 sessions after the last full training')
})

test('an old model is trained anew, and so is one with other features or options', () => {
  const old = trainingPlan({ ...input, latest: { checkpoint, fullTrainingEnd: '2024-01-02' } })
  expect(old).toEqual({ options, reason: 'retrained: last full training 3 sessions ago' })
  const latest = { checkpoint, fullTrainingEnd: '2024-01-08' }
  expect(trainingPlan({ ...input, latest, featureNames: ['a', 'c'] }).reason).toBe('retrained: the features changed')
  const other = { ...options, learningRate: 0.5 }
  expect(trainingPlan({ ...input, latest, options: other }).reason).toBe('retrained: learningRate changed')
})

test('a fine-tuned model counts as set up the same way', () => {
  const tuned = { ...checkpoint, options: { ...options, maxEpochs: 7 } } as Checkpoint
  const plan = trainingPlan({ ...input, latest: { checkpoint: tuned, fullTrainingEnd: '2024-01-08' } })
  expect(plan.warmStart).toBe(tuned)
})
