/** A percentage without sign: `1.21 %`. */
export const percent = (value: number): string => `${value.toFixed(2)} %`

/** A percentage with its sign: `+1.21 %`. */
export const signedPercent = (value: number): string =>
  `${Number(value.toFixed(2)) > 0 ? '+' : ''}${percent(Number(value.toFixed(2)) === 0 ? 0 : value)}`

/** A probability as a percentage: `31 %`. */
export const probability = (value: number): string => `${Math.round(value * 100)} %`

/** At most `length` characters, on one line, without control or direction-changing characters. */
export const oneLine = (text: string, length: number): string =>
  shortened(plain(text).replaceAll(/\s+/g, ' ').trim(), length)

/** `text` without control characters but line breaks, without broken surrogates and what changes its direction. */
export const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (c) => (c === '\n' ? c : ' '))

/** At most `length` UTF-16 units, the last one an ellipsis where something is left out. */
export const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/\p{Cs}$/u, '')}…`
