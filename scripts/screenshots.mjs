// Takes the README's pictures from a running `npm start`: node scripts/screenshots.mjs [http://127.0.0.1:3000]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const base = process.argv[2] ?? 'http://127.0.0.1:3000'
const out = join(import.meta.dirname, '../docs/images/')
mkdirSync(out, { recursive: true })

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
for (const colorScheme of ['light', 'dark']) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1, colorScheme })
  await page.goto(base, { waitUntil: 'load' })
  await page.screenshot({ path: `${out}overview-${colorScheme}.png` })
  await page.locator('a[href*="/tickers/"]').first().click()
  await page.locator('[data-plot][data-drawn]').nth(2).waitFor()
  await page.screenshot({
    path: `${out}ticker-${colorScheme}.png`,
    clip: { x: 0, y: 0, width: 1280, height: 1500 },
    fullPage: true,
  })
}
await browser.close()
