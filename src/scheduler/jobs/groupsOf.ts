import type { GroupField, Series } from '../../domain/series.js'

export const GROUP_FIELDS: readonly GroupField[] = ['return', 'range']

/** Name of the series that tells the state of an exchange. */
export const groupName = (exchange: string, field: GroupField): string => `${exchange.toLowerCase()}_${field}`

/** The state of an exchange as series for every ticker. */
export const groupsOf = (exchange: string, timezone: string): Series[] =>
  GROUP_FIELDS.map((field) => ({
    ...{ name: groupName(exchange, field), source: { group: exchange, field } },
    ...{ timezone, knownAtTime: '24:00', lagDays: 0, tickers: [] },
  }))
