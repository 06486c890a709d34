import { parsePersonNames, personKey } from '@sidep/identifiers'
import {
  type CellContext,
  readBirthDate,
  readCellClock,
  readDay,
  readSlipCell,
} from './read-cell.ts'
import type { Row } from './row.ts'

/** One person is not tested twice within the hour: two such lines are one paper typed twice. */
const duplicateMilliseconds = 60 * 60_000

export interface Double {
  /** Another line with the same slip number. */
  readonly serial: boolean
  /** The first other line about this person at this time. */
  readonly person: string | null
}

type DoublesContext = Pick<CellContext, 'siteId' | 'now' | 'timeZone'>

interface Marks {
  readonly serial: string
  readonly person: string
  readonly at: number
}

const marksOf = ({ cells }: Row, context: DoublesContext): Marks => {
  const slip = readSlipCell(cells.slip, context.siteId)
  const born = readBirthDate(cells.birthDate)
  const day = readDay(cells.sampledDay, context)
  const clock = readCellClock(cells.sampledTime)
  const names = parsePersonNames(cells)
  return {
    serial: slip.ok ? slip.serial : '',
    person: born.ok && names.ok ? personKey({ ...names.value, birthDate: born.value }) : '',
    at: day.ok && clock !== undefined ? Date.parse(`${day.value}T${clock}:00Z`) : Number.NaN,
  }
}

/** Lines that are about the same paper, or the same person at the same time, by id. */
export const findDoubles = (
  rows: readonly Row[],
  context: DoublesContext,
): ReadonlyMap<string, Double> => {
  const marked = rows.map((row) => ({ row, marks: marksOf(row, context) }))
  const bySerial = Map.groupBy(
    marked.filter(({ marks }) => marks.serial !== ''),
    ({ marks }) => marks.serial,
  )
  const byPerson = Map.groupBy(
    marked.filter(({ marks }) => marks.person !== ''),
    ({ marks }) => marks.person,
  )
  const doubles = new Map<string, Double>()
  for (const { row, marks } of marked) {
    const serial = (bySerial.get(marks.serial)?.length ?? 0) > 1
    const other = byPerson
      .get(marks.person)
      ?.find(
        (candidate) =>
          candidate.row.id !== row.id &&
          Math.abs(candidate.marks.at - marks.at) < duplicateMilliseconds,
      )
    if (serial || other !== undefined) {
      doubles.set(row.id, { serial, person: other?.row.id ?? null })
    }
  }
  return doubles
}
