/**
 * What this counter has recorded and the server has not acknowledged, as a pure state machine. Invariants:
 * 1. An entry leaves only when the server acknowledged it, or a person took it back to correct or discard it.
 * 2. Its request never changes while it is here: a replay is byte for byte the same screening.
 * 3. The result of a screening goes after the screening itself.
 * 4. It is sent only in a session of the professional and the site it was recorded for. Typed before a sign-in it
 *    has no owner and is not sent: it waits for the sign-in of its author, who claims it.
 */
import {
  type FieldFault,
  fieldCodes,
  Person,
  type ProblemCode,
  problemRegistry,
  ResultInput,
  ScreeningInput,
} from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'

const Owner = Type.Object({
  professionalId: Type.String(),
  professionalName: Type.String(),
  siteId: Type.String(),
  siteName: Type.String(),
})
export type Owner = Static<typeof Owner>

/** What the lists show of a screening while the server does not have it. */
const Shown = Type.Object({
  person: Person,
  kind: Type.String(),
  device: Type.String(),
  deviceName: Type.Union([Type.String(), Type.Null()]),
  sampledAt: Type.String(),
})
export type Shown = Static<typeof Shown>

const Refusal = Type.Object({
  code: Type.String(),
  support: Type.String(),
  faults: Type.Array(Type.Object({ pointer: Type.String(), code: Type.String() })),
})

const StoredEntry = Type.Object({
  /** `ID/screening` or `ID/result`: its place in storage, and its identity here. */
  key: Type.String(),
  id: Type.String(),
  /** Null: typed before anybody had signed in. */
  owner: Type.Union([Owner, Type.Null()]),
  /** The run of typing that it belongs to while it has no owner. */
  sitting: Type.Optional(Type.String()),
  request: Type.Union([
    Type.Object({ kind: Type.Literal('screening'), input: ScreeningInput }),
    Type.Object({ kind: Type.Literal('result'), input: ResultInput }),
  ]),
  shown: Shown,
  queuedAt: Type.String(),
  attempts: Type.Integer({ minimum: 0 }),
  /** Not again before; RFC 3339, null at once. */
  notBefore: Type.Union([Type.String(), Type.Null()]),
  /** Set when the server refused it for good: it waits for a person. */
  refusal: Type.Union([Refusal, Type.Null()]),
})

export interface Refusal {
  readonly code: ProblemCode
  readonly support: string
  readonly faults: readonly FieldFault[]
}
export type OutboxEntry = Omit<Static<typeof StoredEntry>, 'refusal'> & {
  readonly refusal: Refusal | null
}
export type Outbox = readonly OutboxEntry[]

export type OutboxAction =
  | { readonly type: 'queued'; readonly entry: OutboxEntry }
  | { readonly type: 'failed'; readonly key: string; readonly notBefore: Date | null }
  | { readonly type: 'refused'; readonly key: string; readonly refusal: Refusal }
  /** Somebody signed in and takes these for their own. */
  | { readonly type: 'claimed'; readonly keys: readonly string[]; readonly owner: Owner }
  /** Acknowledged, taken back, or discarded. */
  | { readonly type: 'removed'; readonly key: string }
  | { readonly type: 'loaded'; readonly entries: Outbox }

const byTime = (a: OutboxEntry, b: OutboxEntry): number =>
  a.queuedAt === b.queuedAt ? (a.key < b.key ? -1 : 1) : a.queuedAt < b.queuedAt ? -1 : 1

export const outboxReducer = (outbox: Outbox, action: OutboxAction): Outbox => {
  switch (action.type) {
    case 'queued':
      // The same key again is the same entry: a second press changes nothing.
      return outbox.some(({ key }) => key === action.entry.key)
        ? outbox
        : [...outbox, action.entry].sort(byTime)
    case 'failed':
      return outbox.map((entry) =>
        entry.key === action.key
          ? {
              ...entry,
              attempts: entry.attempts + 1,
              notBefore: action.notBefore?.toISOString() ?? null,
            }
          : entry,
      )
    case 'refused':
      return outbox.map((entry) =>
        entry.key === action.key ? { ...entry, refusal: action.refusal } : entry,
      )
    case 'claimed':
      return outbox.map((entry) =>
        entry.owner === null && action.keys.includes(entry.key)
          ? { ...entry, owner: action.owner }
          : entry,
      )
    case 'removed':
      return outbox.filter(({ key }) => key !== action.key)
    case 'loaded':
      return action.entries.toSorted(byTime)
  }
}

export const screeningKey = (id: string): string => `${id}/screening`
export const resultKey = (id: string): string => `${id}/result`

export const isOwnedBy = (entry: OutboxEntry, owner: Owner | null): boolean =>
  owner !== null &&
  entry.owner !== null &&
  entry.owner.professionalId === owner.professionalId &&
  entry.owner.siteId === owner.siteId

/** Typed in this run of typing, and nobody's yet. */
export const isOfSitting = (entry: OutboxEntry, sitting: string | null): boolean =>
  entry.owner === null && sitting !== null && entry.sitting === sitting

/** People, not requests: a screening and its result count once. */
export const peopleCount = (entries: Outbox): number => new Set(entries.map(({ id }) => id)).size

/**
 * The next entry to send now, oldest first; undefined when there is nothing to do.
 *
 * @param inFlight keys being sent at this moment
 */
export const nextToSend = (
  outbox: Outbox,
  owner: Owner | null,
  now: Date,
  inFlight: ReadonlySet<string> = new Set(),
): OutboxEntry | undefined =>
  outbox.find(
    (entry) =>
      entry.refusal === null &&
      !inFlight.has(entry.key) &&
      isOwnedBy(entry, owner) &&
      (entry.notBefore === null || Date.parse(entry.notBefore) <= now.getTime()) &&
      (entry.request.kind === 'screening' ||
        !outbox.some(({ key }) => key === screeningKey(entry.id))),
  )

/** When the next entry may be sent; null when none waits for a time. */
export const nextTime = (outbox: Outbox, owner: Owner | null): Date | null => {
  const times = outbox
    .filter((entry) => entry.refusal === null && isOwnedBy(entry, owner))
    .map((entry) => Date.parse(entry.notBefore ?? entry.queuedAt))
  return times.length === 0 ? null : new Date(Math.min(...times))
}

/** Still to send for this owner: what the state bar counts. A person's two requests count once. */
export const toSendCount = (outbox: Outbox, owner: Owner | null): number =>
  peopleCount(outbox.filter((entry) => entry.refusal === null && isOwnedBy(entry, owner)))

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemRegistry, code)

const faultsOf = (faults: readonly { pointer: string; code: string }[]): FieldFault[] =>
  faults.flatMap(({ pointer, code }) => {
    const known = fieldCodes.find((candidate) => candidate === code)
    return known === undefined ? [] : [{ pointer, code: known }]
  })

/** Reads a stored entry; undefined when it is not one. */
export const parseOutboxEntry = (stored: unknown): OutboxEntry | undefined => {
  if (!Check(StoredEntry, stored)) return undefined
  const { refusal } = stored
  if (refusal === null) return { ...stored, refusal: null }
  return {
    ...stored,
    refusal: {
      code: isProblemCode(refusal.code) ? refusal.code : 'REQUEST_INVALID',
      support: refusal.support,
      faults: faultsOf(refusal.faults),
    },
  }
}
