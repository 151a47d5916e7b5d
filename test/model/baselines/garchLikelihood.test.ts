import { describe, expect, test } from 'vitest'
import { adjustedReturns } from '../../../src/model/baselines/adjustedReturns.js'
import { fitGarch, garchLogLikelihood } from '../../../src/model/baselines/garchLikelihood.js'
import { hasRealBars, realBars } from './trainingBars.js'

/**
 * An independent implementation, written for this check in Python: numpy recursion, scipy 1.17.1 `stats.t.logpdf`,
 * `optimize.minimize` by SLSQP on the natural parameters, then Nelder-Mead; the same first variance (that of the sample,
 * divisor n). All rows of each file.
 */
const scipy = {
  SPY: { mu: 0.07781911, omega: 0.01364203, alpha: 0.1203696, beta: 0.8772675, nu: 6.390816, ll: -8033.71413 },
  BAC: { mu: 0.05474186, omega: 0.02537987, alpha: 0.09674091, beta: 0.9032591, nu: 5.771896, ll: -11782.28016 },
  '600036.SH': { mu: 0.01257847, omega: 0.01600191, alpha: 0.05277962, beta: 0.9472204, nu: 4.801325, ll: -7537.85305 },
}

describe.skipIf(!hasRealBars)('on real bars (../shared/data)', () => {
  test.each(Object.entries(scipy))('%s: parameters and log-likelihood agree with scipy', async (symbol, expected) => {
    const returns = adjustedReturns(await realBars(symbol)).subarray(1)
    const started = performance.now()
    const fit = fitGarch(returns)
    expect(performance.now() - started).toBeLessThan(5_000)
    for (const name of ['mu', 'omega', 'alpha', 'beta', 'nu'] as const) {
      expect(Math.abs(fit[name] / expected[name] - 1), name).toBeLessThan(0.001)
    }
    expect(Math.abs(fit.logLikelihood - expected.ll)).toBeLessThan(0.001)
  })
})

test('the likelihood of normal-like degrees of freedom is that of the normal', () => {
  const p = { mu: 0, omega: 1, alpha: 0, beta: 0, nu: 1e6, initialVariance: 1 }
  expect(garchLogLikelihood(p, [0, 1, -2])).toBeCloseTo(-1.5 * Math.log(2 * Math.PI) - 2.5, 4)
})

test('the fit is at a maximum: a step in any parameter lowers the likelihood', () => {
  const returns = Float64Array.from({ length: 800 }, (_, t) => Math.sin(t * t) * (1 + 2 * Math.abs(Math.sin(t / 40))))
  const fit = fitGarch(returns)
  for (const name of ['mu', 'omega', 'alpha', 'beta'] as const) {
    for (const factor of [0.98, 1.02]) {
      expect(garchLogLikelihood({ ...fit, [name]: fit[name] * factor }, returns), name).toBeLessThan(
        fit.logLikelihood + 1e-6,
      )
    }
  }
})
