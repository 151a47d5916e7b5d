import type { Child } from 'hono/jsx'
import type { Assets } from '../assets.js'
import type { Section, SectionPath } from '../navigation.js'
import { Account } from '../partials/account.js'

export interface Frame {
  readonly assets: Assets
  readonly version: string
  /** Whether the server tells of progress by itself. */
  readonly isLive: boolean
  /** What the navigation leads to; asked for once all routes are known. */
  readonly sections: () => readonly Section[]
}

interface LayoutProps {
  readonly frame: Frame
  readonly title: string
  /** The section that the page belongs to, marked in the navigation. */
  readonly section?: SectionPath
  /** Loads the plot library. */
  readonly plots?: boolean
  /** Lets addresses be copied. */
  readonly copies?: boolean
  readonly children: Child
}

/** A morph leaves alone what the browser knows better: unfolded details and drawn plots. */
const HTMX_CONFIG = JSON.stringify({
  noSwap: [204, 304, '4xx', '5xx'],
  defaultTimeout: 15_000,
  history: 'reload',
  morphIgnore: ['data-htmx-powered', 'data-drawn', 'open'],
})

/** The frame of every page: head, masthead, footer. Only local files, no inline script or style. */
export function Layout({
  frame: { assets, version, isLive, sections },
  title,
  section,
  plots,
  copies,
  children,
}: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={HTMX_CONFIG} />
        <title>{title === 'mambacast' ? title : `${title} · mambacast`}</title>
        <link rel="icon" href={assets.href('icon.svg')} type="image/svg+xml" />
        <link rel="preload" href={assets.href('plex-sans.woff2')} as="font" type="font/woff2" crossorigin="anonymous" />
        <script src={assets.href('ages.js')} />
        <link rel="stylesheet" href={assets.href('app.css')} />
        {plots && <link rel="stylesheet" href={assets.href('uplot.css')} />}
        <script src={assets.href('htmx.js')} defer />
        {plots && <script src={assets.href('uplot.js')} defer />}
        {plots && <script src={assets.href('mount.js')} type="module" />}
        <script src={assets.href('offline.js')} type="module" />
        {copies && <script src={assets.href('copy.js')} type="module" />}
        {isLive && <script src={assets.href('live.js')} type="module" />}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="masthead">
          <a class="brand" href="/">
            <FanMark />
            mambacast
          </a>
          <Navigation sections={sections()} current={section} />
          <Account />
        </header>
        <p class="offline" role="alert" hidden>
          The server does not answer. What you see may be out of date.
        </p>
        <main id="main">{children}</main>
        <footer class="foot">
          <p>
            Forecasts are written once and never repainted. Percentages are simple returns of the next session on the
            previous adjusted close. Not investment advice.
          </p>
          <p>
            mambacast {version} · <a href="/api/v1/tickers">JSON</a>
          </p>
        </footer>
      </body>
    </html>
  )
}

const Navigation = ({ sections, current }: { sections: readonly Section[]; current: SectionPath | undefined }) => (
  <nav aria-label="Main">
    <ul>
      {sections.map(({ path, name }) => (
        <li>
          <a href={path} aria-current={path === current ? 'true' : undefined}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  </nav>
)

/** The mark: a price that opens into a fan. */
const FanMark = () => (
  <svg class="mark" width="30" height="20" viewBox="0 0 30 20" aria-hidden="true">
    <path class="band-95" d="M12 10 L29 1 V19 Z" />
    <path class="band-80" d="M12 10 L29 5 V15 Z" />
    <path class="line" d="M1 14 L5 8 L8 12 L12 10" />
  </svg>
)
