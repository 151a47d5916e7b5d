// Says how long ago each moment is, and goes on saying it; without script the moment itself stands there. It runs before the
// page is parsed, so that what is painted first is what stays.
{
  const EVERY_MS = 10_000
  const MOST_DAYS = 60
  const SPACE = '\u00a0'
  const UNITS = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ]

  /** `4 min ago`; undefined for what is so long ago, or still so far ahead, that its date says more. */
  const ageOf = (seconds) => {
    if (Math.abs(seconds) < 5) return 'just now'
    const [size, unit] = UNITS.find(([length]) => seconds >= length) ?? []
    if (!size || seconds > MOST_DAYS * 86_400) return undefined
    return `${Math.floor(seconds / size)}${SPACE}${unit} ago`
  }

  const tellAges = () => {
    for (const time of document.querySelectorAll('time.when')) {
      const age = ageOf(Math.round((Date.now() - Date.parse(time.dateTime)) / 1000))
      if (age && time.textContent !== age) time.textContent = age
    }
  }

  const parsing = new MutationObserver(tellAges)
  parsing.observe(document, { childList: true, subtree: true })
  document.addEventListener('DOMContentLoaded', () => {
    parsing.disconnect()
    tellAges()
  })
  setInterval(tellAges, EVERY_MS)
  document.addEventListener('htmx:after:swap', tellAges)
}
