import * as tf from '@tensorflow/tfjs'
import { refuseNaN } from '../plainKernel.js'
import { type WasmHost, wasmHost } from '../wasm/wasmHost.js'

type Tensors = Readonly<Record<string, tf.TensorInfo>>

interface MixerDims {
  readonly b: number
  readonly l: number
  readonly d: number
  readonly e: number
  readonly n: number
  readonly r: number
  readonly k: number
}

/** Everything the backward pass needs, kept as one tensor: its parts in order, in floats. */
function activationSizes({ kernels }: WasmHost, { b, l, e, n, r }: MixerDims) {
  const rows = b * l
  const wide = rows * e
  const scan = { delta: wide, A: e * n, B: rows * n, C: rows * n, gated: wide, y: wide }
  return { uIn: wide, z: wide, u: wide, rank: rows * r, ...scan, checkpoints: kernels.scanCheckpointSize(b, l, e, n) }
}

/** Addresses of consecutive parts of these sizes from `start` on, each on a 16-byte boundary of the block. */
function layOut<Part extends string>(sizes: Record<Part, number>, start: number) {
  let at = start
  const addresses = {} as Record<Part, number>
  for (const part of Object.keys(sizes) as Part[]) {
    addresses[part] = at
    at += 16 * Math.ceil(sizes[part] / 4)
  }
  return { addresses, floats: (at - start) / 4 }
}

/** The two passes share dimensions, addresses of the inputs, and scratch for the largest operation in them. */
function open(host: WasmHost, inputs: Tensors, dims: MixerDims) {
  const { kernels } = host
  const { d, e, n, r, k } = dims
  const pairs = [
    [d, e],
    [e, r],
    [e, n],
    [r, e],
    [e, d],
  ] as const
  const linearBytes = pairs.map(([inner, columns]) => kernels.linearScratchBytes(inner, columns))
  const scratchBytes = Math.max(...linearBytes, kernels.scanScratchBytes(e, n), kernels.convScratchBytes(k))
  const at = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, host.pointer(tensor)]))
  const sizes = activationSizes(host, dims)
  return { at: at as Record<string, number>, sizes, scratchBytes, rows: dims.b * dims.l }
}

function forward(host: WasmHost, inputs: Tensors, dims: MixerDims): tf.TensorInfo[] {
  const { b, l, d, e, n, r, k } = dims
  const { at, sizes, scratchBytes, rows } = open(host, inputs, dims)
  const out = host.output([b, l, d])
  const kept = host.output([layOut(sizes, 0).floats])
  const act = layOut(sizes, host.pointer(kept)).addresses
  const { kernels } = host
  host.withScratch(scratchBytes, (scratch) => {
    const linear = (x: number, weight: number, y: number, inner: number, columns: number) =>
      kernels.linearForward(x, weight, 0, y, scratch, rows, inner, columns)
    linear(at.x!, at.inProj!, act.uIn, d, e)
    linear(at.x!, at.inProj! + 4 * e * d, act.z, d, e)
    kernels.convForward(act.uIn, at.convWeight!, at.convBias!, act.u, scratch, b, l, e, k)
    linear(act.u, at.xProj!, act.rank, e, r)
    linear(act.u, at.xProj! + 4 * r * e, act.B, e, n)
    linear(act.u, at.xProj! + 4 * (r + n) * e, act.C, e, n)
    linear(act.rank, at.dtWeight!, act.delta, r, e)
    kernels.negativeExp(at.ALog!, act.A, e * n)
    kernels.scanForward(
      ...[act.u, act.delta, act.A, act.B, act.C, at.D!, act.z, at.dtBias!, act.gated, act.y, act.checkpoints],
      ...[scratch, b, l, e, n],
    )
    linear(act.gated, at.outProj!, host.pointer(out), e, d)
  })
  return [out, kept]
}

function backward(host: WasmHost, dOut: tf.TensorInfo, tensors: Tensors, dims: MixerDims): tf.TensorInfo[] {
  const { kept0: kept, ...inputs } = tensors
  const { b, l, d, e, n, r, k } = dims
  const { at, sizes, scratchBytes, rows } = open(host, inputs, dims)
  const outputs = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, host.output(shape)]))
  const g = Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, host.pointer(tensor)]))
  const { checkpoints: _, ...gradientSizes } = sizes
  const { kernels } = host
  host.withScratch(scratchBytes + 4 * layOut(gradientSizes, 0).floats, (start) => {
    const act = layOut(sizes, host.pointer(kept!)).addresses
    const { addresses: grad, floats } = layOut(gradientSizes, start)
    const scratch = start + 4 * floats
    const linear = (
      dy: number,
      x: number,
      w: number,
      dx: number,
      dw: number,
      inner: number,
      columns: number,
      add = 0,
    ) => kernels.linearBackward(dy, x, w, dx, dw, 0, scratch, rows, inner, columns, add)
    linear(host.pointer(dOut), act.gated, at.outProj!, grad.gated, g.outProj!, e, d)
    kernels.scanBackward(
      ...[grad.gated, act.u, act.delta, act.A, act.B, act.C, at.D!, act.z, at.dtBias!, act.y, act.checkpoints],
      ...[grad.u, grad.delta, grad.A, grad.B, grad.C, g.D!, grad.z, g.dtBias!, scratch, b, l, e, n],
    )
    kernels.multiplyElements(grad.A, act.A, g.ALog!, e * n)
    linear(grad.delta, act.rank, at.dtWeight!, grad.rank, g.dtWeight!, r, e)
    linear(grad.rank, act.u, at.xProj!, grad.u, g.xProj!, e, r, 1)
    linear(grad.B, act.u, at.xProj! + 4 * r * e, grad.u, g.xProj! + 4 * r * e, e, n, 1)
    linear(grad.C, act.u, at.xProj! + 4 * (r + n) * e, grad.u, g.xProj! + 4 * (r + n) * e, e, n, 1)
    kernels.convBackward(
      ...[grad.u, act.uIn, at.convWeight!, at.convBias!, grad.uIn, g.convWeight!, g.convBias!, scratch, b, l, e, k],
    )
    linear(grad.uIn, at.x!, at.inProj!, g.x!, g.inProj!, d, e)
    linear(grad.z, at.x!, at.inProj! + 4 * e * d, g.x!, g.inProj! + 4 * e * d, d, e, 1)
  })
  return Object.values(outputs)
}

/** Registers the fused block for backend 'wasm'; mambaMixer runs it only where the compiled kernels attach. */
export function registerMixerOnWasm(): void {
  tf.registerKernel({
    kernelName: 'MambaMixer',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const host = wasmHost(backend as object)!
      const outputs = forward(host, inputs as Tensors, attrs as unknown as MixerDims)
      const [out] = outputs as [tf.TensorInfo]
      if (!host.kernels.allFinite(host.pointer(out), host.view(out).length))
        refuseNaN('MambaMixer', inputs as Tensors, host.view)
      return outputs
    },
  })
  tf.registerKernel({
    kernelName: 'MambaMixerGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, ...tensors } = inputs as Tensors
      return backward(wasmHost(backend as object)!, dy!, tensors, attrs as unknown as MixerDims)
    },
  })
}
