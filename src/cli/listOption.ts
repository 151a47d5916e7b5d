import { InvalidArgumentError, Option } from 'commander'

/** Words separated by commas, after those of earlier uses. @throws InvalidArgumentError when there is none. */
function list(value: string, before: readonly string[]): string[] {
  const words = value.split(',').map((word) => word.trim())
  if (words.some((word) => word === '')) throw new InvalidArgumentError('expected names, separated by commas.')
  return [...before, ...words]
}

/** An option that takes names, repeated or separated by commas. @param absent What help calls the list without it. */
export const listOption = (flags: string, description: string, absent?: string): Option =>
  new Option(flags, description).argParser(list).default([], absent)

/** The tickers a command is about. */
export const tickerOption = (): Option =>
  listOption('-t, --ticker <symbols>', 'a ticker; repeat it or separate by commas', 'all')
