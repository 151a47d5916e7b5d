import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Real daily bars beside the repository; absent on a user's machine, where tests that need them are skipped. */
export const sharedData = join(import.meta.dirname, '../../../shared/data')
export const hasSharedData = existsSync(sharedData)
