import * as tf from '@tensorflow/tfjs'

/**
 * Makes clone() on backend 'wasm' share the data, as reshape() there and clone() on other backends do. tfjs 4.22.0 copies
 * it, and the tape clones every tensor that it keeps: several megabytes per training step.
 */
export function shareIdentity(): void {
  if (tf.getKernel('Identity', 'wasm')) tf.unregisterKernel('Identity', 'wasm')
  tf.registerKernel({
    kernelName: 'Identity',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const { dataId, shape, dtype } = inputs.x!
      ;(backend as { incRef(dataId: object): void }).incRef(dataId)
      return { dataId, shape, dtype }
    },
  })
}
