import { gru as gruKernel } from '../../kernels/gru/gru.js'
import { linear } from '../../kernels/linear/linear.js'
import { residualNetwork, uniform, WIDTH } from './residualNetwork.js'

/** Hidden units, so that a block has as many parameters as a Mamba block (3408 beside 3360). */
const HIDDEN = 24

/** Gated recurrent unit (Cho et al. 2014) in the paper's frame, both biases as in PyTorch. */
export const gru = residualNetwork({
  weights: [
    { name: 'weight_ih', dims: [3 * HIDDEN, WIDTH], initial: uniform(HIDDEN) },
    { name: 'weight_hh', dims: [3 * HIDDEN, HIDDEN], initial: uniform(HIDDEN) },
    { name: 'bias_ih', dims: [3 * HIDDEN], initial: uniform(HIDDEN) },
    { name: 'bias_hh', dims: [3 * HIDDEN], initial: uniform(HIDDEN) },
    { name: 'out_proj.weight', dims: [WIDTH, HIDDEN], initial: uniform(HIDDEN) },
  ],
  mix: (weight, x) =>
    linear(
      gruKernel(linear(x, weight('weight_ih'), weight('bias_ih')), weight('weight_hh'), weight('bias_hh')),
      weight('out_proj.weight'),
    ),
})
