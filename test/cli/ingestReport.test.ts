import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

test('ingest --report names gaps, jumps, missing sessions and refused rows, as text and as JSON', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-report-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const lines = randomWalkCsv(300).trim().split('\n')
  const cells = lines[290]!.split(',')
  const silent = [...lines.slice(0, 290), [...cells.slice(0, 5), '0'].join(','), ...lines.slice(291)]
  writeFileSync(join(folder, 'A.csv'), `${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'B.csv'), `${silent.join('\n')}\nbroken,1,1,1,1,1\n`)
  writeFileSync(join(folder, 'C.csv'), `${lines.filter((_, i) => i !== 280).join('\n')}\n`)
  const { url } = await testDatabase()
  const args = ['ingest', '--provider', 'csv', '--data', folder, '--report']

  const text = await mambacast(args, { DATABASE_URL: url })
  expect(text).toMatchObject({ code: 0 })
  expect(text.stdout).toContain('A: nothing to report')
  expect(text.stdout).toMatch(/B: 1 zero_volume, 1 refused/)
  expect(text.stdout).toMatch(/refused .*B\.csv line 302: date 'broken' is no calendar day/)
  expect(text.stdout).toMatch(new RegExp(`C: 1 missing_session\\n.*${lines[280]!.split(',')[0]}`))

  const json = JSON.parse((await mambacast([...args, '--json'], { DATABASE_URL: url })).stdout)
  expect(json.map(({ ticker, behind }: { ticker: string; behind: number }) => [ticker, behind])).toEqual([
    ['A', 0],
    ['B', 0],
    ['C', 0],
  ])
})
