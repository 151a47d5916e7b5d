// One Adam step (header: adam.ts) over one parameter and its slice of the moments.
import { loadLanes, madd, splat, storeLanes } from '../wasm/simd.as'

/**
 * `keep` is 1 - learningRate·weightDecay when the decay is decoupled, else 1; `decay` the factor of L2 in the gradient;
 * `stepSize` learningRate / (1 - beta1^step); `rootScale` 1 / sqrt(1 - beta2^step).
 */
export function adamStep(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  nextP: usize,
  nextM: usize,
  nextV: usize,
  size: i32,
  keep: f32,
  decay: f32,
  beta1: f32,
  oneLessBeta1: f32,
  beta2: f32,
  oneLessBeta2: f32,
  stepSize: f32,
  rootScale: f32,
  epsilon: f32,
): void {
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2
    const lanes = min(4, size - i)
    const weight = f32x4.mul(loadLanes(p + at, lanes), splat(keep))
    const gradient = madd(weight, splat(decay), loadLanes(g + at, lanes))
    const mean = madd(gradient, splat(oneLessBeta1), f32x4.mul(loadLanes(m + at, lanes), splat(beta1)))
    const scaled = f32x4.mul(gradient, splat(oneLessBeta2))
    const square = madd(scaled, gradient, f32x4.mul(loadLanes(v + at, lanes), splat(beta2)))
    const root = madd(f32x4.sqrt(square), splat(rootScale), splat(epsilon))
    storeLanes(nextM + at, mean, lanes)
    storeLanes(nextV + at, square, lanes)
    storeLanes(nextP + at, f32x4.sub(weight, f32x4.div(f32x4.mul(mean, splat(stepSize)), root)), lanes)
  }
}
