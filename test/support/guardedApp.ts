import type { HttpBindings } from '@hono/node-server'
import { pino } from 'pino'
import { addToken } from '../../src/db/apiTokens.js'
import type { Database } from '../../src/db/database.js'
import { addUser } from '../../src/db/users.js'
import type { Role, TokenScope } from '../../src/domain/access.js'
import type { AccessOptions } from '../../src/web/access/identify.js'
import { hashPassword } from '../../src/web/access/password.js'
import { newToken, secretHash } from '../../src/web/access/secret.js'
import { type AppOptions, createApp } from '../../src/web/app.js'
import { cloneMarket } from './marketFixture.js'
import { MARKET_NOW } from './marketForecasts.js'
import { cloneDatabase, databaseFor } from './testDatabase.js'

export const PASSWORD = 'correct horse battery'
const hash = hashPassword(PASSWORD)

export interface RequestOptions {
  readonly cookie?: string | undefined
  readonly token?: string
  readonly headers?: Record<string, string>
  /** Address that the request comes from. */
  readonly from?: string
  readonly host?: string
}

/** A dashboard that somebody guards, with a clock that stands until it is moved. */
export async function guardedApp(
  access: AccessOptions,
  {
    withMarket = false,
    clone = withMarket ? cloneMarket : cloneDatabase,
    parts = () => ({}),
  }: { withMarket?: boolean; clone?: typeof cloneDatabase; parts?: (database: Database) => Partial<AppOptions> } = {},
) {
  const database = await databaseFor(clone)
  const { db } = database
  const logged: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  let at = MARKET_NOW
  const app = createApp({
    db,
    now: () => at,
    version: '1.2.3',
    log,
    access,
    runs: { queue: database.queue },
    ...parts(database),
  })

  const ask = (
    path: string,
    { cookie, token, headers = {}, from, host = 'dash.example' }: RequestOptions,
    init: RequestInit,
  ) =>
    app.request(
      `http://${host}${path}`,
      {
        ...init,
        headers: { host, ...(cookie && { cookie }), ...(token && { authorization: `Bearer ${token}` }), ...headers },
      },
      from ? ({ incoming: { socket: { remoteAddress: from } } } as unknown as HttpBindings) : undefined,
    )
  const get = async (path: string, options: RequestOptions = {}) => ask(path, options, {})
  const post = async (path: string, fields: Record<string, string> = {}, options: RequestOptions = {}) =>
    ask(
      path,
      { ...options, headers: { 'sec-fetch-site': 'same-origin', ...options.headers } },
      { method: 'POST', body: new URLSearchParams(fields) },
    )
  return {
    ...{ ...database, app, get, post, logged },
    passTime: (ms: number) => {
      at = new Date(at.getTime() + ms)
    },
    user: async (name: string, role: Role) => addUser(db, { name, role, passwordHash: await hash }),
    token: async (...scopes: TokenScope[]) => {
      const token = newToken()
      await addToken(db, { name: scopes.join(' '), scopes, tokenHash: secretHash(token), createdAt: at })
      return token
    },
    /** Logs in and returns the cookie as the browser sends it back. */
    login: async (name: string, options: RequestOptions = {}) =>
      cookieOf(await post('/login', { name, password: PASSWORD }, options)),
  }
}

/** The cookie that an answer sets, as it is sent back. */
export const cookieOf = (response: Response): string | undefined => response.headers.get('set-cookie')?.split(';')[0]
