/** What exchanges only the board, and shows meanwhile that its table is on the way. */
export const boardSwap = {
  'hx-select': '#board',
  'hx-target': '#board',
  'hx-swap': 'outerMorph',
  'hx-indicator': '#tickers',
}

/** Attributes of a link that exchanges the board only, where there is script, and leaves its address behind. */
export const boardLink = (href: string) => ({ ...boardSwap, href, 'hx-get': href, 'hx-push-url': href })
