/** A batch as it arrives: its frame is checked whole, each item by itself, so that one bad line is one refusal. */
import {
  OverrideReason,
  reconciliationsPerBatchMax,
  ScreeningInput,
  wastedPerBatchMax,
} from '@sidep/contracts'
import { parseUuidV7 } from '@sidep/identifiers'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { faultsOf, Problem } from '../platform/problems.ts'

const strict = { additionalProperties: false } as const

const Frame = Type.Object(
  {
    items: Type.Array(Type.Unknown()),
    wasted: Type.Array(
      Type.Object(
        {
          bookletId: Type.String({ minLength: 16, maxLength: 16, pattern: '^[0-9a-f]{16}$' }),
          number: Type.Integer({ minimum: 1, maximum: 2_000 }),
        },
        strict,
      ),
      { maxItems: wastedPerBatchMax },
    ),
  },
  strict,
)
const frameShape = Compile(Frame)

const textOrNull = (maxLength: number) => Type.Union([Type.String({ maxLength }), Type.Null()])

const ScreeningItem = Type.Object(
  {
    kind: Type.Literal('screening'),
    id: Type.String(),
    version: Type.Optional(Type.Integer()),
    screening: Type.Record(Type.String(), Type.Unknown()),
    provisional: textOrNull(1_200),
    slip: textOrNull(60),
    aside: Type.Optional(OverrideReason),
  },
  strict,
)
const screeningItemShape = Compile(ScreeningItem)

const AskItem = Type.Object(
  { kind: Type.Literal('ask'), id: Type.String(), version: Type.Optional(Type.Integer()) },
  strict,
)
const askItemShape = Compile(AskItem)
const screeningShape = Compile(ScreeningInput)

export interface ScreeningLine {
  readonly kind: 'screening'
  /** UUIDv7, lower case. */
  readonly id: string
  /** As sent; intake reads it. */
  readonly screening: Readonly<Record<string, unknown>>
  /** The same when its shape is right: what a document is compared with. */
  readonly compared: ScreeningInput | null
  readonly provisional: string | null
  readonly slip: string | null
  /** What to do where another result is recorded: null, refuse the line. */
  readonly overrideReason: OverrideReason | null
}

export type BatchLine =
  | ScreeningLine
  | { readonly kind: 'ask'; readonly id: string }
  /** Neither: `id` is what was sent, as far as it can be one. */
  | { readonly kind: 'broken'; readonly id: string; readonly problem: Problem }

export interface Batch {
  readonly lines: readonly BatchLine[]
  readonly wasted: Static<typeof Frame>['wasted']
}

const sentId = (item: unknown): string => {
  const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : ''
  return typeof id === 'string' && id.length === 36 ? id : ''
}

const brokenLine = (item: unknown, problem: Problem): BatchLine => ({
  kind: 'broken',
  id: sentId(item),
  problem,
})

const lineOf = (item: unknown): BatchLine => {
  const isAsk = typeof item === 'object' && item !== null && 'kind' in item && item.kind === 'ask'
  const shape = isAsk ? askItemShape : screeningItemShape
  if (!shape.Check(item)) {
    const faults = faultsOf(shape.Errors(item))
    return brokenLine(item, new Problem('REQUEST_INVALID', { faults }))
  }
  const id = parseUuidV7(item.id)
  const isSame =
    item.kind === 'ask' ||
    (typeof item.screening.id === 'string' &&
      item.screening.id.toLowerCase() === item.id.toLowerCase())
  if (!id.ok || !isSame) {
    const faults = [{ pointer: '/id', code: 'ID_NOT_UUIDV7' }] as const
    return brokenLine(item, new Problem('REQUEST_INVALID', { faults }))
  }
  if (item.kind === 'ask') return { kind: 'ask', id: id.value }
  const { screening, provisional, slip, aside: overrideReason = null } = item
  const compared = screeningShape.Check(screening) ? screening : null
  return {
    kind: 'screening',
    id: id.value,
    screening,
    compared,
    provisional,
    slip,
    overrideReason,
  }
}

/** @throws Problem REQUEST_INVALID, BATCH_TOO_LARGE */
export const parseBatch = (body: unknown): Batch => {
  if (!frameShape.Check(body)) {
    throw new Problem('REQUEST_INVALID', { faults: faultsOf(frameShape.Errors(body)) })
  }
  if (body.items.length > reconciliationsPerBatchMax) throw new Problem('BATCH_TOO_LARGE')
  return { lines: body.items.map(lineOf), wasted: body.wasted }
}
