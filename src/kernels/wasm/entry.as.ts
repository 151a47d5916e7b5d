export { adamStep } from '../adam/wasm.as'
export { convBackward } from '../causalConv1d/backward.as'
export { convForward } from '../causalConv1d/forward.as'
export { convScratchBytes } from '../causalConv1d/taps.as'
export { linearBackward, linearForward, linearScratchBytes } from '../linear/wasm.as'
export { multiplyPacked, packedBytes, packRight } from '../matMul/wasm.as'
export {
  mixerBackward, mixerForward, mixerKeptSize, mixerScratchBytes, mixerStateAt, mixerStateEvery,
  mixerStateSize,
} from '../mambaMixer/wasm.as'
export { rmsNormBackward, rmsNormForward } from '../rmsNorm/wasm.as'
export { scanBackward } from '../selectiveScan/backward.as'
export { scanForward } from '../selectiveScan/forward.as'
export { scanCheckpointSize, scanScratchBytes } from '../selectiveScan/tiles.as'
export { allFinite, begin, constantBytes } from './simd.as'
