import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const script = join(import.meta.dirname, 'joinedVectors.mjs')

interface Trained {
  readonly vectorBits: number
  readonly losses: Readonly<Record<string, readonly number[]>>
}

/** How to start a Node whose V8 joins vectors: this one, or one that npm fetches; a text says why there is none. */
async function nodeThatJoins(): Promise<readonly [string, ...string[]] | string> {
  if (process.arch !== 'x64') return `vectors are joined on x64 only, this is ${process.arch}`
  if (Number.parseInt(process.versions.v8, 10) >= 13) return [process.execPath]
  const fetched = ['npm', 'exec', '--yes', '--package=node@24', '--', 'node'] as const
  try {
    await run(fetched[0], [...fetched.slice(1), '--version'])
    return fetched
  } catch {
    return `this Node ${process.versions.node} joins no vectors, and npm cannot fetch Node 24`
  }
}

const trained = async ([command, ...args]: readonly [string, ...string[]]): Promise<Trained> =>
  JSON.parse((await run(command, args)).stdout)

test('joined vectors change no bit of a training', { timeout: 300_000 }, async ({ skip }) => {
  const node = await nodeThatJoins()
  if (typeof node === 'string') return skip(node)
  const joined = await trained([...node, script])
  const alone = await trained([process.execPath, script, 'alone'])
  expect([joined.vectorBits, alone.vectorBits]).toEqual([256, 128])
  expect(Object.keys(joined.losses)).toHaveLength(4)
  expect(joined.losses).toEqual(alone.losses)
  for (const losses of Object.values(joined.losses)) expect(losses.at(-1)).toBeLessThan(losses[0]!)
})
