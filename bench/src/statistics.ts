/** Value at a share (0–1) of sorted samples, nearest rank; NaN when there are none. */
export const quantile = (sorted: readonly number[] | Float64Array, share: number): number =>
  sorted.length === 0
    ? Number.NaN
    : (sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ??
      Number.NaN)

export const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits))

/** By how much values that were taken one step apart grow with each step, by least squares; 0 of fewer than two. */
export const slopeOf = (values: readonly number[]): number => {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let together = 0
  let spread = 0
  for (const [step, value] of values.entries()) {
    together += (step - middle) * (value - mean)
    spread += (step - middle) ** 2
  }
  return spread === 0 ? 0 : together / spread
}
