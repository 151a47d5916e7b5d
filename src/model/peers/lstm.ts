import { linear } from '../../kernels/linear/linear.js'
import { lstm as lstmKernel } from '../../kernels/lstm/lstm.js'
import { residualNetwork, uniform, WIDTH } from './residualNetwork.js'

/** Hidden units, so that a block has as many parameters as a Mamba block (3280 beside 3360). */
const HIDDEN = 20

/** Long short-term memory (Hochreiter & Schmidhuber 1997) in the paper's frame. PyTorch's two biases are one here. */
export const lstm = residualNetwork({
  weights: [
    { name: 'weight_ih', dims: [4 * HIDDEN, WIDTH], initial: uniform(HIDDEN) },
    { name: 'weight_hh', dims: [4 * HIDDEN, HIDDEN], initial: uniform(HIDDEN) },
    { name: 'bias', dims: [4 * HIDDEN], initial: uniform(HIDDEN) },
    { name: 'out_proj.weight', dims: [WIDTH, HIDDEN], initial: uniform(HIDDEN) },
  ],
  mix: (weight, x) =>
    linear(lstmKernel(linear(x, weight('weight_ih'), weight('bias')), weight('weight_hh')), weight('out_proj.weight')),
})
