const [WIDTH, HEIGHT, MARGIN] = [88, 26, 3] as const

/** The last closes as a line, from lowest to highest; the newest one is marked. */
export function Sparkline({ closes }: { closes: readonly number[] }) {
  if (closes.length < 2) return <span class="blank">–</span>
  const [low, high] = [Math.min(...closes), Math.max(...closes)]
  const x = (i: number) => round(MARGIN + (i / (closes.length - 1)) * (WIDTH - 2 * MARGIN))
  const y = (close: number) => round(HEIGHT - MARGIN - ((close - low) / (high - low || 1)) * (HEIGHT - 2 * MARGIN))
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <polyline points={closes.map((close, i) => `${x(i)} ${y(close)}`).join(' ')} />
      <circle cx={x(closes.length - 1)} cy={y(closes.at(-1)!)} r="2" />
    </svg>
  )
}

const round = (value: number): number => Math.round(value * 10) / 10
