import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { readPassword } from '../../src/cli/readPassword.js'

const PASSWORD = 'correct horse battery'

/** A terminal at which those lines are typed, and everything that it shows. */
function terminal(...lines: string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
  const output = new PassThrough()
  let shown = ''
  output.on('data', (chunk) => {
    shown += chunk
    if (/: $/.test(shown) && lines.length > 0) input.write(`${lines.shift()}\r`)
  })
  return { input, output, shown: () => shown }
}

test('a password is typed twice and never shown', async () => {
  const source = terminal(PASSWORD, PASSWORD)
  expect(await readPassword(source)).toBe(PASSWORD)
  expect(source.shown()).toBe('Password: \nOnce more: \n')
})

test('what is not typed the same twice, is too short or is broken off changes nothing', async () => {
  await expect(readPassword(terminal(PASSWORD, 'something else'))).rejects.toThrow(/differ/)
  await expect(readPassword(terminal('short'))).rejects.toThrow(/at least 12/)
  await expect(readPassword(terminal('half\u0003'))).rejects.toThrow(/stopped: nothing was changed/)
})

test('without a terminal it is the first line of the input, as it is', async () => {
  for (const end of ['', '\n', '\r\n', '\nmore\n']) {
    const input = new PassThrough()
    input.end(` ${PASSWORD} ${end}`)
    expect(await readPassword({ input, output: new PassThrough() })).toBe(` ${PASSWORD} `)
  }
})
