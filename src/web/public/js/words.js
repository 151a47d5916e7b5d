// Colours of the stylesheet, and numbers and dates for people.

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
export const dayOf = (session) =>
  `${Number(session.slice(8))} ${MONTHS[Number(session.slice(5, 7)) - 1]} ${session.slice(0, 4)}`
export const percent = (value) => `${value > 0 ? '+' : value < 0 ? '\u2212' : ''}${Math.abs(value).toFixed(2)}\u202f%`
export const signed = (text) => String(text).replace('-', '\u2212')
export const amount = (value) => value.toFixed(Math.abs(value) >= 10 ? 2 : 4)

const counts = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
export const short = (value) => counts.format(value).replace(/(?=[KMBT]$)/, '\u202f')
