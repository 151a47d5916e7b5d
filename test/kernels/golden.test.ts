import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { attach } from '../../src/kernels/wasm/wasmHost.js'
import { expectGoldenGradients, expectGoldenLosses, expectGoldenOutput, goldenCases } from './goldenCases.js'

const start = {
  cpu: () => selectBackend('cpu'),
  'wasm, SIMD': async () => {
    await selectBackend('wasm')
    expect(attach(tf.backend(), ['simd'])).toMatchObject({ binary: 'simd' })
  },
  'wasm, relaxed SIMD': async () => {
    await selectBackend('wasm')
    expect(attach(tf.backend(), ['relaxed-simd'])).toMatchObject({ binary: 'relaxed-simd' })
  },
}

const cases = goldenCases.map((golden, i) => [i, golden] as const)

describe.skipIf(cases.length === 0).each(Object.entries(start))('against PyTorch in float64, on %s', (_, begin) => {
  beforeAll(async () => {
    await begin()
  })

  test.each(cases)('case %i: the output agrees within 1e-5', (_, golden) => expectGoldenOutput(golden))

  test.each(cases)('case %i: every gradient agrees within 1e-4', (_, golden) => expectGoldenGradients(golden))

  test.each(cases)('case %i: five Adam losses agree within 1e-4', (_, golden) => expectGoldenLosses(golden))
})
