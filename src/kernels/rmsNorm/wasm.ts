import type { WasmKernel } from '../wasm/wasmKernel.js'
import type { RmsNormDims } from './plain.js'

/** Host side of wasm.as.ts; keeps nothing. */
export const wasmRmsNorm: WasmKernel = {
  forward(host, { x, weight }, { rows, d, epsilon }: RmsNormDims) {
    const out = host.output(x!.shape)
    host.kernels.rmsNormForward(host.pointer(x!), host.pointer(weight!), host.pointer(out), rows, d, epsilon)
    return [out]
  },
  backward(host, dy, { x, weight }, { rows, d, epsilon }: RmsNormDims) {
    const gradients = [x!, weight!].map(({ shape }) => host.output(shape))
    host.kernels.rmsNormBackward(...[dy, x!, weight!, ...gradients].map(host.pointer), rows, d, epsilon)
    return gradients
  },
}
