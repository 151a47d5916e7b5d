import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportOf, type TickerInput } from '../../src/evaluation/report/reportData.js'
import { reportHtml } from '../../src/evaluation/report/reportHtml.js'
import { nextDayMarket, paperMarket, provenance, walkForward } from '../evaluation/evaluatedMarket.js'
import { chromiumPath, keepScreenshot, LOOKS, startBrowser, watchedPage } from '../support/browser.js'

const PLOTS = {
  paper: ['Price and predicted price', 'Error of the predicted price', 'Predicted change of the day', 'Training loss'],
  'next-day': [
    ...['Price of the next session and its forecast', 'Return and error of the mean forecast'],
    ...['Pinball loss over 60 sessions', 'Coverage of the 80 % interval over 60 sessions', 'PIT histogram'],
    ...['Coverage of every quantile', 'Training loss'],
  ],
} as const
const MARKETS: Record<keyof typeof PLOTS, readonly TickerInput[]> = { paper: paperMarket, 'next-day': nextDayMarket }

describe.skipIf(!chromiumPath)('the evaluation report in a real browser (needs Chromium: set CHROMIUM_PATH)', () => {
  let browser: Browser
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-report-'))
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  for (const protocol of ['paper', 'next-day'] as const)
    for (const look of LOOKS)
      test(`${protocol}: every plot is drawn, nothing is loaded, nothing fails (${look.screen}, ${look.scheme})`, async () => {
        const market = MARKETS[protocol]
        const file = join(folder, `${protocol}.html`)
        writeFileSync(file, await reportHtml(reportOf(protocol, walkForward, provenance, market), market))
        const address = pathToFileURL(file).href
        const { page, context, faults } = await watchedPage(browser, new URL(address).origin, look)
        const requests: string[] = []
        page.on('request', (request) => requests.push(request.url()))
        await page.goto(address, { waitUntil: 'load' })
        expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([address])
        expect(await page.locator('.plot figcaption strong').allTextContents()).toEqual(PLOTS[protocol])
        for (let i = 0; i < PLOTS[protocol].length; i++)
          expect(await drawnSizes(page, i), PLOTS[protocol][i]).toSatisfy(allVisible)
        expect(
          await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
        ).toBe(true)
        await keepScreenshot(page, `report-${protocol}`, look)
        expect(faults).toEqual([])
        await context.close()
      })
})

/** Extent and stroke or fill of everything drawn in the plot at `index`. */
const drawnSizes = (page: Page, index: number): Promise<{ width: number; height: number; paint: string }[]> =>
  page
    .locator('.plot')
    .nth(index)
    .locator('svg > path')
    .evaluateAll((paths) =>
      paths.map((path) => {
        const { width, height } = (path as unknown as { getBBox(): { width: number; height: number } }).getBBox()
        const view = (
          path as unknown as {
            ownerDocument: { defaultView: { getComputedStyle(e: unknown): Record<string, string> } }
          }
        ).ownerDocument.defaultView
        const { stroke, fill } = view.getComputedStyle(path)
        return { width, height, paint: `${stroke} ${fill}` }
      }),
    )

/** Something is drawn, across the plot, in a colour. */
const allVisible = (drawn: { width: number; height: number; paint: string }[]): boolean =>
  drawn.length > 0 &&
  drawn.every(({ paint }) => paint !== 'none none') &&
  drawn.some(({ width, height }) => width > 300 && height > 5)
