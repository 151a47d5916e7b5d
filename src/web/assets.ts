import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import type { Context, Handler } from 'hono'

const fromPackage = createRequire(import.meta.url)
const ownFile = (name: string) => new URL(`../../src/web/public/${name}`, import.meta.url)

/** Every file that pages load, with where it lies. */
const sources = {
  'app.css': [ownFile('app.css'), 'text/css; charset=utf-8'],
  'app.js': [ownFile('app.js'), 'text/javascript; charset=utf-8'],
  'icon.svg': [ownFile('icon.svg'), 'image/svg+xml'],
  'htmx.js': [fromPackage.resolve('htmx.org/dist/htmx.min.js'), 'text/javascript; charset=utf-8'],
  'uplot.js': [fromPackage.resolve('uplot/dist/uPlot.iife.min.js'), 'text/javascript; charset=utf-8'],
  'uplot.css': [fromPackage.resolve('uplot/dist/uPlot.min.css'), 'text/css; charset=utf-8'],
  'plex-sans.woff2': [
    fromPackage.resolve('@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2'),
    'font/woff2',
  ],
} as const satisfies Record<string, readonly [URL | string, string]>

export type AssetName = keyof typeof sources

interface Asset {
  readonly body: Buffer
  readonly gzipped: Buffer | undefined
  readonly type: string
  readonly hash: string
}

export interface Assets {
  /** Address of a file that changes with its content, so that browsers may keep it for good. */
  href(name: AssetName): string
  /** Answers `/assets/:name`. */
  readonly handler: Handler
}

/** Reads the files that pages load into memory, each with its hash and its compressed form. */
export function loadAssets(): Assets {
  const assets = new Map<string, Asset>()
  for (const [name, [file, type]] of Object.entries(sources)) assets.set(name, loadAsset(file, type))
  return {
    href: (name) => `/assets/${name}?v=${assets.get(name)!.hash}`,
    handler: (c) => {
      const asset = assets.get(c.req.param('name') ?? '')
      return asset ? answer(c, asset) : c.notFound()
    },
  }
}

function loadAsset(file: URL | string, type: string): Asset {
  const body = readFileSync(file)
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  return { body, gzipped: type.startsWith('font/') ? undefined : gzipSync(body, { level: 9 }), type, hash }
}

function answer(c: Context, { body, gzipped, type, hash }: Asset): Response {
  const current = c.req.query('v') === hash
  c.header('Content-Type', type)
  c.header('ETag', `"${hash}"`)
  c.header('Vary', 'Accept-Encoding')
  c.header('Cache-Control', current ? 'public, max-age=31536000, immutable' : 'public, max-age=3600')
  if (c.req.header('If-None-Match') === `"${hash}"`) return c.body(null, 304)
  if (!gzipped || !/\bgzip\b/.test(c.req.header('Accept-Encoding') ?? '')) return c.body(new Uint8Array(body))
  c.header('Content-Encoding', 'gzip')
  return c.body(new Uint8Array(gzipped))
}
