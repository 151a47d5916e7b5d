import type { MambaShape } from '../forecaster.js'
import { initialWeights } from '../initialise.js'
import { forward } from '../mambaNetwork.js'
import type { Network, NetworkSize } from './network.js'

/** The paper's sizes (Shi 2024, section 4), whatever the product's own defaults are. */
const PAPER = { dModel: 16, nLayers: 2, dState: 16, expand: 2, dConv: 4, dtRank: 'auto' } as const

const shapeOf = (size: NetworkSize): MambaShape => ({ ...PAPER, ...size })

/** MambaStock (Shi 2024, arXiv 2402.18959): 2 Mamba blocks of width 16. */
export const mambaStock: Network = {
  initialWeights: (size, seed) => initialWeights(shapeOf(size), seed),
  forward,
}
