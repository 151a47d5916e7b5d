import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, keepScreenshot, LOOKS, startBrowser, watchedPage } from '../support/browser.js'
import { fillMarket } from '../support/marketFixture.js'
import { type ServedMarket, serveMarket } from '../support/servedMarket.js'

describe.skipIf(!chromiumPath)('every page in a real browser (needs Chromium: set CHROMIUM_PATH)', () => {
  let browser: Browser
  let market: ServedMarket

  beforeAll(async () => {
    market = await serveMarket(fillMarket)
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await market?.end()
  })

  for (const look of LOOKS) {
    const where = `${look.screen}, ${look.scheme}`

    test(`the overview shows every ticker without a fault (${where})`, async () => {
      const { page, context, faults } = await watchedPage(browser, market.url, look)
      await page.goto(market.url, { waitUntil: 'networkidle' })
      expect(await page.locator('#board .interval').count()).toBe(3)
      expect(await overflowing(page)).toBe(false)
      await keepScreenshot(page, 'overview', look)
      expect(faults).toEqual([])
      await context.close()
    })

    test(`a ticker's page draws its plots without a fault (${where})`, async () => {
      const { page, context, faults } = await watchedPage(browser, market.url, look)
      await page.goto(`${market.url}/tickers/ACME`, { waitUntil: 'networkidle' })
      await page.locator('[data-plot][data-drawn]').nth(2).waitFor()
      expect(await page.locator('.canvas canvas').count()).toBe(3)
      expect(await overflowing(page)).toBe(false)
      await keepScreenshot(page, 'ticker', look)
      expect(faults).toEqual([])
      await context.close()
    })
  }
})

const overflowing = (page: import('playwright-core').Page) =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
