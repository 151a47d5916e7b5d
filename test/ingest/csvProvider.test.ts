import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProviderError, UserError } from '../../src/domain/errors.js'
import { createCsvProvider } from '../../src/ingest/csvProvider.js'

const shared = '../shared/data'
const now = new Date('2026-01-05T12:00:00Z')
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mambacast-csv-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = (text: string | Uint8Array, symbol = 'X') => {
  writeFileSync(join(folder, `${symbol}.csv`), text)
  return createCsvProvider({ location: folder }).fetchBars({ symbol, now })
}
const PLAIN = 'date,open,high,low,close,volume'
const GOOD = '2024-01-02,10,11,9,10.5,100'

describe('layouts', () => {
  test('plain bars carry no previous close and no extras', async () => {
    expect(await read(`${PLAIN}\n${GOOD}\n`)).toEqual({
      bars: [
        {
          session: '2024-01-02',
          ...{ open: 10, high: 11, low: 9, close: 10.5, volume: 100 },
          previousClose: null,
          extras: {},
        },
      ],
      refused: [],
    })
  })

  test('Tushare bars carry pre_close, and extras but no derived columns', async () => {
    const text = `ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount,pe
600000.SH,20240102,10,11,9,10.5,10.1,0.4,3.96,1000,2000,
600000.SH,20240103,10,11,9,10.5,10.5,0,0,1000,2000,5.5`
    const { bars } = await read(text, '600000.SH')
    expect(bars.map((bar) => [bar.session, bar.previousClose, bar.extras])).toEqual([
      ['2024-01-02', 10.1, { amount: 2000 }],
      ['2024-01-03', 10.5, { amount: 2000, pe: 5.5 }],
    ])
  })

  test('header case and order, BOM, CRLF, spaces, quotes and blank lines do not matter', async () => {
    const text = '\uFEFFVolume, Close ,LOW,High,Open,Date\r\n\r\n100,"10.5",9,11,10,2024-01-02\r\n'
    expect((await read(text)).bars).toEqual((await read(`${PLAIN}\n${GOOD}`)).bars)
  })

  test('columns that are rewritten later never become extras', async () => {
    const text = `${PLAIN},Adj Close,adj_factor,Stock Splits,sentiment\n${GOOD},5.2,0.5,0,0.7`
    expect((await read(text)).bars[0]!.extras).toEqual({ sentiment: 0.7 })
  })

  test('an extra that is empty or no number is absent', async () => {
    const text = `${PLAIN},pe,name\n${GOOD},,Bank\n2024-01-03,10,11,9,10.5,100,n/a,Bank\n2024-01-04,10,11,9,10.5,100,7,Bank`
    expect((await read(text)).bars.map((bar) => bar.extras)).toEqual([{}, {}, { pe: 7 }])
  })

  test('a file that runs from new to old is turned round', async () => {
    const { bars, refused } = await read(
      `${PLAIN}\n2024-01-04,1,1,1,1,1\n2024-01-03,1,1,1,1,1\n2024-01-03,2,2,2,2,2\n2024-01-02,1,1,1,1,1`,
    )
    expect(bars.map((bar) => bar.session)).toEqual(['2024-01-02', '2024-01-03', '2024-01-04'])
    expect(refused).toHaveLength(1)
  })
})

describe('refused rows', () => {
  test.each([
    ['2024-01-03,10,9.9,9,9.5,100', 'open 10 lies outside low 9 to high 9.9'],
    ['2024-01-03,10,11,10.6,10.5,100', 'open 10 lies outside low 10.6 to high 11'],
    ['2024-01-03,10.7,11,10.6,10.5,100', 'close 10.5 lies outside low 10.6 to high 11'],
    ['2024-01-03,10,8,9,10,100', 'low 9 is above high 8'],
    ['2024-01-03,0,11,0,10.5,100', 'open 0 is not positive'],
    ['2024-01-03,10,11,-1,10.5,100', 'low -1 is not positive'],
    ['2024-01-03,10,11,9,10.5,-1', 'volume -1 is negative'],
    ['2024-01-03,10,11,9,10.5', 'volume is missing'],
    ['2024-01-03,10,,9,10.5,100', 'high is missing'],
    ['2024-01-03,10,NaN,9,10.5,100', "high 'NaN' is not a number"],
    ['2024-01-03,10,Infinity,9,10.5,100', "high 'Infinity' is not a number"],
    ['2024-01-03,10,1e999,9,10.5,100', "high '1e999' is not a number"],
    ['2024-01-03,10,0x0b,9,10.5,100', "high '0x0b' is not a number"],
    ['2024-02-30,10,11,9,10.5,100', "date '2024-02-30' is no calendar day"],
    ['03/01/2024,10,11,9,10.5,100', "date '03/01/2024' is no calendar day"],
    [',10,11,9,10.5,100', 'date is missing'],
    ['2099-01-03,10,11,9,10.5,100', 'date 2099-01-03 lies in the future'],
    ['2024-01-02,10,11,9,10.5,100', 'date 2024-01-02 is already on line 2'],
    ['2023-12-29,10,11,9,10.5,100', 'date 2023-12-29 is out of order'],
    ['2024-01-03,"10,11,9,10.5,100', "open '10,11,9,10.5,100' is not a number"],
    ['2024-01-03,1"0,11,9,10.5,100', `open '1"0' is not a number`],
  ])('%s: %s', async (row, reason) => {
    const text = `${PLAIN}\n${GOOD}\n${row}\n2024-01-04,10,11,9,10.5,100\n2024-01-05,10,11,9,10.5,100\n`
    const { bars, refused } = await read(text)
    expect(refused).toEqual([{ source: join(folder, 'X.csv'), line: 3, reason }])
    expect(bars.map((bar) => bar.session)).toEqual(['2024-01-02', '2024-01-04', '2024-01-05'])
  })

  test('a row of another share is refused', async () => {
    const text = 'ts_code,trade_date,open,high,low,close,vol\nX,20240102,1,1,1,1,1\nY,20240103,1,1,1,1,1'
    expect((await read(text)).refused).toMatchObject([{ line: 3, reason: 'row belongs to Y, not X' }])
  })

  test('one row dated years ahead does not refuse all that follow it', async () => {
    const text = `${PLAIN}\n${GOOD}\n2025-12-01,1,1,1,1,1\n2024-01-03,1,1,1,1,1\n2024-01-04,1,1,1,1,1`
    const { bars, refused } = await read(text)
    expect(bars).toHaveLength(3)
    expect(refused).toMatchObject([{ line: 3, reason: 'date 2025-12-01 is out of order' }])
  })

  test('whatever the bytes, the answer is valid bars in order or one ProviderError of one line', async () => {
    const cell = fc.constantFrom('2024-01-02', '2024-01-03', '10', '11', '9', '-1', '', '"', 'x', 'NaN', '\0', '1e400')
    const rows = fc.array(fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(',')))
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), async (lines, withHeader) => {
        const result = await read([...(withHeader ? [PLAIN] : []), ...lines].join('\n')).catch((error) => error)
        if (result instanceof Error) {
          expect(result).toBeInstanceOf(ProviderError)
          expect(result.message).not.toContain('\n')
          return
        }
        const sessions = result.bars.map((bar: { session: string }) => bar.session)
        expect(sessions).toEqual([...new Set(sessions)].sort())
      }),
      { seed: 4, numRuns: 150 },
    )
  })
})

describe('unusable files give one line that names the file and what is expected', () => {
  test.each([
    ['empty', '', /X\.csv: is empty; expected .*date,open,high,low,close,volume/],
    ['blank', '\n\n', /X\.csv: is empty/],
    ['wrong header', 'a,b,c\n1,2,3', /X\.csv: its header lacks date, open, high, low, close, volume; expected/],
    ['half a header', 'date,open,close\n', /its header lacks high, low, volume/],
    ['doubled column', `${PLAIN},close\n${GOOD},1`, /column 'close' appears twice/],
    ['header only', PLAIN, /no valid row \(header only\)/],
    ['no valid row', `${PLAIN}\n2024-01-02,x,1,1,1,1`, /no valid row \(all 1 refused, first on line 2: open 'x'/],
  ])('%s', async (_, text, message) => {
    const error = await read(text).catch((reason) => reason)
    expect(error).toBeInstanceOf(ProviderError)
    expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(message) })
    expect(error.message).not.toContain('\n')
  })

  test('no such file, no such folder, and a folder in the file’s place', async () => {
    const provider = createCsvProvider({ location: folder })
    mkdirSync(join(folder, 'FOLDER.csv'))
    await expect(provider.fetchBars({ symbol: 'NONE', now })).rejects.toThrow(/NONE\.csv: no such file; expected/)
    await expect(provider.fetchBars({ symbol: 'FOLDER', now })).rejects.toThrow(
      /FOLDER\.csv: cannot be read \(EISDIR\)/,
    )
    const nowhere = createCsvProvider({ location: join(folder, 'nowhere') })
    await expect(nowhere.fetchBars({ symbol: 'X', now })).rejects.toThrow(/nowhere: no such folder/)
    await expect(nowhere.list()).rejects.toThrow(ProviderError)
  })

  test('a file above the byte limit', async () => {
    writeFileSync(join(folder, 'BIG.csv'), `${PLAIN}\n${`${GOOD}\n`.repeat(100)}`)
    const provider = createCsvProvider({ location: folder, maxBytes: 1000 })
    await expect(provider.fetchBars({ symbol: 'BIG', now })).rejects.toThrow(/larger than the limit of 1000 bytes/)
  })
})

describe('symbols', () => {
  test.each(['../X', 'a/b', 'a\\b', '..', '.', '', 'X\0', '/etc/passwd', 'x'.repeat(33), 'A B', '%2e%2e'])(
    '%j cannot leave the folder',
    async (symbol) => {
      const error = await createCsvProvider({ location: folder })
        .fetchBars({ symbol, now })
        .catch((reason) => reason)
      expect(error).toBeInstanceOf(UserError)
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(/^symbol /) })
    },
  )

  test('a folder lists its symbols in order', async () => {
    const listed = mkdtempSync(join(folder, 'listed-'))
    for (const name of ['B.csv', '600000.SH.csv', 'notes.md', '.hidden.csv', '^GSPC.csv'])
      writeFileSync(join(listed, name), '')
    expect(await createCsvProvider({ location: listed }).list()).toEqual(['600000.SH', 'B', '^GSPC'])
  })
})

test.skipIf(!existsSync(shared))('every row of the seven real files is taken in', async () => {
  const provider = createCsvProvider({ location: shared })
  const symbols = await provider.list()
  const results = await Promise.all(symbols.map((symbol) => provider.fetchBars({ symbol, now })))
  expect(Object.fromEntries(symbols.map((symbol, i) => [symbol, results[i]!.bars.length]))).toEqual({
    ...{ AAPL: 5849, BAC: 5849, SPY: 5849 },
    ...{ '600036.SH': 3668, '601288.SH': 2828, '601328.SH': 3592, '601988.SH': 3681 },
  })
  expect(results.flatMap((result) => result.refused)).toEqual([])
})
