import { tickerPath, withQuery } from '../routes.js'
import type { TickerView } from '../tickerView.js'

export interface Pill {
  readonly text: string
  /** The query values that this choice changes. */
  readonly query: Readonly<Record<string, string | readonly string[]>>
  readonly isOn: boolean
}

interface PagePillsProps {
  readonly view: TickerView
  /** Id of the section to look at afterwards. */
  readonly target: string
  readonly label: string
  readonly pills: readonly Pill[]
}

/** Choices as links: they work without script, and with it only what they change is exchanged. */
export function PagePills({ view: { ticker, query }, target, label, pills }: PagePillsProps) {
  const path = tickerPath(ticker.symbol)
  const { vs, ...rest } = query
  const current = { ...rest, window: String(query.window), ...(vs && { vs }) }
  return (
    <nav
      class="pills"
      aria-label={label}
      hx-select:inherited="#main"
      hx-target:inherited="#main"
      hx-swap:inherited="outerMorph"
    >
      {pills.map((pill) => {
        const href = withQuery(path, { ...current, ...pill.query })
        return (
          <a
            href={`${href}#${target}`}
            hx-get={href}
            hx-replace-url={href}
            aria-current={pill.isOn ? 'true' : undefined}
          >
            {pill.text}
          </a>
        )
      })}
    </nav>
  )
}
