import { expect, test } from 'vitest'
import { studentTCdf, studentTQuantile } from '../../../src/model/baselines/studentT.js'

// scipy 1.17.1: stats.t.cdf(1.3, 5.5), cdf(-30, 250), ppf(.025, 4.3), ppf(.25, 3.1), ppf(.975, 2.05), ppf(.95, 500)
test('distribution and quantiles agree with scipy, real degrees of freedom included', () => {
  expect(studentTCdf(1.3, 5.5)).toBeCloseTo(0.8772916520457021, 13)
  expect(studentTCdf(-30, 250) / 4.069368824099302e-85).toBeCloseTo(1, 9)
  expect(studentTQuantile(0.025, 4.3)).toBeCloseTo(-2.7016948982822315, 12)
  expect(studentTQuantile(0.25, 3.1)).toBeCloseTo(-0.7617108867749671, 12)
  expect(studentTQuantile(0.975, 2.05)).toBeCloseTo(4.203635183648639, 12)
  expect(studentTQuantile(0.95, 500)).toBeCloseTo(1.6479068539295105, 12)
})

test('the median is zero', () => {
  expect(studentTQuantile(0.5, 3)).toBeCloseTo(0, 14)
})
