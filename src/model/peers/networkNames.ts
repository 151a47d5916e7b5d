/** Names of the networks of the comparison, in the order of the report; apart from them, so that naming one loads no tensors. */
export const NETWORK_NAMES = ['mambastock', 'lstm', 'gru', 'transformer', 's4d'] as const

export type NetworkName = (typeof NETWORK_NAMES)[number]
