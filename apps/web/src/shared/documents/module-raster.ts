import type { DrawingContext } from 'bwip-js/generic'
import type { ModuleMatrix } from './module-matrix.ts'

/**
 * Turns the outlines that the encoder draws back into modules. The encoder's own pictures are bitmaps
 * or SVG with its own margins; what is needed here is the grid itself.
 */
export class ModuleRaster implements DrawingContext<ModuleMatrix> {
  #rows: boolean[][] = []
  readonly #polygons: [number, number][][] = []

  /** One unit a module. */
  scale(): [number, number] {
    return [1, 1]
  }

  measure(): { width: number; ascent: number; descent: number } {
    return { width: 0, ascent: 0, descent: 0 }
  }

  init(width: number, height: number): void {
    this.#rows = Array.from({ length: height }, () => new Array<boolean>(width).fill(false))
  }

  polygon(points: [number, number][]): void {
    this.#polygons.push(points)
  }

  /** Even-odd fill: every vertical edge turns over all modules to its right. */
  fill(): void {
    for (const points of this.#polygons) {
      points.forEach(([x, y], index) => {
        const [nextX, nextY] = points[(index + 1) % points.length] ?? [x, y]
        if (x !== nextX) return
        for (let row = Math.min(y, nextY); row < Math.max(y, nextY); row++) this.#turnOver(row, x)
      })
    }
    this.#polygons.length = 0
  }

  line(): void {}
  hexagon(): void {}
  ellipse(): void {}
  text(): void {}

  end(): ModuleMatrix {
    return { size: this.#rows.length, rows: this.#rows }
  }

  #turnOver(row: number, fromX: number): void {
    const modules = this.#rows[row]
    if (modules === undefined) return
    for (let x = fromX; x < modules.length; x++) modules[x] = !modules[x]
  }
}
