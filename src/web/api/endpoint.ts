import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import { UserError } from '../../domain/errors.js'
import { showsOnly } from '../cache/shows.js'
import { problem } from '../problem.js'
import { parse } from '../query.js'

type Fields = z.ZodObject

/** One thing that the API can do: what is routed, checked and documented. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'delete'
  /** Below /api/v1, parameters in braces: `/tickers/{symbol}/bars`. */
  readonly path: string
  /** The heading that it is documented under. */
  readonly group: string
  readonly summary: string
  readonly params?: Fields
  readonly query?: Fields
  readonly body?: z.ZodType
  readonly status: 200 | 201 | 202 | 204
  /** What is answered as JSON; a text names another content type. */
  readonly answer: z.ZodType | string | null
  answerTo(c: Context): Promise<Response>
}

interface Definition<P extends Fields, Q extends Fields, B extends z.ZodType> {
  readonly method?: Endpoint['method']
  readonly path: string
  readonly group: string
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly status?: Endpoint['status']
  readonly answer: Endpoint['answer']
  /** Resolves to what is answered as JSON, to a whole response, or to undefined where nothing has that address. */
  handle(input: { params: z.infer<P>; query: z.infer<Q>; body: z.infer<B> }, c: Context): Promise<unknown>
}

const nothing = z.object({})
/** What is answered below it says nothing of other tickers. */
const OF_TICKER = '/tickers/{symbol}'

/** Makes an endpoint whose input is checked by the schemas that document it. */
export function endpoint<P extends Fields = Fields, Q extends Fields = Fields, B extends z.ZodType = z.ZodType>(
  definition: Definition<P, Q, B>,
): Endpoint {
  const { method = 'get', status = 200, handle, ...rest } = definition
  const answerTo = async (c: Context): Promise<Response> => {
    const params = (rest.params ?? nothing).safeParse(c.req.param())
    if (!params.success) return problem(c, 404, 'Not found')
    if (rest.path.startsWith(OF_TICKER)) showsOnly(c, String(params.data.symbol))
    const query = parse(c, rest.query ?? nothing)
    const body = rest.body && (await bodyOf(c, rest.body))
    const answer = await handle(
      { params: params.data as z.infer<P>, query: query as z.infer<Q>, body: body as z.infer<B> },
      c,
    )
    if (answer instanceof Response) return answer
    if (status === 204) return c.body(null, 204)
    return answer === undefined ? problem(c, 404, 'Not found') : c.json(answer, status as ContentfulStatusCode)
  }
  return { ...rest, method, status, answerTo }
}

/** @throws UserError naming what the body lacks. */
async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const json: unknown = await c.req.json().catch(() => undefined)
  const result = schema.safeParse(json)
  if (result.success && json !== undefined) return result.data
  const issue = result.error?.issues[0]
  throw new UserError(issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : 'the body is no JSON', {
    exitCode: 2,
  })
}
