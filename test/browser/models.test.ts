import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { chromiumPath, keepScreenshot, LOOKS, type Look, startBrowser, watchedPage } from '../support/browser.js'
import { CHAMPION, fillLifecycle, PASSING } from '../support/lifecycleFixture.js'
import { cloneMarket } from '../support/marketFixture.js'
import { serveMarket } from '../support/servedMarket.js'

describe.skipIf(!chromiumPath)('the page of models in a real browser (needs Chromium: set CHROMIUM_PATH)', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  const open = async (look: Look, javaScript = true) => {
    const market = await serveMarket(await cloneMarket())
    onTestFinished(() => market.end())
    await fillLifecycle(market.db)
    const watched = await watchedPage(browser, market.url, look, javaScript)
    onTestFinished(() => watched.context.close())
    await watched.page.goto(`${market.url}/models`, { waitUntil: 'networkidle' })
    return watched
  }

  for (const look of LOOKS)
    test(`it shows every ticker without a fault (${look.screen}, ${look.scheme})`, async () => {
      const { page, faults } = await open(look)
      expect(await page.locator('.ticker-models').count()).toBe(3)
      expect(await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')).toBe(
        false,
      )
      await keepScreenshot(page, 'models', look)
      expect(faults).toEqual([])
    })

  test.each([true, false])(
    'a model is promoted and rolled back by its buttons (JavaScript: %s)',
    async (javaScript) => {
      const { page, faults } = await open(LOOKS[0]!, javaScript)
      await page.getByRole('link', { name: 'Models', exact: true }).click()
      await page.getByRole('button', { name: `Promote ${PASSING}` }).click()
      await page.getByText(`promoted by hand in place of ${CHAMPION}`).waitFor()
      expect(await page.getByRole('button', { name: `Promote ${PASSING}` }).count()).toBe(0)
      await page.getByRole('button', { name: 'Roll back to mamba-9a27c40b' }).click()
      await page.getByText(`rolled back from ${PASSING}`).waitFor()
      expect(faults).toEqual([])
    },
  )
})
