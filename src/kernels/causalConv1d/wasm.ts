import type { WasmKernel } from '../wasm/wasmKernel.js'
import type { ConvDims } from './plain.js'

/** Host side of forward.as.ts and backward.as.ts; keeps the slope of silu. */
export const wasmConv: WasmKernel = {
  forward(host, { x, weight, bias }, { b, l, e, k }: ConvDims) {
    const out = host.output([b, l, e])
    const slope = host.output([b, l, e])
    const pointers = [x!, weight!, bias!, out, slope].map(host.pointer)
    host.withScratch(host.kernels.convScratchBytes(e, k), (scratch) =>
      host.kernels.convForward(...pointers, scratch, b, l, e, k),
    )
    return [out, slope]
  },
  backward(host, dy, { x, weight, bias, kept0: slope }, { b, l, e, k }: ConvDims) {
    const gradients = [x!, weight!, bias!].map(({ shape }) => host.output(shape))
    const pointers = [dy, slope!, x!, weight!, ...gradients].map(host.pointer)
    host.withScratch(host.kernels.convScratchBytes(e, k), (scratch) =>
      host.kernels.convBackward(...pointers, scratch, b, l, e, k),
    )
    return gradients
  },
}
