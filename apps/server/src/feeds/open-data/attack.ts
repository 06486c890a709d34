/**
 * What somebody can work out from published tables of one day, who subtracts them from one another: for tests of
 * `shown-cells.ts`, which it does not use. Linear: which sums follow from the published ones, whatever the people were.
 * By bounds: what follows from that no count is negative, and no more were positive than were tested.
 */

/** A published number: which variables it is the sum of. */
export interface Published {
  readonly members: readonly number[]
  readonly value: number
}

const tiny = 1e-6

/** A system of sums in reduced form, to which more are added. */
export const makeSums = (size: number) => {
  const rows: { readonly pivot: number; readonly row: Float64Array }[] = []
  const reduce = (row: Float64Array): void => {
    for (const known of rows) {
      const factor = row[known.pivot] ?? 0
      if (Math.abs(factor) < tiny) continue
      for (let at = 0; at <= size; at += 1) row[at] = (row[at] ?? 0) - factor * (known.row[at] ?? 0)
    }
  }
  const rowOf = (members: readonly number[], value: number): Float64Array => {
    const row = new Float64Array(size + 1)
    for (const member of members) row[member] = 1
    row[size] = value
    return row
  }
  const isEmpty = (row: Float64Array): boolean =>
    row.subarray(0, size).every((x) => Math.abs(x) < tiny)
  return {
    /** A sum that follows from the others, or contradicts them, adds nothing. */
    add({ members, value }: Published): void {
      const row = rowOf(members, value)
      reduce(row)
      const pivot = row.findIndex((x, at) => at < size && Math.abs(x) >= tiny)
      if (pivot < 0) return
      const factor = row[pivot] ?? 1
      for (let at = 0; at <= size; at += 1) row[at] = (row[at] ?? 0) / factor
      for (const known of rows) {
        const times = known.row[pivot] ?? 0
        if (Math.abs(times) < tiny) continue
        for (let at = 0; at <= size; at += 1) {
          known.row[at] = (known.row[at] ?? 0) - times * (row[at] ?? 0)
        }
      }
      rows.push({ pivot, row })
    },
    /** What a sum over some variables must be; null: it does not follow. */
    follows(members: readonly number[]): number | null {
      const row = rowOf(members, 0)
      reduce(row)
      return isEmpty(row) ? Math.round(-(row[size] ?? 0)) : null
    },
  }
}

export interface Bounds {
  readonly low: Float64Array
  readonly high: Float64Array
}

const roundsMax = 60

/**
 * What each variable is at least and at most.
 *
 * @param highest of each, to begin with
 */
export const boundsOf = (
  published: readonly Published[],
  lowest: Float64Array,
  highest: Float64Array,
): Bounds => {
  const low = Float64Array.from(lowest)
  const high = Float64Array.from(highest)
  for (let round = 0; round < roundsMax; round += 1) {
    let moved = false
    for (const { members, value } of published) {
      let [lows, highs] = [0, 0]
      for (const member of members) {
        lows += low[member] ?? 0
        highs += high[member] ?? 0
      }
      for (const member of members) {
        const most = value - (lows - (low[member] ?? 0))
        const least = value - (highs - (high[member] ?? 0))
        if (most < (high[member] ?? 0)) {
          highs += most - (high[member] ?? 0)
          high[member] = most
          moved = true
        }
        if (least > (low[member] ?? 0)) {
          lows += least - (low[member] ?? 0)
          low[member] = least
          moved = true
        }
      }
    }
    if (!moved) break
  }
  return { low, high }
}
