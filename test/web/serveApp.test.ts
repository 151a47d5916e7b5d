import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { UserError } from '../../src/domain/errors.js'
import { serveApp } from '../../src/web/serveApp.js'

test('serves on a free port and names its address', async () => {
  const server = await serveApp(
    new Hono().get('/', (c) => c.text('here')),
    { host: '127.0.0.1', port: 0 },
  )
  onTestFinished(() => server.close())
  expect(await (await fetch(server.url)).text()).toBe('here')
})

test('a taken port is a clear error that says what to do', async () => {
  const first = await serveApp(new Hono(), { host: '127.0.0.1', port: 0 })
  onTestFinished(() => first.close())
  const { port } = new URL(first.url)
  const second = serveApp(new Hono(), { host: '127.0.0.1', port: Number(port) })
  await expect(second).rejects.toThrow(UserError)
  await expect(second).rejects.toThrow(new RegExp(`port ${port} .* is taken`))
})

test('a request in flight is answered before the server closes, and none is taken afterwards', async () => {
  let answer = () => {}
  const isAsked = new Promise<void>((asked) => {
    answer = asked
  })
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  const app = new Hono().get('/', async (c) => {
    answer()
    await held
    return c.text('late')
  })
  const server = await serveApp(app, { host: '127.0.0.1', port: 0 })
  const response = fetch(server.url)
  await isAsked
  const closed = server.close()
  release()
  expect(await (await response).text()).toBe('late')
  await closed
  await expect(fetch(server.url)).rejects.toThrow()
})
