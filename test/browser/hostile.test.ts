import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, LOOKS, startBrowser, watchedPage } from '../support/browser.js'
import { cloneMarket } from '../support/marketFixture.js'
import { beginRun } from '../support/runStates.js'
import { type ServedMarket, serveMarket } from '../support/servedMarket.js'

const ATTACK = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>'\u202e\u2066`
const SYMBOL = `${ATTACK}\n${'W'.repeat(1_000)}`
const WORDS = `${ATTACK}\n${'W'.repeat(10_000)}`
/** Where a word of ten thousand letters may be seen whole: it must not widen the page. */
const SCREENS = [LOOKS[0]!, LOOKS[2]!]

describe.skipIf(!chromiumPath)('hostile words in a real browser (needs Chromium: set CHROMIUM_PATH)', () => {
  let browser: Browser
  let market: ServedMarket
  let paths: string[]

  beforeAll(async () => {
    market = await serveMarket(await cloneMarket())
    browser = await startBrowser()
    paths = await fillWithHostileWords(market)
  })
  afterAll(async () => {
    await browser?.close()
    await market?.end()
  })

  for (const look of SCREENS)
    test(`tickers, failures and alerts that hold markup, marks and endless words stay text (${look.screen})`, async () => {
      const { page, context, faults } = await watchedPage(browser, market.url, look)
      for (const path of paths) {
        await page.goto(market.url + path, { waitUntil: 'load' })
        expect(await page.title(), path).not.toBe('owned')
        expect(await page.locator('main img').count(), path).toBe(0)
        expect(await page.locator('main').innerText(), path).toContain('onerror')
        expect(await isTooWide(page), path).toBe(false)
        expect(await heightOf(page), path).toBeLessThan(20_000)
      }
      expect(faults).toEqual([])
      await context.close()
    })
})

const heightOf = (page: Page) => page.evaluate<number>('document.documentElement.scrollHeight')

const isTooWide = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')

/** A ticker with the history of ACME under a hostile name, a run that failed in hostile words, and an alert in such. */
async function fillWithHostileWords({ db, sql }: ServedMarket): Promise<string[]> {
  await sql`insert into tickers (symbol, provider, exchange, timezone, is_sample) values (${SYMBOL}, 'csv', 'XNYS', 'UTC', false)`
  for (const table of ['bars', 'forecasts', 'outcomes', 'verdicts'] as const) {
    const columns = await sql`
      select column_name as name from information_schema.columns
      where table_name = ${table} and is_generated = 'NEVER' and column_name <> 'ticker' and table_schema = 'public'`
    const names = columns.map(({ name }) => `"${name}"`).join(', ')
    await sql.unsafe(
      `insert into ${table} (ticker, ${names}) select $1, ${names} from ${table} where ticker = 'ACME'`,
      [SYMBOL],
    )
  }
  await beginRun(db, {
    [SYMBOL]: { stage: 'failed', done: 0, total: 0, message: WORDS },
    ACME: { stage: 'waiting', done: 0, total: 0, message: WORDS },
  })
  const [endpoint] = await sql`
    insert into alert_endpoints (name, channel, address, sealed) values (${WORDS}, 'webhook', 'https://x', '\\x00') returning id`
  const payload = JSON.stringify({ type: 'forecast.created', data: { ticker: SYMBOL, title: WORDS } })
  await sql`insert into alerts (id, endpoint_id, subject, payload, due_at, created_at)
    values ('msg_1', ${endpoint!.id}, 's', ${payload}::text::jsonb, now(), now())`
  const [run] = await sql`select id from runs order by started_at desc limit 1`
  return ['/', '/?sort=move&dir=desc', `/runs/${run!.id}`, `/tickers/${encodeURIComponent(SYMBOL)}`]
}
