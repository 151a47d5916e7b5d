import type { z } from 'zod'
import type { HttpAnswer } from './exchange.js'
import { HttpFailure, quote } from './httpFailure.js'

/**
 * Parses an answer as JSON of the given form.
 *
 * @throws HttpFailure: retryable when it is no JSON (cut off, a page of HTML); not when it has another form.
 */
export function readJson<T>({ text }: Pick<HttpAnswer, 'text'>, name: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parse(text, name))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new HttpFailure(
    `${name}: unexpected form of answer at ${issue.path.join('.') || 'the top'}: ${issue.message}`,
    {
      retryable: false,
    },
  )
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const what = /^\s*</.test(text) ? 'HTML instead of JSON' : text.trim() === '' ? 'nothing' : 'no whole JSON'
    const said = /^\s*[[{<]/.test(text) ? '' : quote(text)
    throw new HttpFailure(`${name}: the answer is ${what}${said}`, { retryable: true, hostAtFault: true })
  }
}
