import { UserError } from '../../domain/errors.js'
import type { Weights } from '../forecaster.js'
import { type NetworkSize, networks } from './network.js'
import type { NetworkName } from './networkNames.js'

/**
 * Checks that given first weights are those of a network of this size, and puts them in its order.
 * @throws UserError (exit code 2) naming the first weight that is missing, left over or of another shape.
 */
export function fitWeights(given: Weights, network: NetworkName, size: NetworkSize): Weights {
  const expected = networks[network].initialWeights(size, 1)
  const extra = Object.keys(given).find((name) => !(name in expected))
  if (extra) throw new UserError(`the given weights hold '${extra}', which ${network} does not have`, { exitCode: 2 })
  for (const [name, { shape }] of Object.entries(expected)) {
    const found = given[name]?.shape.join(', ')
    if (found !== shape.join(', '))
      throw new UserError(
        `the given weights do not fit ${network} with ${size.features} inputs: ${name} should be (${shape.join(', ')}) and is ${found === undefined ? 'missing' : `(${found})`}`,
        { exitCode: 2 },
      )
  }
  return Object.fromEntries(Object.keys(expected).map((name) => [name, given[name]!]))
}
