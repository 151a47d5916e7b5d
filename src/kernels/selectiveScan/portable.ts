import * as tf from '@tensorflow/tfjs'
import { modelsOf } from '../operation.js'
import type { SelectiveScanInputs } from './selectiveScan.js'

/**
 * The selective scan from core operations alone, for backends that take no kernels of ours ('tensorflow'). Needs
 * several arrays of b·l·e·n floats.
 */
export function portableScan({ u, delta, A, B, C, D, z, deltaBias }: SelectiveScanInputs): tf.Tensor3D {
  return tf.tidy(() => {
    const models = modelsOf(A, 2)
    const [e, n] = A.shape.slice(-2) as [number, number]
    const perChannel = (values: tf.Tensor) => values.reshape([...models, 1, e])
    const dt = tf.softplus(tf.add(delta, perChannel(deltaBias))) as tf.Tensor3D
    const decay = tf.exp(tf.mul(dt.expandDims(3), A.reshape([...models, 1, e, n]))) as tf.Tensor4D
    const drive = tf.mul(tf.mul(dt, u).expandDims(3), B.expandDims(2)) as tf.Tensor4D
    const h = linearRecurrence(decay, drive)
    const y = tf.add(tf.sum(tf.mul(h, C.expandDims(2)), 3), tf.mul(u, perChannel(D)))
    return tf.mul(y, tf.mul(z, tf.sigmoid(z))) as tf.Tensor3D
  })
}

/**
 * h[t] = a[t] h[t-1] + b[t] over the second dimension of (b, l, e, n), h[-1] = 0; differentiable in both. Its gradient is
 * the same recurrence backwards: G[t] = dh[t] + a[t+1] G[t+1], db = G, da[t] = G[t] h[t-1].
 */
export function linearRecurrence(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  const operation = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.pop() as tf.GradSaveFunc
    const [decay, drive] = args as [tf.Tensor4D, tf.Tensor4D]
    const h = scan(decay, drive)
    save([decay, h])
    return {
      value: h,
      gradFunc: (dh: tf.Tensor, saved: tf.Tensor[]) => recurrenceGradient(dh as tf.Tensor4D, saved as tf.Tensor4D[]),
    }
  })
  return operation(a, b) as tf.Tensor4D
}

function recurrenceGradient(dh: tf.Tensor4D, [decay, h]: tf.Tensor4D[]): tf.Tensor[] {
  const after = shift(tf.reverse(decay!, 1))
  const G = tf.reverse(scan(after, tf.reverse(dh, 1)), 1)
  return [tf.mul(G, shift(h!)), G]
}

/** Moves every step one later in time, zeros first. */
const shift = (x: tf.Tensor4D): tf.Tensor4D =>
  tf.pad(tf.slice(x, [0, 0, 0, 0], [-1, x.shape[1] - 1, -1, -1]), [
    [0, 0],
    [1, 0],
    [0, 0],
    [0, 0],
  ]) as tf.Tensor4D

/**
 * Work-efficient scan in 2 log2(l) levels (Blelloch 1990): neighbours are joined by (a1, b1)∘(a2, b2) = (a1 a2, a2 b1 + b2),
 * half as many steps are scanned, and each result serves its own step and the next. Products of decays only ever shrink.
 */
function scan(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
  const l = b.shape[1]
  if (l === 1) return b.clone()
  const [aEven, aOdd] = pairs(a) as [tf.Tensor4D, tf.Tensor4D]
  const [bEven, bOdd] = pairs(b) as [tf.Tensor4D, tf.Tensor4D]
  const odd = scan(tf.mul(aEven, aOdd), tf.add(tf.mul(aOdd, bEven), bOdd))
  const even = tf.add(tf.mul(aEven, shift(odd)), bEven)
  const [batch, half, e, n] = odd.shape
  const both = tf.stack([even, odd], 2).reshape([batch, 2 * half, e, n]) as tf.Tensor4D
  return tf.slice(both, [0, 0, 0, 0], [-1, l, -1, -1])
}

/** Even and odd steps; a last step without a partner gets one of zeros. */
function pairs(x: tf.Tensor4D): tf.Tensor[] {
  const [batch, l, e, n] = x.shape
  const padded =
    l % 2 === 0
      ? x
      : tf.pad(x, [
          [0, 0],
          [0, 1],
          [0, 0],
          [0, 0],
        ])
  return tf.unstack(padded.reshape([batch, Math.ceil(l / 2), 2, e, n]), 2)
}
