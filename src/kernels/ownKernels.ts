import * as tf from '@tensorflow/tfjs'
import './adam/adam.js'
import './mambaNetwork/mambaNetwork.js'

/** Operations of a Mamba network, from the smallest to the whole, by the names of their kernels. */
const operations: Readonly<Record<string, readonly string[]>> = {
  Adam: ['Adam'],
  Linear: ['Linear'],
  RmsNorm: ['RmsNorm'],
  CausalConv1d: ['CausalConv1d'],
  SelectiveScan: ['SelectiveScan', 'PackedScan'],
  MambaMixer: ['MambaMixer'],
  MambaNetwork: ['MambaNetwork'],
}

/** Those operations that the active backend has kernels of this room for. */
export const ownKernels = (): string[] =>
  Object.keys(operations).filter((name) =>
    operations[name]!.some((kernel) => tf.getKernel(kernel, tf.getBackend()) !== undefined),
  )
