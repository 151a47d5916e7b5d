import * as tf from '@tensorflow/tfjs'
import { dispatch } from '../webgpu/dispatch.js'
import type { ScanDims } from './plain.js'
import type { SelectiveScanInputs } from './selectiveScan.js'
import { scanBackwardShader, scanForwardShader } from './shaders.js'

/** Threads of time in a workgroup, and steps between checkpoints. */
const chunks = 16
const segment = 16
/** Partial sums of dB and dC may take this many floats; beyond it a workgroup runs several channels and adds them up. */
const partialFloats = 2 ** 26

interface Plan extends ScanDims {
  readonly sequences: number
  readonly segments: number
  readonly uniforms: number[]
  readonly perGroup: number
  readonly groups: number
}

/** How (models · b) sequences are laid over the shaders; parameters are (models, e, n + 2). */
function plan(u: tf.Tensor3D, B: tf.Tensor3D, models: number): Plan {
  const [sequences, l, e] = u.shape
  const n = B.shape[2]
  const b = sequences / models
  const chunk = segment * Math.ceil(l / (segment * chunks))
  const segments = Math.ceil(l / segment)
  const fitting = Math.max(1, Math.floor(partialFloats / (2 * sequences * l * n)))
  const perGroup = Math.ceil(e / Math.min(e, fitting))
  const groups = Math.ceil(e / perGroup)
  return { b, l, e, n, sequences, segments, perGroup, groups, uniforms: [l, e, n, b, chunk, perGroup, segments] }
}

/**
 * Selective scan on backend 'webgpu', for `models` models side by side in one dispatch: u, delta, z (models · b, l, e),
 * B, C (models · b, l, n), params (models, e, n + 2) with A, then D, then deltaBias on each channel. Reads nothing back.
 */
export function webgpuScan(
  { u, delta, z, B, C }: Pick<SelectiveScanInputs, 'u' | 'delta' | 'z' | 'B' | 'C'>,
  params: tf.Tensor3D,
): tf.Tensor3D {
  const scan = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.pop() as tf.GradSaveFunc
    const tensors = args as tf.Tensor[]
    const layout = plan(u, B, params.shape[0])
    const { sequences, segments, l, e, n, uniforms } = layout
    const wide = [sequences, l, e]
    const shapes = [wide, wide, [sequences, segments, e, n]]
    const outputs = dispatch(tf.backend(), scanForwardShader, tensors, shapes, uniforms, [e, sequences])
    const [value, y, checkpoints] = outputs.map(adopt) as [tf.Tensor, tf.Tensor, tf.Tensor]
    save([...tensors, y, checkpoints])
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(dy, saved, layout) }
  })
  return scan(u, delta, z, B, C, params) as tf.Tensor3D
}

const adopt = (info: tf.TensorInfo): tf.Tensor => tf.engine().makeTensorFromTensorInfo(info)

function backward(dy: tf.Tensor, saved: tf.Tensor[], layout: Plan): tf.Tensor[] {
  const { sequences, b, l, e, n, groups, uniforms } = layout
  const rows = sequences * l
  const sizes = [rows * e, rows * e, rows * e, groups * rows * n, groups * rows * n, sequences * e * (n + 2)]
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const [packed] = dispatch(tf.backend(), scanBackwardShader, [dy, ...saved], [[total]], uniforms, [groups, sequences])
  const parts = tf.split(adopt(packed!), sizes)
  const [du, ddelta, dz] = parts.slice(0, 3).map((part) => part.reshape([sequences, l, e]))
  const [dB, dC] = parts.slice(3, 5).map((part) => tf.sum(part.reshape([groups, sequences, l, n]), 0))
  const dParams = tf.sum(parts[5]!.reshape([sequences / b, b, e, n + 2]), 1)
  return [du!, ddelta!, dz!, dB!, dC!, dParams]
}

/** One model's scan as the operation selectiveScan has it. */
export function webgpuSelectiveScan(inputs: SelectiveScanInputs): tf.Tensor3D {
  const { A, D, deltaBias } = inputs
  const params = tf.concat([A, D.expandDims(1), deltaBias.expandDims(1)], 1).expandDims(0) as tf.Tensor3D
  return webgpuScan(inputs, params)
}
