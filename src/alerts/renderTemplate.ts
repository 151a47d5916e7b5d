import { Liquid } from 'liquidjs'
import type { AlertPayload } from '../domain/alert.js'
import { UserError } from '../domain/errors.js'
import { plain, shortened } from './words.js'

const LONGEST_TEMPLATE = 5_000
const LONGEST_TEXT = 2_000

/** Own properties only, no files, no partials; bounded in time, in memory and in length. */
const engine = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
  parseLimit: LONGEST_TEMPLATE,
  renderLimit: 100,
  memoryLimit: 1e6,
})

/**
 * Renders a template over `type`, `timestamp` and `data` to plain text; each channel then escapes it as any other text,
 * so a template can say what it likes but not become markup, a header or a mention.
 *
 * @throws UserError naming the place in the template that is wrong, or the limit that it breaks.
 */
export function renderTemplate(template: string, payload: AlertPayload): string {
  try {
    return shortened(plain(engine.parseAndRenderSync(template, { ...payload })).trim(), LONGEST_TEXT)
  } catch (cause) {
    throw new UserError(`the template cannot be used: ${(cause as Error).message.split('\n')[0]}`, {
      exitCode: 2,
      cause,
    })
  }
}
