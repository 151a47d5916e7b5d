// Trains small networks long enough for V8 to optimise every kernel and prints the losses; "alone" keeps V8 from joining vectors.
import * as tf from '@tensorflow/tfjs'
import { startTraining } from '../../bench/training.mjs'
import { selectBackend } from '../../dist/kernels/backend.js'
import { attach } from '../../dist/kernels/wasm/wasmHost.js'

await selectBackend('wasm')
const { vectorBits } = process.argv[2] === 'alone' ? attach(tf.backend(), undefined, false) : attach(tf.backend())
const [rows, features] = [203, 7]
const wave = (size, step) => Float32Array.from({ length: size }, (_, i) => Math.sin(step * i * i + i))
const data = { x: wave(rows * features, 0.13), y: wave(rows, 0.07), rows, features }
const losses = {}
for (const dModel of [6, 12, 16, 40]) {
  const training = startTraining(data, dModel)
  losses[dModel] = []
  for (let epoch = 0; epoch < 150; epoch++) losses[dModel].push(await training.epoch())
  training.close()
}
console.log(JSON.stringify({ vectorBits, losses }))
