/**
 * A drawn code before it has a size: a square grid of dark and light modules, without quiet zone.
 * SVG and PDF are both made from it, so what is printed is what is on the screen.
 */
export interface ModuleMatrix {
  /** Modules a side. */
  readonly size: number
  /** `size` rows of `size` modules, first row on top; true is dark. */
  readonly rows: readonly (readonly boolean[])[]
}

/** One horizontal run of dark modules, in module units. */
export interface ModuleRun {
  readonly x: number
  readonly y: number
  readonly length: number
}

/**
 * Dark modules as runs, so that a picture has some hundreds of rectangles and not some thousands,
 * and no hairlines between neighbours when it is printed.
 */
export const darkRuns = (matrix: ModuleMatrix): ModuleRun[] => {
  const runs: ModuleRun[] = []
  matrix.rows.forEach((row, y) => {
    let start = -1
    for (let x = 0; x <= row.length; x++) {
      const dark = row[x] === true
      if (dark && start < 0) start = x
      if (!dark && start >= 0) {
        runs.push({ x: start, y, length: x - start })
        start = -1
      }
    }
  })
  return runs
}

/**
 * The outline of all dark modules as one SVG path (`M`, `h`, `v`, `z` only), in module units.
 * Filled with the non-zero rule; each rectangle runs the same way round, so overlaps cannot cancel.
 *
 * @param margin Modules of empty space left and above.
 */
export const modulePath = (matrix: ModuleMatrix, margin = 0): string =>
  verticalMerge(darkRuns(matrix))
    .map(
      ({ x, y, length, height }) => `M${x + margin} ${y + margin}h${length}v${height}h-${length}z`,
    )
    .join('')

interface ModuleBlock extends ModuleRun {
  readonly height: number
}

/** Joins equal runs on neighbouring rows: fewer shapes, and no seams across a dark block. */
export const verticalMerge = (runs: readonly ModuleRun[]): ModuleBlock[] => {
  const open = new Map<string, { x: number; y: number; length: number; height: number }>()
  const blocks: ModuleBlock[] = []
  for (const run of runs) {
    const key = `${run.x}:${run.length}`
    const above = open.get(key)
    if (above !== undefined && above.y + above.height === run.y) {
      above.height += 1
      continue
    }
    const block = { ...run, height: 1 }
    open.set(key, block)
    blocks.push(block)
  }
  return blocks
}
