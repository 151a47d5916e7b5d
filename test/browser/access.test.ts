import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { serveApp } from '../../src/web/serveApp.js'
import { reachable } from '../support/access.js'
import { chromiumPath, keepScreenshot, LOOKS, startBrowser, watchedPage } from '../support/browser.js'
import { guardedApp, PASSWORD } from '../support/guardedApp.js'
import { MARKET_NOW } from '../support/marketForecasts.js'
import { csvFolder, registrar } from '../support/tickerOffice.js'

const look = LOOKS[0]!

describe.skipIf(!chromiumPath)('access and tickers in a real browser (needs Chromium: set CHROMIUM_PATH)', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  /** A dashboard that others can reach, on a real server, with an operator and a viewer. */
  async function served(javaScript: boolean) {
    const folder = csvFolder('AAA', 'BBB')
    const app = await guardedApp(reachable(), {
      withMarket: true,
      parts: (database) => ({ tickers: registrar(database, folder, () => MARKET_NOW) }),
    })
    await app.user('otto', 'operator')
    await app.user('vera', 'viewer')
    const server = await serveApp(app.app, { host: '127.0.0.1', port: 0 })
    onTestFinished(() => server.close())
    const watched = await watchedPage(browser, server.url, look, javaScript)
    onTestFinished(() => watched.context.close())
    const logIn = async (name: string, password: string) => {
      await watched.page.getByLabel('Name').fill(name)
      await watched.page.getByLabel('Password').fill(password)
      await watched.page.getByRole('button', { name: 'Log in' }).click()
    }
    return { ...app, ...watched, url: server.url, folder, logIn }
  }

  for (const javaScript of [true, false]) {
    const how = javaScript ? '' : ', without JavaScript too'

    test(`logging in leads to the page that was asked for, and logging out leads out${how}`, async () => {
      const { page, context, url, logIn, faults } = await served(javaScript)
      await page.goto(`${url}/tickers/ACME?range=5y`, { waitUntil: 'networkidle' })
      await keepScreenshot(page, 'login', look)
      await logIn('vera', PASSWORD)
      await page.waitForURL(`${url}/tickers/ACME?range=5y`)
      expect(await page.locator('.account').textContent()).toContain('vera')
      const [cookie] = await context.cookies()
      expect(cookie).toMatchObject({ name: 'mambacast_session', httpOnly: true, sameSite: 'Lax' })
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.waitForURL(`${url}/login`)
      expect(await context.cookies()).toEqual([])
      await page.goto(`${url}/tickers/ACME`)
      expect(page.url()).toContain('/login?to=')
      expect(faults).toEqual([])
    })

    test(`a secret address of the feeds is made, read without a login, and revoked${how}`, async () => {
      const { page, url, logIn, faults } = await served(javaScript)
      await page.goto(`${url}/feeds`)
      await logIn('vera', PASSWORD)
      await page.getByLabel('For').fill('reader')
      await page.getByRole('button', { name: 'Make an address' }).click()
      const address = await page.getByLabel('Feed (Atom)').inputValue()
      expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(javaScript ? 2 : 0)
      await keepScreenshot(page, 'feeds-made', look)
      expect((await fetch(address)).status).toBe(200)
      await page.getByRole('button', { name: 'Revoke reader' }).click()
      await page.waitForURL(`${url}/feeds`)
      expect(await page.getByRole('button', { name: 'Revoke reader' }).count()).toBe(0)
      expect((await fetch(address)).status).toBe(404)
      expect(faults).toEqual([])
    })

    test(`a wrong password is said, and the name stays${how}`, async () => {
      const { page, url, logIn, faults } = await served(javaScript)
      await page.goto(url)
      await logIn('otto', 'not his password')
      await page.getByRole('alert').getByText('Name or password is wrong.').waitFor()
      expect(await page.getByLabel('Name').inputValue()).toBe('otto')
      expect(await page.getByLabel('Password').inputValue()).toBe('')
      const itself = (fault: string) => fault.includes('/login') || fault.includes('status of 401')
      expect(faults.filter((fault) => !itself(fault))).toEqual([])
    })

    test(`an operator pastes tickers, sees what became of each, pauses and removes one${how}`, async () => {
      const { page, url, folder, logIn, faults } = await served(javaScript)
      await page.goto(`${url}/tickers`)
      await logIn('otto', PASSWORD)
      await page.getByRole('heading', { name: 'Add tickers' }).waitFor()
      await page.getByLabel(/^Symbols/).fill('AAA\nNOPE\nBBB')
      await page.getByLabel('Bars from').selectOption(`csv ${folder}`)
      await page.getByRole('button', { name: 'Look up and add' }).click()
      await page.getByText('2 of 3 added').waitFor()
      expect(await page.locator('.results .tag').allTextContents()).toEqual(['added', 'not added', 'added'])
      expect(await page.getByLabel(/^Symbols/).inputValue()).toBe('NOPE')
      await keepScreenshot(page, 'tickers', look)
      await page.getByRole('button', { name: 'Pause AAA' }).click()
      await page.getByRole('button', { name: 'Resume AAA' }).waitFor()
      await page.getByRole('button', { name: 'Remove AAA' }).click()
      await page.getByText('1 that is no longer followed').waitFor()
      expect(await page.locator('.ticker-list tbody tr').count()).toBe(4)
      expect(faults).toEqual([])
    })
  }

  test('a page that stands open when the session ends leads to the login by itself', async () => {
    const { page, url, logIn, sql } = await served(true)
    await page.goto(url)
    await logIn('vera', PASSWORD)
    await page.locator('#board').waitFor()
    await sql`delete from sessions`
    await page.getByPlaceholder('Symbol').fill('ac')
    await page.waitForURL(/\/login\?to=/)
  })
})
