import type { Child } from 'hono/jsx'

interface PlotFigureProps {
  readonly kind: 'price' | 'returns' | 'rolling'
  /** Address of the JSON that the plot draws. */
  readonly src: string
  readonly label: string
  readonly children: Child
}

/** A place of fixed height that the browser's script fills with a plot; the legend stands below it without script. */
export function PlotFigure({ kind, src, label, children }: PlotFigureProps) {
  return (
    <figure class={`plot ${kind}`} data-plot={kind} data-src={src}>
      <output class="readout" aria-live="off" hx-morph-skip>
        {' '}
      </output>
      <div class="canvas" role="img" aria-label={label} tabindex={0} hx-morph-skip />
      <noscript>
        <p class="no-script">The plot needs JavaScript. The same figures stand in the tables of this page.</p>
      </noscript>
      <figcaption>{children}</figcaption>
    </figure>
  )
}

/** One entry of a plot's legend. `swatch` names the colour in app.css. */
export const LegendEntry = ({ swatch, children }: { swatch: string; children: Child }) => (
  <span class="legend-entry">
    <span class={`swatch ${swatch}`} aria-hidden="true" />
    {children}
  </span>
)
