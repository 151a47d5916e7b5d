import * as tf from '@tensorflow/tfjs'
import { selectBackend } from '../dist/kernels/backend.js'
import { emptyMixerState, mambaMixerStep } from '../dist/kernels/mambaMixer/mambaMixerStep.js'
import { median, timed } from './training.mjs'

/** Milliseconds of one streaming step of one Mamba block of the paper's size. */
export async function streamingRow(backend, report) {
  await selectBackend(backend)
  report('one streaming step')
  const [d, e, n, r, k] = [16, 32, 16, 1, 4]
  const weights = {
    ...{ inProj: tf.randomUniform([2 * e, d], -0.2, 0.2), convWeight: tf.randomUniform([e, k], -0.5, 0.5) },
    ...{ convBias: tf.zeros([e]), xProj: tf.randomUniform([r + 2 * n, e], -0.2, 0.2), dtWeight: tf.ones([e, r]) },
    ...{ dtBias: tf.fill([e], -4), ALog: tf.zeros([e, n]), D: tf.ones([e]), outProj: tf.ones([d, e]) },
  }
  let state = emptyMixerState(1, weights)
  const x = tf.ones([1, d])
  const step = async () => {
    const next = mambaMixerStep(x, state, weights)
    tf.dispose([state.window, state.h])
    state = next.state
    await next.y.data()
    next.y.dispose()
  }
  const ms = median(await timed(step, 200, 20))
  tf.dispose([x, state.window, state.h, ...Object.values(weights)])
  return { stepMs: ms }
}
