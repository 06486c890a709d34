/** Lines of the grid that the outbox has: they are shown from it, and are nobody's to change here. */
import type { HeldLine } from '../outbox/lines.ts'
import { cellsOf, isOpen, type Row, refusalOf } from './row.ts'

/** A line that the outbox holds, as the grid shows it. One that came back can be changed again. */
const rowOfLine = ({ id, owner, screening, stage, paper, refusal, mayBeKnown }: HeldLine): Row => {
  const { place, cells, sourceLine, isNoDuplicate, ins = null } = screening.paper
  const { alike } = paper
  const waiting = mayBeKnown ? 'sent' : 'queued'
  const isBack = stage === 'refused'
  return {
    id,
    place,
    owner: {
      professionalId: owner?.professionalId ?? '',
      siteId: owner?.siteId ?? '',
      professionalName: screening.author?.professionalName ?? '',
      siteName: screening.author?.siteName ?? '',
    },
    cells: cellsOf(cells),
    stage: !isBack ? waiting : alike === null ? 'refused' : 'typing',
    refusal: refusal === null ? null : refusalOf(refusal.code, refusal.faults),
    isNoDuplicate,
    alike,
    sourceLine,
    toConfirm: [],
    ins,
  }
}

const isSameRow = (row: Row, other: Row): boolean =>
  row.stage === other.stage &&
  row.owner.professionalId === other.owner.professionalId &&
  row.owner.siteId === other.owner.siteId

export interface Merged {
  readonly rows: readonly Row[]
  /** Lines that the portal has: they left. */
  readonly left: readonly string[]
  /** Lines that came back: once they are kept here they leave the outbox. */
  readonly back: readonly string[]
}

/**
 * The grid's lines and the outbox's as one list: a line that both have is the outbox's.
 *
 * @param moving on their way from one to the other: they are as the grid has them
 */
export const mergeRows = (
  rows: readonly Row[],
  lines: readonly HeldLine[],
  moving: ReadonlySet<string>,
): Merged => {
  const held = new Map(lines.map((line) => [line.id, line]))
  const left: string[] = []
  const merged = rows.flatMap((row) => {
    const line = held.get(row.id)
    if (moving.has(row.id) || (line === undefined && isOpen(row))) return [row]
    if (line !== undefined) {
      const shown = rowOfLine(line)
      return [isSameRow(row, shown) ? row : shown]
    }
    left.push(row.id)
    return []
  })
  const known = new Set(rows.map(({ id }) => id))
  const fresh = lines.filter(({ id }) => !known.has(id)).map(rowOfLine)
  const back = lines.flatMap(({ id, stage }) =>
    stage === 'refused' && !moving.has(id) ? [id] : [],
  )
  return {
    rows: fresh.length === 0 ? merged : [...merged, ...fresh].toSorted((a, b) => a.place - b.place),
    left,
    back,
  }
}
