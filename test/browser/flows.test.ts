import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Db } from '../../src/db/database.js'
import { endRun, finishTicker, saveProgress } from '../../src/db/runs.js'
import { tickers } from '../../src/db/schema.js'
import { NOTHING_DONE, type TickerProgress } from '../../src/domain/run.js'
import { chromiumPath, keepScreenshot, LOOKS, startBrowser, watchedPage } from '../support/browser.js'
import { cloneMarket } from '../support/marketFixture.js'
import { MARKET_NOW } from '../support/marketForecasts.js'
import { type ServedMarket, serveMarket } from '../support/servedMarket.js'

const look = LOOKS[0]!
const symbols = ['ACME', 'BOREAL', 'SAMPLE-A']

describe.skipIf(!chromiumPath)(
  'what people do on the pages, in a real browser (needs Chromium: set CHROMIUM_PATH)',
  () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await startBrowser()
    })
    afterAll(() => browser?.close())

    const open = async (path: string, isLive = false) => {
      const served = await serveMarket(await cloneMarket(), { isLive })
      const watched = await watchedPage(browser, served.url, look)
      onTestFinished(async () => {
        await watched.context.close()
        await served.end()
      })
      await watched.page.goto(served.url + path, { waitUntil: isLive ? 'load' : 'networkidle' })
      await watched.page.evaluate('document.body.dataset.stamp = "same document"')
      return { ...watched, served }
    }

    test('the table is sorted and filtered in place, and its address shows the same to somebody else', async () => {
      const { page, served, faults } = await open('/')
      const rows = page.locator('#board tbody th')
      await page.getByRole('link', { name: 'Ticker', exact: true }).click()
      await page.waitForURL(/dir=desc/)
      await expect.poll(() => rows.first().innerText()).toContain('SAMPLE-A')
      await page.getByLabel('Exchange').selectOption('XNYS')
      await page.waitForURL(/exchange=XNYS/)
      await expect.poll(() => rows.count()).toBe(2)
      expect(page.url()).toMatch(/dir=desc/)
      expect(await page.evaluate('document.body.dataset.stamp')).toBe('same document')
      const shared = await watchedPage(browser, served.url, look, false)
      await shared.page.goto(page.url())
      expect(await shared.page.locator('#board tbody th').allInnerTexts()).toEqual(await rows.allInnerTexts())
      await shared.context.close()
      await page.getByLabel('State').selectOption('failed')
      await page.getByRole('heading', { name: 'No ticker matches' }).waitFor()
      await page.getByRole('link', { name: 'Show all' }).click()
      await expect.poll(() => rows.count()).toBe(3)
      expect(faults).toEqual([])
    })

    test('going back after sorting shows the table as it was', async () => {
      const { page, faults } = await open('/')
      await page.getByRole('link', { name: 'P(up)' }).click()
      await page.waitForURL(/sort=up/)
      await page.goBack()
      await page.waitForURL((url) => url.search === '')
      await expect.poll(() => page.locator('th[aria-sort] a').innerText()).toContain('Ticker')
      expect(faults).toEqual([])
    })

    test('keys zoom and pan all linked plots, and what they draw can be read as a table', async () => {
      const { page, faults } = await open('/tickers/ACME?range=3m')
      const plot = page.locator('[data-plot=price][data-drawn]')
      await plot.waitFor()
      const pictures = () =>
        page
          .locator('#history canvas')
          .evaluateAll<string[], HTMLCanvasElement>((canvases) => canvases.map((canvas) => canvas.toDataURL()))
      const whole = await pictures()
      const canvas = plot.locator('.canvas')
      await canvas.press('Home')
      await plot.getByText('13 Mar 2025: close').waitFor()
      await canvas.press('+')
      const zoomed = await pictures()
      expect(zoomed[0]).not.toBe(whole[0])
      expect(zoomed[1]).not.toBe(whole[1])
      await canvas.press('Shift+ArrowRight')
      const panned = await pictures()
      expect(panned[0]).not.toBe(zoomed[0])
      expect(panned[1]).not.toBe(zoomed[1])
      await canvas.press('Escape')
      await canvas.press('End')
      await plot.getByText('13 Jun 2025: close').waitFor()
      await page.getByText('Prices and volume as a table').click()
      expect(await page.getByRole('row', { name: '13 Jun 2025' }).first().isVisible()).toBe(true)
      await page.getByText('The plot as a table').click()
      expect(await page.locator('#rolling details tbody tr').first().isVisible()).toBe(true)
      expect(faults).toEqual([])
    })

    test('a run is begun, watched to its end without a reload, and what failed in it is tried again', async () => {
      const { page, served, faults } = await open('/', true)
      await page.getByRole('button', { name: 'Run now' }).click()
      await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/)
      await page.getByText('0 of 3 tickers ended').waitFor()
      await page.evaluate('document.body.dataset.stamp = "same document"')
      const id = page.url().split('/').at(-1)!
      const training: TickerProgress = { stage: 'train', done: 12, total: 100, loss: 0.2914, secondsLeft: 44 }
      await saveProgress(served.db, id, { ACME: training }, MARKET_NOW)
      await page.getByText('epoch 12 of 100 · loss 0.2914 · 44').waitFor()
      await keepScreenshot(page, 'run', look)
      await endAll(served, id)
      await page.getByText('3 of 3 tickers ended').waitFor()
      await page.getByText('the provider answered 503').first().waitFor()
      expect(await page.evaluate('document.body.dataset.stamp')).toBe('same document')
      await page.locator('.run-log summary').first().click()
      await page.locator('.run-log li', { hasText: 'failed' }).waitFor()
      await page.getByRole('button', { name: 'Try the failed one again' }).click()
      await page.getByText('0 of 1 ticker ended').waitFor()
      await page.getByRole('button', { name: 'Cancel this run' }).click()
      await page.locator('.run-state', { hasText: 'cancelled' }).waitFor()
      expect(faults.filter(isNoLeaving)).toEqual([])
    })

    test('a ticker is paused and resumed on its page', async () => {
      const { page, faults } = await open('/tickers/ACME', true)
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByRole('button', { name: 'Resume' }).waitFor()
      expect(await page.locator('#next .tag').innerText()).toBe('paused')
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByRole('button', { name: 'Pause' }).waitFor()
      expect(faults.filter(isNoLeaving)).toEqual([])
    })

    test('a long table goes page by page without a reload', async () => {
      const { page, served, faults } = await open('/')
      await manyTickers(served.db)
      await page.reload({ waitUntil: 'networkidle' })
      await page.evaluate('document.body.dataset.stamp = "same document"')
      await page.getByRole('link', { name: 'Page 2' }).click()
      await page.waitForURL(/page=2/)
      await expect.poll(() => page.locator('#board tbody tr').count()).toBe(23)
      expect(await page.evaluate('document.body.dataset.stamp')).toBe('same document')
      expect(faults).toEqual([])
    })
  },
)

/** Who leaves a page ends what it was waiting for. */
const isNoLeaving = (fault: string) => !fault.endsWith('net::ERR_ABORTED')

async function endAll({ db }: ServedMarket, id: string): Promise<void> {
  for (const ticker of symbols) {
    const progress: TickerProgress =
      ticker === 'BOREAL'
        ? { stage: 'failed', done: 0, total: 0, message: 'BOREAL: the provider answered 503' }
        : { stage: 'done', done: 0, total: 0, message: '1 new session' }
    await finishTicker(db, id, ticker, { progress, facts: { ...NOTHING_DONE, inserted: 1 } }, MARKET_NOW)
  }
  await endRun(db, id, MARKET_NOW)
}

const manyTickers = (db: Db) =>
  db.insert(tickers).values(
    Array.from({ length: 70 }, (_, i) => ({
      ...{ symbol: `T${i}`, provider: 'csv', exchange: 'XNYS', timezone: 'UTC', isSample: false },
    })),
  )
