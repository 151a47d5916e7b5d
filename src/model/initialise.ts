import { embeddedFeatures } from './contextShape.js'
import type { MambaShape, Weights } from './forecaster.js'
import { createRandom, type Random } from './random.js'
import { blockSizes, sizeOf, weightShapes } from './weights.js'

const DT_SCALE = 1
const DT_MIN = 0.001
const DT_MAX = 0.1
const DT_INIT_FLOOR = 1e-4

/**
 * First weights of a network: S4D-real A, D = 1, dt from the log-uniform on [0.001, 0.1], everything else PyTorch's
 * uniform ±1/sqrt(fan_in) (Gu & Dao 2023, section 3.6; state-spaces/mamba). The seed fixes every number.
 */
export function initialWeights(shape: MambaShape, seed: number): Weights {
  const random = createRandom(seed)
  return Object.fromEntries(
    weightShapes(shape).map(([name, dims]) => [name, { shape: dims, data: initialValues(name, dims, shape, random) }]),
  )
}

function initialValues(name: string, dims: readonly number[], shape: MambaShape, random: Random): Float32Array {
  const { E, N, K, R, D } = blockSizes(shape)
  const uniform = (bound: number) => fill(dims, () => (2 * random() - 1) * bound)
  const kind = name.replace(/^(blocks|norms)\.\d+/, '$1')
  switch (kind) {
    case 'blocks.A_log':
      return fill(dims, (i) => Math.log((i % N) + 1))
    case 'blocks.D':
    case 'norms.weight':
    case 'norm_f.weight':
      return fill(dims, () => 1)
    case 'blocks.dt_proj.weight':
      return uniform(DT_SCALE * R ** -0.5)
    case 'blocks.dt_proj.bias':
      return fill(dims, () => inverseSoftplus(initialDelta(random)))
    case 'blocks.conv1d.weight':
    case 'blocks.conv1d.bias':
      return uniform(K ** -0.5)
    case 'blocks.x_proj.weight':
    case 'blocks.out_proj.weight':
      return uniform(E ** -0.5)
    case 'embed.weight':
    case 'embed.bias':
      return uniform(embeddedFeatures(shape) ** -0.5)
    case 'context.gate':
      return fill(dims, () => 0)
    case 'context.query.weight':
    case 'context.key.weight':
    case 'context.value.weight':
    case 'context.source':
      return uniform(dims[1]! ** -0.5)
    case 'blocks.in_proj.weight':
    case 'head.weight':
    case 'head.bias':
      return uniform(D ** -0.5)
    default:
      throw new Error(`no initial value for weight '${name}'`)
  }
}

const fill = (dims: readonly number[], value: (index: number) => number): Float32Array =>
  Float32Array.from({ length: sizeOf(dims) }, (_, i) => value(i))

function initialDelta(random: Random): number {
  const logDelta = Math.log(DT_MIN) + random() * (Math.log(DT_MAX) - Math.log(DT_MIN))
  return Math.max(Math.exp(logDelta), DT_INIT_FLOOR)
}

/** The x with softplus(x) = y, for y > 0, without overflow for large y. */
export const inverseSoftplus = (y: number): number => y + Math.log(-Math.expm1(-y))
