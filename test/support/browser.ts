import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The Chromium of this machine, or undefined: CHROMIUM_PATH, else where systems put it. */
export const chromiumPath = CANDIDATES.find((path): path is string => Boolean(path && existsSync(path)))

const artifacts = join(import.meta.dirname, '../../artifacts')

/** Starts that Chromium with nothing that talks to other hosts. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath!,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--force-color-profile=srgb',
    ],
  })

export const SCREENS = { desktop: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } } as const

export interface Look {
  readonly screen: keyof typeof SCREENS
  readonly scheme: 'light' | 'dark'
}

export const LOOKS: readonly Look[] = [
  { screen: 'desktop', scheme: 'light' },
  { screen: 'desktop', scheme: 'dark' },
  { screen: 'phone', scheme: 'light' },
  { screen: 'phone', scheme: 'dark' },
]

export interface WatchedPage {
  readonly context: BrowserContext
  readonly page: Page
  /** Console errors, failed requests, answers of 400 and above, and requests to other hosts, as they come. */
  readonly faults: string[]
}

/** Chromium's word for what it no longer wants, as when a page is left while an icon is still on its way. */
const GIVEN_UP = 'net::ERR_ABORTED'

/** Opens an empty page that writes down everything that goes wrong. */
export async function watchedPage(
  browser: Browser,
  origin: string,
  look: Look,
  javaScript = true,
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: SCREENS[look.screen],
    colorScheme: look.scheme,
    deviceScaleFactor: look.screen === 'phone' ? 2 : 1,
    isMobile: look.screen === 'phone',
    hasTouch: look.screen === 'phone',
    javaScriptEnabled: javaScript,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText
    if (reason !== GIVEN_UP) faults.push(`failed: ${request.url()} ${reason}`)
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`foreign: ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`status ${response.status()}: ${response.url()}`)
  })
  return { context, page, faults }
}

/** Keeps what the page looks like, whole, as artifacts/NAME-SCREEN-SCHEME.png. */
export async function keepScreenshot(page: Page, name: string, { screen, scheme }: Look): Promise<void> {
  mkdirSync(artifacts, { recursive: true })
  await page.screenshot({ path: join(artifacts, `${name}-${screen}-${scheme}.png`), fullPage: true })
}
