import { expect, test } from 'vitest'
import { displayBars, pastForecasts } from '../../src/db/tickerHistory.js'
import { day, price } from '../../src/web/format.js'
import { marketApp } from '../support/marketApp.js'

type Text = (path: string) => Promise<string>

/** The head of each row of table `id`, and where it goes on. */
function partOf(html: string, id: string): { heads: string[]; older: string | undefined } {
  const block = html.match(new RegExp(`<div id="${id}">.*?</table></div>(?:<p class="older">.*?</p>)?`, 's'))![0]
  const older = block.match(/href="([^"]*)">Older<\/a>/)?.[1]
  return {
    heads: [...block.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, head]) => head!),
    older: older?.replaceAll('&amp;', '&'),
  }
}

/** All rows of a table, by following its links from `path`. */
async function everyRow(text: Text, path: string, id: string): Promise<string[]> {
  const rows: string[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const { heads, older }: ReturnType<typeof partOf> = partOf(await text(next), id)
    rows.push(...heads)
    next = older
  }
  return rows
}

test('the newest 20 rows of each long table stand on the page, and the others are found by following its links', async () => {
  const { db, sql, text } = await marketApp()
  const bars = (await displayBars(db, 'ACME', { months: null })).map(({ session }) => day(session))
  const past = await pastForecasts(db, 'ACME', 'mamba', { since: '0001-01-01' })
  const scores = await sql`
    select as_of from scores where ticker = 'ACME' and forecaster = 'mamba' and "window" = 60
      and (figures ->> 'n')::int >= 20 order by as_of desc`
  const html = await text('/tickers/ACME')
  for (const [id, all] of [
    ['price-rows', bars.toReversed()],
    ['forecast-rows', past.map(({ outcome, target }) => day(outcome?.session ?? target)).reverse()],
    ['series-rows', scores.map((row) => day(row.as_of))],
  ] as const) {
    expect(all.length).toBeGreaterThan(100)
    expect(partOf(html, id).heads).toEqual(all.slice(0, 20))
    expect([...partOf(html, id).heads, ...(await everyRow(text, partOf(html, id).older!, id))]).toEqual(all)
  }
})

test('a part of a table has an address of its own that shows the same tomorrow', async () => {
  const { db, text } = await marketApp()
  const bars = await displayBars(db, 'ACME', { months: null })
  const { session, close } = bars.at(-300)!
  const html = await text(`/tickers/ACME/prices?before=${bars.at(-299)!.session}`)
  expect(partOf(html, 'price-rows').heads[0]).toBe(day(session))
  expect(html).toContain(`<td class="num">${price(close)}</td>`)
  expect(html).toContain('href="/tickers/ACME/prices">Newest</a>')
  expect(html).toContain('href="/api/v1/tickers/ACME/bars.csv"')
})

test('a rolling figure keeps its window and rivals from part to part', async () => {
  const { text } = await marketApp()
  const html = await text('/tickers/ACME/rolling?window=20&figure=coverage_95&vs=garch')
  expect(html).toMatch(/<th scope="col" class="num">garch<\/th><th scope="col" class="num">mamba<\/th><\/tr>/)
  expect(partOf(html, 'series-rows').older).toMatch(/\?window=20&figure=coverage_95&vs=garch&before=\d{4}-\d\d-\d\d$/)
  for (const field of ['name="window" value="20"', 'name="figure" value="coverage_95"', 'name="vs" value="garch"'])
    expect(html).toContain(field)
})

test('before the first row the page says so; a day that is none and a ticker that is none are refused', async () => {
  const { app, text } = await marketApp()
  for (const table of ['prices', 'forecasts', 'rolling']) {
    expect(await text(`/tickers/ACME/${table}?before=1990-01-01`)).toContain('Nothing before that day.')
    for (const [path, status] of [
      [`/tickers/ACME/${table}?before=yesterday`, 400],
      [`/tickers/ACME/${table}?before=0000-01-01`, 400],
      [`/tickers/NOBODY/${table}`, 404],
      [`/tickers/%00/${table}`, 404],
    ] as const)
      expect([path, (await app.request(path)).status]).toEqual([path, status])
  }
})
