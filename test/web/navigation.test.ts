import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { sectionsOf } from '../../src/web/navigation.js'
import { marketApp } from '../support/marketApp.js'

const linksOf = (html: string) =>
  [...html.match(/<nav.*?<\/nav>/s)![0].matchAll(/href="([^"]+)"/g)].map(([, path]) => path)

test('the navigation holds a section as soon as it has a route, and no link that leads nowhere', async () => {
  const app = new Hono()
  const sections = sectionsOf(app)
  app.get('/', (c) => c.text('')).post('/models', (c) => c.text(''))
  app.route(
    '/runs',
    new Hono().get('/', (c) => c.text('')),
  )
  expect(sections().map(({ path }) => path)).toEqual(['/', '/runs'])
})

test('every link of the navigation answers, on every page', async () => {
  const { app, text } = await marketApp()
  const links = linksOf(await text('/'))
  expect(links).toContain('/')
  expect(linksOf(await text('/tickers/ACME'))).toEqual(links)
  for (const link of links) expect((await app.request(link!)).status).toBe(200)
})

test('the section of a page is marked', async () => {
  const { text } = await marketApp()
  expect(await text('/')).toContain('<a href="/" aria-current="true">Overview</a>')
})
