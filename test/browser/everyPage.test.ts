import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reachable } from '../support/access.js'
import { chromiumPath, keepScreenshot, LOOKS, startBrowser, watchedPage } from '../support/browser.js'
import { cloneMarket } from '../support/marketFixture.js'
import { type ServedMarket, serveMarket } from '../support/servedMarket.js'
import { type SitePage, sitePages } from '../support/sitePages.js'
import { serveWholeSite } from '../support/wholeSite.js'

/** Transferred by a browser that has nothing yet, in bytes. */
const MOST_BYTES = { overview: 150_000, ticker: 250_000 } as const

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf(!chromiumPath)('every page of the whole site (needs Chromium: set CHROMIUM_PATH)', () => {
  let browser: Browser
  let site: ServedMarket
  /** Where somebody must log in. */
  let guarded: ServedMarket
  let pages: (SitePage & { readonly origin: string })[]
  let unlinked: string[]

  beforeAll(async () => {
    site = await serveWholeSite()
    guarded = await serveMarket(await cloneMarket(), { more: () => ({ access: reachable() }) })
    const found = await sitePages(site.app)
    pages = found.pages.map((page) => ({ ...page, origin: page.route === '/login' ? guarded.url : site.url }))
    unlinked = found.unlinked
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.end()
    await guarded?.end()
  })

  test('every page is reached by following links', () => {
    expect(unlinked).toEqual([])
    expect(pages.length).toBeGreaterThan(10)
  })

  const pagesOf = (origin: string) => pages.filter((page) => page.origin === origin)

  for (const [screen, schemes] of [
    ['desktop', ['light', 'dark']],
    ['phone', ['dark', 'light']],
  ] as const) {
    test(`no page has a fault, a barrier or a horizontal scroll bar, loaded ${schemes[0]} and turned ${schemes[1]} (${screen})`, async () => {
      for (const origin of [site.url, guarded.url]) {
        const { page, context, faults } = await watchedPage(browser, origin, { screen, scheme: schemes[0] })
        for (const { route, path } of pagesOf(origin)) {
          await page.emulateMedia({ colorScheme: schemes[0] })
          await page.goto(origin + path, { waitUntil: 'load' })
          await page.evaluate(axeSource)
          for (const scheme of schemes) {
            await turnTo(page, scheme)
            await isDrawn(page)
            await keepScreenshot(page, nameOf(route), { screen, scheme })
            expect.soft([route, scheme, await tooWide(page)]).toEqual([route, scheme, []])
            expect.soft([route, scheme, await barriers(page)]).toEqual([route, scheme, []])
          }
          expect.soft([route, faults.splice(0)]).toEqual([route, []])
        }
        await context.close()
      }
    }, 300_000)
  }

  test('without JavaScript every page has the same tables, and every form a button', async () => {
    const look = LOOKS[0]!
    for (const origin of [site.url, guarded.url]) {
      const scripted = await watchedPage(browser, origin, look)
      const plain = await watchedPage(browser, origin, look, false)
      for (const { route, path } of pagesOf(origin)) {
        for (const { page } of [scripted, plain]) await page.goto(origin + path, { waitUntil: 'load' })
        const rows = ({ page }: typeof plain) => page.locator('main :is(tr, dd, li)').count()
        expect.soft([route, await rows(plain)]).toEqual([route, await rows(scripted)])
        expect.soft([route, await plain.page.locator('h1').isVisible()]).toEqual([route, true])
        const mute = plain.page.locator('form:not(:has(button:not([type=button])))')
        expect.soft([route, await mute.count()]).toEqual([route, 0])
        expect.soft([route, plain.faults.splice(0)]).toEqual([route, []])
      }
      await scripted.context.close()
      await plain.context.close()
    }
  }, 300_000)

  test('a first visit to the overview weighs under 150 kB, to a ticker under 250 kB', async () => {
    for (const [name, path] of [
      ['overview', '/'],
      ['ticker', '/tickers/ACME'],
    ] as const) {
      const { page, context } = await watchedPage(browser, site.url, LOOKS[0]!)
      const sizes: Promise<number>[] = []
      page.on('requestfinished', (request) => {
        sizes.push(
          request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
        )
      })
      await page.goto(site.url + path, { waitUntil: 'load' })
      await isDrawn(page)
      const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
      console.log(`${name}: ${bytes} bytes in ${sizes.length} answers`)
      expect(bytes).toBeGreaterThan(20_000)
      expect(bytes).toBeLessThan(MOST_BYTES[name])
      await context.close()
    }
  })
})

/** `/runs/:id{...}` as `page-runs-id`. */
const nameOf = (route: string): string =>
  `page${route === '/' ? '-overview' : route.replace(/\{.*\}$/, '').replaceAll(/\W+/g, '-')}`

/** The page has that scheme, and what it does about it has begun: it is told before the next frame. */
async function turnTo(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.evaluate('new Promise((done) => requestAnimationFrame(done)).then(() => true)')
}

/** Fonts are there and every plot is drawn. */
async function isDrawn(page: Page): Promise<void> {
  await page.evaluate('document.fonts.ready.then(() => true)')
  await expect.poll(() => page.locator('[data-plot]:not([data-drawn])').count(), { timeout: 20_000 }).toBe(0)
}

/** What sticks out of the window, where something makes it scroll sideways. */
const tooWide = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120))
      .slice(0, 5)
  })()`)

/** What axe, which the page has loaded, finds, as `rule: element`. */
async function barriers(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })')
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}
