/**
 * QLIKE loss of variance forecasts, mean of ln h + v / h, for realised variances v >= 0 and forecasts h > 0 in the same
 * unit (n each, n > 0). Ranks forecasts rightly even when v is a noisy proxy, a squared return say (Patton 2011).
 */
export function qlike(realised: ArrayLike<number>, forecast: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < realised.length; i++) sum += Math.log(forecast[i]!) + realised[i]! / forecast[i]!
  return sum / realised.length
}
