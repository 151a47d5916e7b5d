import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ReadStream } from 'node:tty'
import { UserError } from '../domain/errors.js'
import { checkPassword } from '../web/access/password.js'

/** Where a password comes from, and where it is asked for. */
export interface PasswordSource {
  readonly input: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>
  readonly output: NodeJS.WritableStream
}

/**
 * A new password: typed twice and not shown on a terminal, otherwise the first line of the input. Never an argument,
 * which other users of the machine and the shell's history could see.
 *
 * @throws UserError (exit code 2) when it is too short, or not typed the same twice.
 */
export async function readPassword(
  { input, output }: PasswordSource = { input: process.stdin, output: process.stderr },
): Promise<string> {
  if (!input.isTTY) {
    const password = (await text(input)).split(/\r?\n/)[0]!
    checkPassword(password)
    return password
  }
  const terminal = createInterface({ input, output: silent, terminal: true })
  const interrupted = new AbortController()
  terminal.on('SIGINT', () => interrupted.abort())
  const ask = async (question: string): Promise<string> => {
    const answer = terminal.question('', { signal: interrupted.signal })
    output.write(question)
    return answer.finally(() => output.write('\n'))
  }
  try {
    const password = await ask('Password: ')
    checkPassword(password)
    if ((await ask('Once more: ')) !== password)
      throw new UserError('the two passwords differ: nothing was changed', { exitCode: 2 })
    return password
  } catch (error) {
    if (interrupted.signal.aborted) throw new UserError('stopped: nothing was changed', { cause: error })
    throw error
  } finally {
    terminal.close()
  }
}

/** What a terminal echoes goes nowhere. */
const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
