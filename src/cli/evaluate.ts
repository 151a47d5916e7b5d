import { type Command, Option } from 'commander'
import { UserError } from '../domain/errors.js'
import { evaluateAblation } from './evaluateAblation.js'
import { evaluateProtocol, type ProtocolOptions } from './evaluateProtocol.js'
import { type LedgerOptions, printLedgerFigures } from './ledgerFigures.js'
import { listOption, tickerOption } from './listOption.js'

/** Parses a whole number of at least `least`. */
const whole =
  (flag: string, least: number) =>
  (value: string): number => {
    if (!/^\d{1,6}$/.test(value) || Number(value) < least)
      throw new UserError(`${flag} ${value}: expected a whole number ${least === 0 ? 'from 0' : 'above 0'}`, {
        exitCode: 2,
      })
    return Number(value)
  }

/** Adds `evaluate`: figures of the ledger, or with --protocol an evaluation of models beside their baselines. */
export function addEvaluateCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .summary('Print how well past forecasts did, or train and test models on past sessions (--protocol).')
    .description(
      'Print how well past forecasts did, beside every baseline on the same sessions. With --protocol: train models on the past of each ticker, test them on its last sessions, and report.',
    )
    .addOption(tickerOption())
    .addOption(listOption('--tickers <symbols>', 'the same').hideHelp())
    .option('-n, --last <sessions>', 'without --protocol: only the last n settled sessions', whole('--last', 1))
    .option('--json', 'print JSON')
  command.optionsGroup('With --protocol:')
  for (const option of protocolOptions()) command.addOption(option)
  command.action(() => {
    const options = command.optsWithGlobals<LedgerOptions & Partial<ProtocolOptions> & { tickers: string[] }>()
    checkCombination(command, options)
    const ticker = [...options.ticker, ...options.tickers]
    if (isAblation(options)) return evaluateAblation({ ...(options as ProtocolOptions), ticker })
    return options.protocol
      ? evaluateProtocol({ ...(options as ProtocolOptions), ticker })
      : printLedgerFigures({ ...options, ticker })
  })
}

const isAblation = (options: { readonly protocol?: string }): boolean => options.protocol === 'ablation'

function protocolOptions(): Option[] {
  const number = (flags: string, description: string, least: number) =>
    new Option(flags, description).argParser(whole(flags.split(' ')[0]!, least))
  return [
    new Option(
      '--protocol <name>',
      "paper: MambaStock's published experiment; next-day: forecasts of the session after; ablation: the same with parts of the product's network switched on and off",
    ).choices(['paper', 'next-day', 'ablation']),
    listOption('--models <names>', 'models, separated by commas', 'all of the protocol'),
    new Option('-p, --provider <name>', 'where bars come from: csv, sample ...'),
    new Option('-d, --data <location>', 'csv: folder of SYMBOL.csv files, or URL with {symbol} in it'),
    new Option('--init <file>', 'paper: first weights of mambastock, JSON {"weights": {name: {shape, data}}}'),
    number('--seeds <n>', 'train from seeds 1 to n', 1).default(1),
    number('--test-size <sessions>', 'sessions that are tested, at the end', 1).default(300),
    number(
      '--before-last <sessions>',
      'leave out so many at the end of each history: to choose on what comes before',
      0,
    ).default(0),
    number('--step-size <sessions>', 'sessions from cut to cut (default: the test size, one cut)', 1),
    number('--refit <cuts>', 'train anew at every n-th cut', 1).default(1),
    number('--embargo <sessions>', 'sessions before each cut that are not trained on', 0).default(0),
    new Option('--window <kind>', 'what later cuts train on: all rows before, or as many as the first')
      .choices(['expanding', 'rolling'])
      .default('expanding'),
    number('--jobs <n>', 'experiments at a time; seconds are those of a model alone only at 1', 1).default(1),
    new Option('--no-recalibrate', 'next-day: leave out the calibration on outcomes known before each forecast'),
    new Option('--again', 'compute anew what is stored'),
    new Option('--report <folder>', 'also write report.html, report.json and report.csv there'),
  ]
}

function checkCombination(command: Command, options: Partial<ProtocolOptions> & { last?: number }): void {
  const wrongUse = (message: string) => new UserError(message, { exitCode: 2 })
  if (options.protocol) {
    if (options.last !== undefined)
      throw wrongUse('--last counts settled forecasts of the ledger; with --protocol say --test-size')
    if (!options.recalibrate && options.protocol !== 'next-day')
      throw wrongUse('--no-recalibrate needs --protocol next-day')
    if (options.init && options.protocol !== 'paper') throw wrongUse('--init needs --protocol paper')
    if (options.data && !options.provider) throw wrongUse('--data needs --provider, as in --provider csv --data FOLDER')
    return
  }
  const given = protocolOptions().find((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
  if (given) throw wrongUse(`${given.long} needs --protocol paper or --protocol next-day`)
}
