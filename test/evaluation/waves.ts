const n = 80
const wave = (at: (t: number) => number): number[] => Array.from({ length: n }, (_, i) => at(i + 1))

/** Eighty sessions that any program can rebuild: an outcome and two forecasts of it. */
export const outcome = wave((t) => Math.sin(t * t * 0.7) + 0.5 * Math.cos(3.1 * t))
export const better = wave((t) => 0.4 * Math.sin(t * t * 0.7) + 0.3 * Math.sin(1.7 * t))
export const worse = wave((t) => 0.5 * Math.cos(2.3 * t))
