import {
  type FieldFault,
  fieldCodes,
  isProblemCode,
  type ProblemCode,
  ScreeningInput,
} from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'
import { type Cells, type Column, columns, emptyCells } from './columns.ts'

const Owner = Type.Object({
  professionalId: Type.String(),
  professionalName: Type.String(),
  siteId: Type.String(),
  siteName: Type.String(),
})

const Stored = Type.Object({
  id: Type.String(),
  place: Type.Number(),
  owner: Owner,
  cells: Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
  }),
  stage: Type.Union([
    Type.Literal('typing'),
    Type.Literal('queued'),
    Type.Literal('sent'),
    Type.Literal('refused'),
  ]),
  /** What an older version of this page was about to send, or had sent: there it had a sender of its own. */
  request: Type.Optional(
    Type.Union([
      Type.Object({
        input: ScreeningInput,
        slip: Type.Union([Type.String(), Type.Null()]),
      }),
      Type.Null(),
    ]),
  ),
  refusal: Type.Union([
    Type.Object({
      code: Type.String(),
      faults: Type.Array(Type.Object({ pointer: Type.String(), code: Type.String() })),
    }),
    Type.Null(),
  ]),
  /** A person said that this is no double, whatever is like it. */
  isNoDuplicate: Type.Boolean(),
  /** What the site already has of this person at this time, as the server said. */
  alike: Type.Union([
    Type.Object({ sampledAt: Type.String(), recordedAt: Type.String() }),
    Type.Null(),
  ]),
  /** Its line in the file that it came from. */
  sourceLine: Type.Union([Type.Number(), Type.Null()]),
  /** Matricule of the INS code that the identity was scanned from. */
  ins: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  /** Cells whose text came from outside and was guessed, or looks wrong: a person looks at them before they go. */
  toConfirm: Type.Optional(Type.Array(Type.String())),
})

export interface RowRefusal {
  readonly code: ProblemCode
  readonly faults: readonly FieldFault[]
}

/**
 * A line of catch-up entry.
 * - `typing`: being filled in. `refused`: came back, to be corrected. Both are kept by the grid.
 * - `queued`: to be sent, taken back if wished. `sent`: on its way, or its answer was lost: frozen, the same is sent
 *   again. Both are the outbox's, and shown from it.
 */
export interface Row
  extends Omit<Static<typeof Stored>, 'cells' | 'refusal' | 'toConfirm' | 'request' | 'ins'> {
  readonly cells: Cells
  readonly refusal: RowRefusal | null
  readonly toConfirm: readonly Column[]
  /** Matricule of the INS code that the identity was scanned from; null when it was typed, or changed since. */
  readonly ins: string | null
}
export type RowOwner = Row['owner']

/** Whether it may be changed: what may have reached the server may not. */
export const isOpen = ({ stage }: Pick<Row, 'stage'>): boolean =>
  stage === 'typing' || stage === 'refused'

export const newRow = (
  id: string,
  place: number,
  owner: RowOwner,
  cells: Cells,
  sourceLine: number | null = null,
  toConfirm: readonly Column[] = [],
): Row => ({
  id,
  place,
  owner,
  cells,
  stage: 'typing',
  refusal: null,
  isNoDuplicate: false,
  alike: null,
  sourceLine,
  toConfirm,
  ins: null,
})

/** What an INS vouches for: once any of it is changed, it is no longer the identity that was scanned. */
const identityColumns = ['familyName', 'firstNames', 'birthDate', 'sex'] as const

/** Changes cells of an open line; what was said about it before is about another text. */
export const withCells = (row: Row, patch: Partial<Record<Column, string>>): Row => {
  const cells = { ...row.cells, ...patch }
  const isSame = columns.every((column) => cells[column] === row.cells[column])
  return isSame || !isOpen(row)
    ? row
    : {
        ...row,
        cells,
        stage: 'typing',
        refusal: null,
        isNoDuplicate: false,
        alike: null,
        // What was typed over is not what was guessed.
        toConfirm: row.toConfirm.filter((column) => cells[column] === row.cells[column]),
        ins: identityColumns.every((column) => cells[column] === row.cells[column])
          ? row.ins
          : null,
      }
}

/** A refusal as the server's line has it, read into what this version knows. */
export const refusalOf = (
  code: string,
  faults: readonly { readonly pointer: string; readonly code: string }[],
): RowRefusal => ({
  code: isProblemCode(code) ? code : 'REQUEST_INVALID',
  faults: faults.flatMap((fault) => {
    const known = fieldCodes.find((candidate) => candidate === fault.code)
    return known === undefined ? [] : [{ pointer: fault.pointer, code: known }]
  }),
})

/** Cells as they are kept: a column of another version is none. */
export const cellsOf = (stored: Readonly<Record<string, string>>): Cells => {
  const cells: Record<Column, string> = { ...emptyCells }
  for (const column of columns) cells[column] = stored[column] ?? ''
  return cells
}

export interface ParsedRow {
  readonly row: Row
  /** What an older version of this page had queued of it, and whether it may have sent it. */
  readonly queued: {
    readonly input: ScreeningInput
    readonly slip: string | null
    readonly isSent: boolean
  } | null
}

/** Reads a stored line; undefined when it is not one. */
export const parseRow = (stored: unknown): ParsedRow | undefined => {
  if (!Check(Stored, stored)) return undefined
  const { refusal, request = null, stage, ...kept } = stored
  const isQueued = (stage === 'queued' || stage === 'sent') && request !== null
  const row: Row = {
    ...kept,
    stage: stage === 'refused' ? 'refused' : 'typing',
    cells: cellsOf(stored.cells),
    toConfirm: columns.filter((column) => stored.toConfirm?.includes(column) === true),
    ins: stored.ins ?? null,
    refusal: refusal === null ? null : refusalOf(refusal.code, refusal.faults),
  }
  return { row, queued: isQueued ? { ...request, isSent: stage === 'sent' } : null }
}
