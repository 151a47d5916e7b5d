import { expect, test } from 'vitest'
import type { ApiDocument } from '../../src/web/api/openapi.js'
import { marketApp } from '../support/marketApp.js'

test('the page about the API tells of every operation and every schema, and each name leads to its place', async () => {
  const { text } = await marketApp()
  const html = await text('/docs')
  const document = JSON.parse(await text('/api/v1/openapi.json')) as ApiDocument
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const ids = [
    ...operations.map(({ operationId }) => operationId),
    ...Object.keys(document.components.schemas).map((name) => `schema-${name}`),
  ]
  expect(ids.length).toBeGreaterThan(30)
  for (const id of ids) expect(html).toContain(`id="${id}"`)
  for (const [, anchor] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${anchor}"`)
  expect(html).not.toMatch(/undefined|\[object|<script(?![^>]*\ssrc="\/assets\/)/)
})
