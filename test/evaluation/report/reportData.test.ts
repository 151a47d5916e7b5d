import { describe, expect, test } from 'vitest'
import { reportCsv } from '../../../src/evaluation/report/reportCsv.js'
import { reportOf } from '../../../src/evaluation/report/reportData.js'
import { PAPER_CAVEAT, sentencesOf } from '../../../src/evaluation/report/reportSentences.js'
import { nextDayMarket, paperMarket, provenance, walkForward } from '../evaluatedMarket.js'

describe('the report of protocol next-day', () => {
  const report = reportOf('next-day', walkForward, provenance, nextDayMarket)
  const [ticker] = report.tickers
  const mamba = ticker!.models.find(({ model }) => model === 'mamba')!

  test('puts trained models first and gives mean and standard deviation over their seeds', () => {
    expect(ticker!.models.map(({ model }) => model)).toEqual(['mamba', 'zero', 'ewma'])
    expect(mamba.train_seconds).toEqual({ mean: 3, sd: 1 })
    const pinball = mamba.seeds.map(({ figures }) => figures.pinball!)
    expect(mamba.figures.pinball!.mean).toBeCloseTo((pinball[0]! + pinball[1]! + pinball[2]!) / 3, 12)
    expect(ticker!.models[1]!.figures.pinball!.sd).toBeNull()
  })

  test('a figure that is undefined for one seed has no mean', () => {
    expect(ticker!.models[1]!.figures.cw_p).toBeNull()
    expect(ticker!.models[1]!.figures.hit_rate).toBeNull()
  })

  test('judges a model by the seed with the median pinball loss, not the best', () => {
    const { pinball } = mamba.seeds[2]!.figures
    const zero = ticker!.models[1]!.figures.pinball!.mean
    expect(mamba.pinball_skill!.zero).toBeCloseTo(1 - pinball! / zero, 12)
    const [verdict] = ticker!.verdicts
    expect(verdict).toMatchObject({ ticker: 'T', forecaster: 'mamba', n: 200 })
    expect(verdict!.pinballSkill.zero).toBeCloseTo(mamba.pinball_skill!.zero!, 12)
    expect(sentencesOf(report)).toEqual([`T, mamba: ${verdict!.sentence}`])
  })

  test('the same figures stand in the CSV, one line each', () => {
    const lines = reportCsv(report).trim().split('\n')
    expect(lines[0]).toBe('ticker,model,seed,figure,value')
    expect(lines).toContain(`T,mamba,2,pinball,${mamba.seeds[1]!.figures.pinball}`)
    expect(lines).toContain('T,zero,0,hit_rate,')
    expect(lines).toHaveLength(1 + 5 * Object.keys(mamba.figures).length)
  })
})

describe('the report of protocol paper', () => {
  const report = reportOf('paper', walkForward, provenance, paperMarket)

  test('says whom persistence beats, what the article prints, and what all this does not show', () => {
    const sentences = sentencesOf(report)
    expect(sentences[0]).toMatch(
      /^601988\.SH: persistence beats mambastock, not lstm \(R² of persistence 0\.\d{4}\)\.$/,
    )
    expect(sentences.at(-1)).toBe(PAPER_CAVEAT)
    const mambastock = report.tickers[0]!.models.find(({ model }) => model === 'mambastock')!
    expect(mambastock.published).toMatchObject({ mse: 0.0004, r2: 0.9581, train_seconds: 215 })
  })

  test('has no verdict: its figures carry none', () => {
    expect(report.tickers[0]!.verdicts).toEqual([])
  })
})
