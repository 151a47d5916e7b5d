import { createServer, connect as dial, type Socket } from 'node:net'
import postgres from 'postgres'
import { afterAll, expect, inject, test } from 'vitest'

const ARRAY_TYPES = 'pg_catalog.pg_type'

const { hostname, port, username, password, pathname } = new URL(inject('templateUrl'))
let cuts = 0
/** Stands before PostgreSQL, and breaks the first connection on which the driver asks for array types. */
const proxy = createServer((client) => {
  const server = dial(Number(port), hostname)
  const close = (socket: Socket) => () => socket.destroy()
  client.on('error', close(server)).on('close', close(server))
  server.on('error', close(client)).on('close', close(client))
  server.pipe(client)
  client.on('data', (bytes) => {
    if (cuts > 0 || !bytes.includes(ARRAY_TYPES)) return server.write(bytes)
    cuts++
    return client.end()
  })
})

afterAll(() => proxy.close())

test('a connection that breaks while the driver reads array types brings nothing down', async () => {
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  const { port: before } = proxy.address() as { port: number }
  const sql = postgres({
    ...{ host: '127.0.0.1', port: before, username, database: pathname.slice(1), max: 1, backoff: false },
    password: decodeURIComponent(password),
  })
  const connection = await sql.reserve()
  const [row] = await connection`select 1 from unnest(${['a', 'b']}::text[]) name where name = 'b'`
  connection.release()
  await sql.end()
  expect([cuts, row]).toEqual([1, { '?column?': 1 }])
})
