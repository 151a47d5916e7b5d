/** 1 / (1 + e^-x), without overflow. */
export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

/** x · sigmoid(x). */
export const silu = (x: number): number => x * sigmoid(x)

/** Derivative of silu. */
export const siluGradient = (x: number): number => {
  const s = sigmoid(x)
  return s * (1 + x * (1 - s))
}

/** log(1 + e^x), right at both ends: e^x far below zero, x far above. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
