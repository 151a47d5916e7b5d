import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Rooms of which single files take long, small as they are: they train, or start browsers, servers and commands. */
const LONG = /\/test\/(browser|chaos|cli|golden|kernels|leakage|model|pipeline)\//

/** Begins with the rooms that take long, so that no worker stands idle while the other is left with a long file. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
