import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Handler } from 'hono'
import { PackedAnswer } from './cache/packedAnswer.js'

const fromPackage = createRequire(import.meta.url)
const ownFile = (name: string) => new URL(`../../src/web/public/${name}`, import.meta.url)

/** In the order in which later rules win. */
const STYLES = [
  'tokens',
  'base',
  'run',
  'tables',
  'overview',
  'intervals',
  'ticker',
  'plots',
  'cards',
  'alerts',
  'access',
  'explanation',
  'models',
  'docs',
  'narrow',
] as const

const SCRIPTS = ['ages', 'copy', 'offline', 'live', 'mount', 'plots', 'chart', 'gestures', 'paint', 'words'] as const

const script = 'text/javascript; charset=utf-8'
const style = 'text/css; charset=utf-8'

/** Every file that pages load: its content type, and where its parts lie. */
const sources: Readonly<Record<string, readonly [type: string, ...parts: Source[]]>> = {
  'app.css': [style, ...STYLES.map((name) => ownFile(`css/${name}.css`))],
  'icon.svg': ['image/svg+xml', ownFile('icon.svg')],
  'htmx.js': [script, fromPackage.resolve('htmx.org/dist/htmx.min.js')],
  'uplot.js': [script, fromPackage.resolve('uplot/dist/uPlot.iife.min.js')],
  'uplot.css': [style, fromPackage.resolve('uplot/dist/uPlot.min.css')],
  'plex-sans.woff2': [
    'font/woff2',
    fromPackage.resolve('@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2'),
  ],
  ...Object.fromEntries(SCRIPTS.map((name) => [`${name}.js`, [script, ownFile(`js/${name}.js`)] as const])),
}

type Source = URL | string

interface Asset {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
  /** Made when it is first asked for. */
  packed?: Promise<PackedAnswer>
}

export interface Assets {
  /** Address of a file, in a folder that changes whenever any of them does, so that browsers may keep it for good. */
  href(name: string): string
  /** Answers `/assets/:version/:name`. */
  readonly handler: Handler
}

/** Reads the files that pages load into memory, with their common version. */
export function loadAssets(): Assets {
  const assets = new Map<string, Asset>(
    Object.entries(sources).map(([name, [type, ...parts]]) => [
      name,
      { type, body: new Uint8Array(Buffer.concat(parts.map((part) => readFileSync(part)))) },
    ]),
  )
  const hash = createHash('sha256')
  for (const { body } of assets.values()) hash.update(body)
  const version = hash.digest('hex').slice(0, 12)
  return {
    href: (name) => `/assets/${version}/${name}`,
    handler: async (c) => {
      const asset = assets.get(c.req.param('name') ?? '')
      if (!asset || c.req.param('version') !== version) return c.notFound()
      const headers = { 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=31536000, immutable' }
      if (asset.type.startsWith('font/')) return c.body(asset.body, 200, { ...headers, ETag: `"${version}"` })
      asset.packed ??= PackedAnswer.of(c, new Response(asset.body, { headers }))
      return (await asset.packed).respond(c)
    },
  }
}
