import type { WasmKernel } from '../wasm/wasmKernel.js'
import type { LinearDims } from './plain.js'

/** Host side of wasm.as.ts; keeps nothing. */
export const wasmLinear: WasmKernel = {
  forward(host, { x, weight, bias }, { rows, inner, columns }: LinearDims) {
    const out = host.output([...x!.shape.slice(0, -1), columns])
    const pointers = [host.pointer(x!), host.pointer(weight!), bias ? host.pointer(bias) : 0, host.pointer(out)]
    host.withScratch(host.kernels.linearScratchBytes(inner, columns), (scratch) =>
      host.kernels.linearForward(...pointers, scratch, rows, inner, columns),
    )
    return [out]
  },
  backward(host, dy, { x, weight, bias }, { rows, inner, columns }: LinearDims) {
    const gradients = [x!, weight!, ...(bias ? [bias] : [])].map(({ shape }) => host.output(shape))
    const [dx, dWeight, dBias] = gradients.map(host.pointer)
    const pointers = [...[dy, x!, weight!].map(host.pointer), dx!, dWeight!, dBias ?? 0]
    host.withScratch(host.kernels.linearScratchBytes(inner, columns), (scratch) =>
      host.kernels.linearBackward(...pointers, scratch, rows, inner, columns, 0),
    )
    return gradients
  },
}
