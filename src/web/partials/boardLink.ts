/** Attributes of a link that exchanges the board only, where there is script, and leaves its address behind. */
export const boardLink = (href: string) => ({
  href,
  'hx-get': href,
  'hx-select': '#board',
  'hx-target': '#board',
  'hx-swap': 'outerMorph',
  'hx-push-url': href,
})
