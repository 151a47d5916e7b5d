import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Db } from '../../src/db/database.js'
import { chromiumPath, keepScreenshot, LOOKS, type Look, startBrowser, watchedPage } from '../support/browser.js'
import { cloneMarket, fillMarket } from '../support/marketFixture.js'
import { MARKET_NOW } from '../support/marketForecasts.js'
import { beginRun, changeRun } from '../support/runStates.js'
import { type ServedMarket, serveMarket } from '../support/servedMarket.js'
import { cloneDatabase } from '../support/testDatabase.js'

const look = LOOKS[0]!
const training = { stage: 'train', done: 12, total: 100, loss: 0.2914 } as const
const done = { stage: 'done', done: 1, total: 1 } as const

describe.skipIf(!chromiumPath)('how the pages behave in a real browser (needs Chromium: set CHROMIUM_PATH)', () => {
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

  const open = async (served: ServedMarket, path: string, how: { look?: Look; javaScript?: boolean } = {}) => {
    const watched = await watchedPage(browser, served.url, how.look ?? look, how.javaScript ?? true)
    onTestFinished(() => watched.context.close())
    await watched.page.goto(served.url + path, { waitUntil: 'networkidle' })
    return watched
  }

  const ownMarket = async (prepare: (db: Db) => Promise<void>, clone = cloneMarket) => {
    const served = await serveMarket(await clone())
    onTestFinished(() => served.end())
    await prepare(served.db)
    return served
  }

  test('a run under way shows up by itself, moves on, and ends, without a reload', async () => {
    const served = await ownMarket((db) =>
      beginRun(db, { ACME: training, BOREAL: { stage: 'waiting', done: 0, total: 1 } }),
    )
    const { page, faults } = await open(served, '/')
    await page.clock.setFixedTime(MARKET_NOW)
    await page.evaluate('document.body.dataset.stamp = "same document"')
    await keepScreenshot(page, 'running', look)
    await page.getByText('epoch 12 of 100').waitFor()
    await changeRun(served.db, { progress: { ACME: { ...training, done: 57 }, BOREAL: training } })
    await page.getByText('epoch 57 of 100').waitFor()
    await changeRun(served.db, { progress: { ACME: done, BOREAL: done }, status: 'done', finishedAt: MARKET_NOW })
    await page.getByText('Last run just now').waitFor()
    expect(await page.locator('#board').getAttribute('hx-trigger')).toMatch(/^every 30s/)
    expect(await page.evaluate('document.body.dataset.stamp')).toBe('same document')
    expect(faults).toEqual([])
  })

  test('an empty database shows what to do, and the page fills itself when the market arrives', async () => {
    const served = await ownMarket(async () => {}, cloneDatabase)
    const { page, faults } = await open(served, '/')
    await page.getByRole('heading', { name: 'No tickers yet' }).waitFor()
    await keepScreenshot(page, 'empty', look)
    await beginRun(served.db, { ACME: { stage: 'ingest', done: 0, total: 1 } })
    await page.getByRole('heading', { name: 'Setting up the market' }).waitFor()
    await fillMarket(served.db)
    await page.locator('#board tbody .interval').nth(2).waitFor()
    expect(faults).toEqual([])
  })

  test('a server that stops answering is noticed and said', async () => {
    const served = await ownMarket((db) => beginRun(db, { ACME: training }))
    const { page } = await open(served, '/')
    expect(await page.locator('.offline').isVisible()).toBe(false)
    await served.stop()
    await page.locator('.offline').waitFor({ state: 'visible' })
    expect(await page.locator('#board tbody .interval').count()).toBe(3)
  })

  test('typing filters the table in place and leaves an address that can be shared', async () => {
    const { page, faults } = await open(market, '/')
    await page.getByPlaceholder('Symbol').fill('bor')
    await page.locator('#board tbody tr').nth(1).waitFor({ state: 'detached' })
    await page.waitForURL(/q=bor/)
    await page.reload()
    expect(await page.locator('#board tbody tr').count()).toBe(1)
    expect(faults).toEqual([])
  })

  test('choosing another range or figure redraws only its own section', async () => {
    const { page, faults } = await open(market, '/tickers/ACME')
    await page.locator('[data-plot][data-drawn]').nth(2).waitFor()
    await page.evaluate('document.body.dataset.stamp = "same document"')
    await page.getByRole('link', { name: '3 months' }).click()
    await page.locator('#history [data-drawn][data-src*="range=3m"] canvas').first().waitFor()
    await page.getByRole('link', { name: 'coverage 80' }).click()
    await page.locator('#rolling [data-drawn][data-src*="figure=coverage_80"] canvas').waitFor()
    expect(await page.locator('.canvas canvas').count()).toBe(3)
    expect(page.url()).toMatch(/range=3m.*figure=coverage_80|figure=coverage_80.*range=3m/)
    expect(await page.evaluate('document.body.dataset.stamp')).toBe('same document')
    expect(faults).toEqual([])
  })

  test('older rows of a table take the place of the newer ones, by keyboard too, and the page stays where it is', async () => {
    const { page, faults } = await open(market, '/tickers/ACME')
    await page.evaluate('document.body.dataset.stamp = "same document"')
    const rows = page.locator('#forecast-rows tbody tr')
    expect(await rows.count()).toBe(20)
    const first = rows.first().getByRole('rowheader')
    const newest = await first.textContent()
    await page.locator('#forecast-rows').getByRole('link', { name: 'Older' }).press('Enter')
    await expect.poll(() => rows.count()).toBe(50)
    expect(await first.textContent()).not.toBe(newest)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Older')
    await page.locator('#forecast-rows').getByRole('link', { name: 'Newest' }).click()
    await expect.poll(() => first.textContent()).toBe(newest)
    expect(page.url()).toBe(`${market.url}/tickers/ACME`)
    expect(await page.evaluate('document.body.dataset.stamp')).toBe('same document')
    expect(faults).toEqual([])
  })

  test('arrow keys move through the sessions of a plot and read them out', async () => {
    const { page, faults } = await open(market, '/tickers/ACME')
    const plot = page.locator('[data-plot=price][data-drawn]')
    await plot.locator('.canvas').focus()
    await page.keyboard.press('ArrowLeft')
    await plot.getByText('13 Jun 2025: close').waitFor()
    await page.keyboard.press('ArrowLeft')
    await plot.getByText('12 Jun 2025: close').waitFor()
    expect(await page.locator('[data-plot=returns] .readout').textContent()).toContain('12 Jun 2025: return')
    expect(faults).toEqual([])
  })

  test('dragging over a plot zooms both linked plots, and Escape shows all again', async () => {
    const { page, faults } = await open(market, '/tickers/ACME')
    const canvas = page.locator('[data-plot=price][data-drawn] .u-over')
    const before = await pictureOf(page)
    await canvas.scrollIntoViewIfNeeded()
    const box = (await canvas.boundingBox())!
    await page.mouse.move(box.x + 300, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + 500, box.y + 100, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => pictureOf(page)).not.toBe(before)
    await page.locator('[data-plot=price] .canvas').press('Escape')
    await expect.poll(() => pictureOf(page)).toBe(before)
    expect(faults).toEqual([])
  })

  test('without JavaScript both pages show their data, sort and filter', async () => {
    const { page, faults } = await open(market, '/', { javaScript: false })
    expect(await page.locator('#board tbody tr').count()).toBe(3)
    await page.getByRole('link', { name: 'P(up)' }).click()
    await page.getByPlaceholder('Symbol').fill('acme')
    await page.getByRole('button', { name: 'Show' }).click()
    expect(await page.locator('#board tbody tr').count()).toBe(1)
    await page.getByRole('link', { name: 'ACME' }).click()
    expect(await page.locator('.forecasts tbody tr').first().isVisible()).toBe(true)
    expect(await page.locator('.distribution').isVisible()).toBe(true)
    await page.locator('#forecast-rows').getByRole('link', { name: 'Older' }).click()
    expect(await page.locator('#forecast-rows tbody tr').count()).toBe(50)
    await page.getByRole('link', { name: 'ACME', exact: true }).click()
    await page.getByRole('link', { name: '250 sessions' }).click()
    expect(await page.locator('#rolling caption').first().textContent()).toContain('Over 250 sessions')
    await keepScreenshot(page, 'no-script', look)
    expect(faults).toEqual([])
  })

  test('sample data and its failed state are marked on a phone too', async () => {
    const served = await ownMarket((db) =>
      changeRun(db, {
        status: 'failed',
        error: '1 of 3 tickers failed',
        progress: { ACME: { stage: 'failed', done: 0, total: 1, message: 'ACME.csv: no such file' }, BOREAL: done },
      }),
    )
    const phone = LOOKS[2]!
    const { page, faults } = await open(served, '/', { look: phone })
    expect(await page.locator('.tag.fail').textContent()).toContain('no such file')
    expect(await page.locator('.tag.sample').count()).toBe(1)
    await keepScreenshot(page, 'failed', phone)
    await page.goto(`${served.url}/tickers/SAMPLE-A`, { waitUntil: 'networkidle' })
    expect(await page.locator('.banner').isVisible()).toBe(true)
    await keepScreenshot(page, 'sample', phone)
    expect(faults).toEqual([])
  })

  test('on a phone runs are read line by line, with what is counted, and nothing scrolls sideways', async () => {
    const phone = LOOKS[2]!
    const served = await ownMarket((db) =>
      changeRun(db, { status: 'failed', error: 'ACME.csv: no such file in the folder that was named for all tickers' }),
    )
    const { page } = await open(served, '/runs', { look: phone })
    await keepScreenshot(page, 'runs', phone)
    const table = page.locator('.runs')
    expect(
      await page.locator('.scroll').evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth)),
    ).toEqual([0])
    expect(
      await table
        .locator('tbody :is(th, td)')
        .evaluateAll((all) => all.every((one) => one.getBoundingClientRect().right <= 375)),
    ).toBe(true)
    const counted = await page.evaluate<string>(
      'getComputedStyle(document.querySelector(".runs [data-label]"), "::after").content',
    )
    expect(counted).toMatch(/exchange|ticker/)
  })
})

/** The plot of returns, pixel by pixel. */
const pictureOf = (page: Page) =>
  page.locator('[data-plot=returns] canvas').evaluate<string, HTMLCanvasElement>((canvas) => canvas.toDataURL())
