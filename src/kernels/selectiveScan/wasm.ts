import type { Tensors, WasmKernel } from '../wasm/wasmKernel.js'
import type { ScanDims } from './plain.js'

/** Host side of forward.as.ts and backward.as.ts: keeps four activations and the state before every segment. */
export const wasmScan: WasmKernel = {
  forward(host, inputs, { b, l, e, n }: ScanDims) {
    const out = host.output([b, l, e])
    const kept = host.output([4, b, l, e])
    const checkpoints = host.output([host.kernels.scanCheckpointSize(b, l, e, n)])
    const pointers = [...inputOrder(inputs), out, kept, checkpoints].map(host.pointer)
    host.withScratch(host.kernels.scanScratchBytes(e, n), (scratch) =>
      host.kernels.scanForward(...pointers, scratch, b, l, e, n),
    )
    return [out, kept, checkpoints]
  },
  backward(host, dy, inputs, { b, l, e, n }: ScanDims) {
    const order = inputOrder(inputs)
    const gradients = order.map(({ shape }) => host.output(shape))
    const { u, A, B, C, D, kept0: kept, kept1: checkpoints } = inputs
    const pointers = [dy, u!, A!, B!, C!, D!, kept!, checkpoints!, ...gradients].map(host.pointer)
    host.withScratch(host.kernels.scanScratchBytes(e, n), (scratch) =>
      host.kernels.scanBackward(...pointers, scratch, b, l, e, n),
    )
    return gradients
  },
}

const inputOrder = ({ u, delta, A, B, C, D, z, deltaBias }: Tensors) => [u!, delta!, A!, B!, C!, D!, z!, deltaBias!]
