const FORMATS = ['atom', 'ics'] as const
export type FeedFormat = (typeof FORMATS)[number]

const SECRET = /^\/feeds\/([\w-]{20,100})\/large-moves\.(?:atom|ics)$/

/** Where a feed is read; with a secret, by whoever knows that address. */
export const feedPath = (format: FeedFormat, secret?: string): string =>
  `/feeds/${secret === undefined ? '' : `${secret}/`}large-moves.${format}`

/** The secret in the path of a feed; undefined where there is none. */
export const feedSecret = (path: string): string | undefined => SECRET.exec(path)?.[1]

/** The path as it may be logged: whoever reads the log shall not read the feed. */
export const loggedPath = (path: string): string => path.replace(/^\/feeds\/[^/]+\/(?=large-moves)/, '/feeds/…/')
