import { lookup } from 'node:dns/promises'
import { expect, test } from 'vitest'
import { type AddressPolicy, guardedLookup, refusedAddress } from '../../src/alerts/addressPolicy.js'
import { checkUrl } from '../../src/alerts/checkUrl.js'
import { HttpSender } from '../../src/alerts/httpSender.js'
import { receiver } from '../support/receiver.js'

const strict: AddressPolicy = { allowHttp: false, allowHosts: [], allowNetworks: [], allowPorts: [443, 8443] }

/** What names resolve to; a name that is not here does not exist. */
const names: Readonly<Record<string, readonly string[]>> = {
  'hooks.example.com': ['93.184.215.14'],
  'two-faced.example.com': ['93.184.215.14', '10.0.0.1'],
  'rebind.example.com': ['127.0.0.1'],
  'metadata.example.com': ['169.254.169.254'],
  'six.example.com': ['::1'],
  'mapped.example.com': ['::ffff:10.0.0.1'],
  'nothing.example.com': [],
  'xn--mnchen-3ya.example.com': ['93.184.215.14'],
}
const resolve = async (host: string) => {
  const found = names[host]
  if (!found) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
  return found
}

const hostile: [string, string][] = [
  ['http://hooks.example.com/', 'scheme'],
  ['file:///etc/passwd', 'scheme'],
  ['gopher://hooks.example.com/', 'scheme'],
  ['ftp://hooks.example.com/', 'scheme'],
  ['javascript:alert(1)', 'scheme'],
  ['data:text/plain,x', 'scheme'],
  ['ws://hooks.example.com/', 'scheme'],
  ['//hooks.example.com/', 'no URL'],
  ['hooks.example.com', 'no URL'],
  ['', 'no URL'],
  ['https://', 'no URL'],
  ['https://user:pass@hooks.example.com/', 'user name'],
  ['https://user@hooks.example.com/', 'user name'],
  ['https://@hooks.example.com/', 'user name'],
  ['https://hooks.example.com@127.0.0.1/', 'user name'],
  ['https://hooks.example.com#@127.0.0.1/', 'fragment'],
  ['https://hooks.example.com\\@127.0.0.1/', 'backslash'],
  ['https://hooks.example.com/\r\nHost: evil', 'invisible'],
  ['https://hooks.example.com/ x', 'spaces'],
  ['https://ho\u200boks.example.com/', 'invisible'],
  ['https://127.0.0.1/', 'loopback'],
  ['https://127.1/', 'disguise'],
  ['https://2130706433/', 'disguise'],
  ['https://0x7f000001/', 'disguise'],
  ['https://0177.0.0.1/', 'disguise'],
  ['https://0x7f.1/', 'disguise'],
  ['https://127.0.0.1./', 'disguise'],
  ['https://①②⑦.⓪.⓪.①/', 'disguise'],
  ['https://１２７.0.0.1/', 'disguise'],
  ['https://%31%32%37.0.0.1/', 'disguise'],
  ['https://lоcalhost.example.com/', 'disguise'],
  ['https://münchen.example.com/', 'disguise'],
  ['https://0.0.0.0/', 'unspecified'],
  ['https://10.1.2.3/', 'private'],
  ['https://172.16.0.1/', 'private'],
  ['https://192.168.1.1/', 'private'],
  ['https://169.254.169.254/latest/meta-data/', 'linkLocal'],
  ['https://100.100.100.200/', 'carrierGradeNat'],
  ['https://168.63.129.16/', 'metadata'],
  ['https://192.0.0.192/', 'reserved'],
  ['https://198.18.0.1/', 'not public'],
  ['https://224.0.0.1/', 'multicast'],
  ['https://255.255.255.255/', 'broadcast'],
  ['https://[::1]/', 'loopback'],
  ['https://[::]/', 'unspecified'],
  ['https://[::ffff:127.0.0.1]/', 'disguise'],
  ['https://[::ffff:7f00:1]/', 'loopback'],
  ['https://[64:ff9b::7f00:1]/', 'not public'],
  ['https://[2002:7f00:1::]/', 'not public'],
  ['https://[2001:0:1::1]/', 'teredo'],
  ['https://[fd00:ec2::254]/', 'uniqueLocal'],
  ['https://[fe80::1]/', 'linkLocal'],
  ['https://localhost/', 'local name'],
  ['https://a.localhost/', 'local name'],
  ['https://printer.local/', 'local name'],
  ['https://metadata.google.internal/', 'local name'],
  ['https://intranet/', 'local name'],
  ['https://router/', 'full name'],
  ['https://hooks.example.com./', 'dot'],
  ['https://hooks.example.com:22/', 'port 22'],
  ['https://hooks.example.com:6379/', 'port 6379'],
  ['https://hooks.example.com:99999/', 'no URL'],
  ['https://two-faced.example.com/', 'private'],
  ['https://rebind.example.com/', 'loopback'],
  ['https://metadata.example.com/', 'linkLocal'],
  ['https://six.example.com/', 'loopback'],
  ['https://mapped.example.com/', 'private'],
  ['https://nothing.example.com/', 'no address'],
  ['https://nobody.example.com/', 'cannot be resolved'],
  [`https://hooks.example.com/${'x'.repeat(2_000)}`, 'longer'],
]

test('there are at least forty of them', () => {
  expect(new Set(hostile.map(([url]) => url)).size).toBeGreaterThanOrEqual(40)
})

test.each(hostile)('%j is refused: %s', async (url, reason) => {
  await expect(checkUrl(url, strict, resolve)).rejects.toThrow(reason)
})

test.each([
  'https://hooks.example.com/services/T0/B0?x=1',
  'https://HOOKS.example.com:8443/',
  'https://xn--mnchen-3ya.example.com/',
  'https://93.184.215.14/',
])('%s passes', async (url) => {
  expect((await checkUrl(url, strict, resolve)).href).toBe(new URL(url).href)
})

test('a list of hosts lets those pass and nothing else', async () => {
  const listed = { ...strict, allowHosts: ['hooks.example.com', '*.example.org'] }
  await checkUrl('https://hooks.example.com/', listed, resolve)
  await expect(checkUrl('https://rebind.example.com/', listed, resolve)).rejects.toThrow('not on the list')
  await expect(checkUrl('https://evilexample.org/', listed, resolve)).rejects.toThrow('not on the list')
})

test('networks that are allowed pass, their neighbours do not', () => {
  const policy = { ...strict, allowNetworks: ['10.1.0.0/16', 'fd00:1::/32'] }
  expect(refusedAddress('10.1.2.3', policy)).toBeUndefined()
  expect(refusedAddress('fd00:1::5', policy)).toBeUndefined()
  expect(refusedAddress('10.2.0.1', policy)).toContain('private')
  expect(refusedAddress('::ffff:10.2.0.1', policy)).toContain('private')
})

test('a name that turns to loopback after it was judged is refused at connect, and nothing arrives', async () => {
  const { url, received } = await receiver()
  const { port } = new URL(url)
  let asked = 0
  const turning = async () => (asked++ === 0 ? ['93.184.215.14'] : ['127.0.0.1'])
  const policy = { ...strict, allowHttp: true, allowPorts: [] }
  const target = `http://rebind.example.com:${port}/`
  await checkUrl(target, policy, turning)
  const sender = new HttpSender({ policy, resolve: turning, timeoutMs: 1_000 })
  const answer = await sender.send({ url: target, method: 'POST', headers: {}, body: 'x' })
  sender.close()
  expect(answer).toMatchObject({ status: null, text: expect.stringContaining('127.0.0.1 is not public (loopback)') })
  expect(received).toEqual([])
})

test('an address as such is refused by the sender too', async () => {
  const { url, received } = await receiver()
  const sender = new HttpSender({ policy: { ...strict, allowHttp: true, allowPorts: [] }, resolve, timeoutMs: 1_000 })
  const answer = await sender.send({ url, method: 'POST', headers: {}, body: 'x' })
  sender.close()
  expect(answer).toMatchObject({ status: null, text: expect.stringContaining('loopback') })
  expect(received).toEqual([])
})

test('the judged lookup gives sockets what the system would', async () => {
  const policy = { ...strict, allowNetworks: ['127.0.0.0/8', '::1/128'] }
  const own = async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address)
  const found = await new Promise<unknown>((done, fail) =>
    guardedLookup(policy, own)('localhost', { all: true }, (error, addresses) =>
      error ? fail(error) : done(addresses),
    ),
  )
  expect(found).toEqual(await lookup('localhost', { all: true }))
})
