import type { Reporter, TestModule } from 'vitest/node'

/** After the run: every skipped test by name, then one plain line of totals. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const totals = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    const skipped: string[] = []
    for (const module of modules) {
      const ownFailure = module.state() === 'failed' && [...module.children.allTests('failed')].length === 0
      if (ownFailure) totals.failed += 1
      for (const test of module.children.allTests()) {
        const result = test.result()
        totals[result.state] += 1
        if (result.state === 'skipped')
          skipped.push(
            `skipped: ${module.relativeModuleId} > ${test.fullName}${result.note ? ` (${result.note})` : ''}`,
          )
      }
    }
    console.log(
      [...skipped, `${totals.passed} passed, ${totals.failed + totals.pending} failed, ${totals.skipped} skipped`].join(
        '\n',
      ),
    )
  }
}
