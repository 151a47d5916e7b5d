import type { Baseline } from './baseline.js'
import { drift } from './drift.js'
import { ewma } from './ewma.js'
import { fhs } from './fhs.js'
import { garch } from './garch.js'
import { har } from './har.js'
import { hist } from './hist.js'
import { zero } from './zero.js'

/** Every baseline that is computed beside a model, from the plainest to the strongest. */
export const baselines: readonly Baseline[] = [zero, drift, hist, ewma, fhs, garch, har]
