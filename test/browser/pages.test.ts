import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, keepScreenshot, LOOKS, startBrowser, watchedPage } from '../support/browser.js'
import { cloneMarket } from '../support/marketFixture.js'
import { type ServedMarket, serveMarket } from '../support/servedMarket.js'

describe.skipIf(!chromiumPath)('every page in a real browser (needs Chromium: set CHROMIUM_PATH)', () => {
  let browser: Browser
  let market: ServedMarket

  beforeAll(async () => {
    market = await serveMarket(await cloneMarket())
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await market?.end()
  })

  test('no page is heavy, and nothing moves once it is seen', async () => {
    for (const [path, most] of [
      ['/', 150_000],
      ['/runs', 150_000],
      ['/tickers/ACME', 250_000],
    ] as const) {
      const { bytes, shift } = await measured(browser, market.url + path)
      expect(bytes, path).toBeGreaterThan(20_000)
      expect(bytes, path).toBeLessThan(most)
      expect(shift, path).toBeLessThan(0.02)
    }
  })

  for (const look of LOOKS) {
    const where = `${look.screen}, ${look.scheme}`

    test(`the overview shows every ticker without a fault (${where})`, async () => {
      const { page, context, faults } = await watchedPage(browser, market.url, look)
      await page.goto(market.url, { waitUntil: 'networkidle' })
      expect(await page.locator('#board tbody .interval').count()).toBe(3)
      expect(await isTooWide(page)).toBe(false)
      await keepScreenshot(page, 'overview', look)
      expect(faults).toEqual([])
      await context.close()
    })

    test(`a ticker's page draws its plots without a fault (${where})`, async () => {
      const { page, context, faults } = await watchedPage(browser, market.url, look)
      await page.goto(`${market.url}/tickers/ACME`, { waitUntil: 'networkidle' })
      await page.locator('[data-plot][data-drawn]').nth(2).waitFor()
      for (const index of [0, 1, 2]) expect(await inkOf(page, index)).toBeGreaterThan(10_000)
      expect(await isTooWide(page)).toBe(false)
      await keepScreenshot(page, 'ticker', look)
      expect(faults).toEqual([])
      await context.close()
    })

    test(`a page that does not exist says so in the same frame (${where})`, async () => {
      const { page, context, faults } = await watchedPage(browser, market.url, look)
      const address = `${market.url}/tickers/NOBODY`
      await page.goto(address, { waitUntil: 'networkidle' })
      expect(await page.locator('h1').textContent()).toBe('Nothing here')
      expect(await isTooWide(page)).toBe(false)
      await keepScreenshot(page, 'not-found', look)
      const itself = (fault: string) => fault.includes(address) || fault.includes('status of 404')
      expect(faults.filter((fault) => !itself(fault))).toEqual([])
      await context.close()
    })
  }
})

/** Bytes of everything that came over the wire, and how far its parts moved after they were first seen. */
async function measured(browser: Browser, url: string): Promise<{ bytes: number; shift: number }> {
  const { page, context } = await watchedPage(browser, new URL(url).origin, LOOKS[0]!)
  const network = await context.newCDPSession(page)
  let bytes = 0
  network.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  await network.send('Network.enable')
  await page.addInitScript(`
    window.shift = 0
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shift += value
    }).observe({ type: 'layout-shift', buffered: true })`)
  await page.goto(url, { waitUntil: 'networkidle' })
  const shift = await page.evaluate<number>('window.shift')
  await context.close()
  return { bytes, shift }
}

const isTooWide = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')

/** Length of the picture of the plot at `index`: an empty one compresses to a few hundred characters. */
const inkOf = (page: Page, index: number) =>
  page
    .locator('.canvas canvas')
    .nth(index)
    .evaluate<number, HTMLCanvasElement>((canvas) => canvas.toDataURL().length)
