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
