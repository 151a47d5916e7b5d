import * as tf from '@tensorflow/tfjs'
import { dispatch } from '../webgpu/dispatch.js'
import type { WebgpuKernel } from '../webgpu/webgpuKernel.js'
import type { ScanDims } from './plain.js'
import { scanBackwardShader, scanForwardShader } from './shaders.js'

/** Threads of time in a workgroup, and steps between checkpoints. */
const chunks = 16
const segment = 16
/** Partial sums of dB and dC may take this many floats; beyond it a workgroup runs several channels and adds them up. */
const partialFloats = 2 ** 26

/** `models` models of `b` sequences each. */
type Dims = ScanDims & { readonly models: number }

interface Plan {
  readonly sequences: number
  readonly segments: number
  readonly uniforms: number[]
  readonly groups: number
}

/** How (models · b) sequences are laid over the shaders. */
function plan({ models, b, l, e, n }: Dims): Plan {
  const sequences = models * b
  const chunk = segment * Math.ceil(l / (segment * chunks))
  const segments = Math.ceil(l / segment)
  const fitting = Math.max(1, Math.floor(partialFloats / (2 * sequences * l * n)))
  const perGroup = Math.ceil(e / Math.min(e, fitting))
  const groups = Math.ceil(e / perGroup)
  return { sequences, segments, groups, uniforms: [l, e, n, b, chunk, perGroup, segments] }
}

/**
 * Kernel 'PackedScan', for all models in one dispatch: u, delta, z (models · b, l, e), B, C (models · b, l, n), params
 * (models, e, n + 2). Keeps the outputs before the gate and the states before every 16th step.
 */
export const webgpuScan: WebgpuKernel = {
  forward(backend, { u, delta, z, B, C, params }, dims: Dims) {
    const { sequences, segments, uniforms } = plan(dims)
    const { l, e, n } = dims
    const wide = [sequences, l, e]
    const shapes = [wide, wide, [sequences, segments, e, n]]
    return dispatch(backend, scanForwardShader, [u!, delta!, z!, B!, C!, params!], shapes, uniforms, [e, sequences, 1])
  },
  backward(backend, dy, { u, delta, z, B, C, params, kept0: y, kept1: checkpoints }, dims: Dims) {
    const { sequences, groups, uniforms } = plan(dims)
    const { models, b, l, e, n } = dims
    const rows = sequences * l
    const sizes = [rows * e, rows * e, rows * e, groups * rows * n, groups * rows * n, sequences * e * (n + 2)]
    const total = sizes.reduce((sum, size) => sum + size, 0)
    const inputs = [dy, u!, delta!, z!, B!, C!, params!, y!, checkpoints!]
    const workgroups = [groups, sequences, 1] as const
    const [packed] = dispatch(backend, scanBackwardShader, inputs, [[total]], uniforms, workgroups)
    return tf.tidy(() => {
      const parts = tf.split(tf.engine().makeTensorFromTensorInfo(packed!), sizes)
      const [du, ddelta, dz] = parts.slice(0, 3).map((part) => part.reshape([sequences, l, e]))
      const [dB, dC] = parts.slice(3, 5).map((part) => tf.sum(part.reshape([groups, sequences, l, n]), 0))
      const dParams = tf.sum(parts[5]!.reshape([models, b, e, n + 2]), 1)
      return [du!, ddelta!, dz!, dB!, dC!, dParams]
    })
  },
}
