import { afterAll, beforeAll, describe, test } from 'vitest'
import { expectGoldenGradients, expectGoldenLosses, expectGoldenOutput, goldenCases } from './goldenCases.js'
import { ways } from './waysToRun.js'

const cases = goldenCases.map((golden, i) => [i, golden] as const)

for (const { name, isMissing, isSlow, begin, end } of ways)
  describe.skipIf(cases.length === 0 || isMissing)(
    `against PyTorch in float64, on ${name}`,
    { timeout: 60_000 },
    () => {
      beforeAll(begin)
      afterAll(end)

      test.each(cases)('case %i: the output agrees within 1e-5', (_, golden) => expectGoldenOutput(golden))

      test.each(cases)('case %i: every gradient agrees within 1e-4', (_, golden) => expectGoldenGradients(golden))

      test.each(isSlow ? cases.slice(0, 1) : cases)('case %i: five Adam losses agree within 1e-4', (_, golden) =>
        expectGoldenLosses(golden),
      )
    },
  )
