/**
 * The outbox in the vault: a record for each entry, and a head that counts the changes. What an older version of
 * this page left is parsed like any input.
 */
import {
  type Entry,
  emptyOutbox,
  type OutboxHead,
  type OutboxState,
  type OutboxStore,
  reconcileItemsMax,
  recordBytes,
} from '@sidep/continuity'
import { type Static, type TSchema, Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { Vault } from '../../shared/storage/index.ts'
import { Content } from './content.ts'

const headPlace = 'continuity/head'
export const entryPrefix = 'outbox/'
/** Corrections and withdrawals: an older version of this page, open in another tab, would send them as screenings. */
const amendmentPrefix = 'amendment/'
/** What the portal acknowledged in the last day. */
const keptPrefix = 'acknowledged/'
/** Lines of papers while they are typed: one that is queued moves from there to its entry, in one change. */
export const paperPrefix = 'catch-up/row/'

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
const text = Type.String()
const number = Type.Number()

const Owner = Type.Object({ professionalId: text, siteId: text })

const Stage = Type.Union([
  Type.Literal('reserved'),
  Type.Literal('waiting'),
  Type.Literal('refused'),
  Type.Literal('acknowledged'),
  Type.Literal('definitive'),
])

const NoDocument = Type.Union([
  Type.Literal('BOOKLET_NONE'),
  Type.Literal('BOOKLET_NOT_YET'),
  Type.Literal('BOOKLET_EXPIRED'),
  Type.Literal('BOOKLET_EXHAUSTED'),
  Type.Literal('BOOKLET_KIND'),
  Type.Literal('NOT_CERTIFIABLE'),
  Type.Literal('CLOCK_AHEAD'),
  Type.Literal('SIGNING_FAILED'),
])

const Override = Type.Union([
  Type.Literal('recorded-is-wrong'),
  Type.Literal('wrong-person'),
  Type.Literal('cannot-tell'),
])

const { anonymousDraft: storedDraft, ...storedContent } = Content.properties
const StoredContent = Type.Object({ ...storedContent, sitting: storedDraft })

const StoredEntry = Type.Object({
  id: text,
  stage: Stage,
  version: number,
  owner: orNull(Owner),
  screening: orNull(StoredContent),
  testType: orNull(text),
  slip: orNull(text),
  document: orNull(
    Type.Object({
      bookletId: text,
      number,
      issuedAt: number,
      takenAt: number,
      text: orNull(text),
      tab: text,
    }),
  ),
  noDocument: orNull(NoDocument),
  typedAt: number,
  notBefore: number,
  refusal: orNull(
    Type.Object({
      code: text,
      faults: Type.Array(Type.Object({ pointer: text, code: text })),
    }),
  ),
  // An entry of an older version has none of these.
  amends: Type.Optional(orNull(text)),
  mayBeKnown: Type.Optional(Type.Boolean()),
  aside: Type.Optional(orNull(Override)),
  paper: Type.Optional(
    orNull(
      Type.Object({
        isSent: Type.Boolean(),
        isChecked: Type.Boolean(),
        alike: orNull(Type.Object({ sampledAt: text, recordedAt: text })),
      }),
    ),
  ),
  doneAt: orNull(number),
})

const StoredHead = Type.Object({
  revision: number,
  booklets: Type.Array(
    Type.Object({
      professionalId: text,
      siteId: text,
      id: text,
      signed: text,
      retrievalSeed: text,
      testTypes: Type.Array(text),
      maximum: number,
      notBefore: number,
      expiresAt: number,
      taken: number,
      wasted: Type.Array(number),
    }),
  ),
  session: orNull(Owner),
  lease: orNull(Type.Object({ tab: text, until: number })),
  sending: orNull(Type.Object({ batch: text, tab: text, sentAt: number })),
  rest: Type.Object({ failures: number, until: number, askedUntil: number }),
  itemsMax: Type.Optional(number),
  restoredAt: Type.Optional(number),
  clock: Type.Object({ offset: number, lastContact: number }),
})

const Counted = Type.Object({ revision: number })

// The schemas say what the outbox's types say: either direction fails to compile when they part. Three names on the disk
// are those of an older version, which may be open in another tab.
const asContent = ({ sitting, ...stored }: Static<typeof StoredContent>): Content => ({
  ...stored,
  anonymousDraft: sitting,
})
const ofContent = ({ anonymousDraft, ...content }: Content) => ({
  ...content,
  sitting: anonymousDraft,
})
const asEntry = ({
  screening,
  aside = null,
  paper = null,
  amends = null,
  mayBeKnown = paper?.isSent ?? true,
  ...stored
}: Static<typeof StoredEntry>): Entry<Content> => ({
  ...stored,
  screening: screening && asContent(screening),
  amends,
  mayBeKnown,
  overridden: aside,
  paper: paper && { isChecked: paper.isChecked, alike: paper.alike },
})
const ofEntry = ({ screening, overridden, paper, ...entry }: Entry<Content>) => ({
  ...entry,
  screening: screening && ofContent(screening),
  aside: overridden,
  paper: paper && { ...paper, isSent: entry.mayBeKnown },
})
const ofHead = ({ backoff, ...head }: OutboxHead) => ({ ...head, rest: backoff })
const asHead = ({
  rest,
  itemsMax,
  restoredAt = 0,
  ...stored
}: Static<typeof StoredHead>): OutboxHead => ({
  ...stored,
  restoredAt,
  backoff: rest,
  itemsMax: Math.min(Math.max(itemsMax ?? reconcileItemsMax, 1), reconcileItemsMax),
})

const placeOf = ({ id, amends }: Pick<Entry<Content>, 'id' | 'amends'>): string =>
  (amends === null ? entryPrefix : amendmentPrefix) + id

const byTime = (a: Entry<Content>, b: Entry<Content>): number =>
  a.typedAt - b.typedAt || (a.id < b.id ? -1 : 1)

/** The outbox as it is stored; entries of an older version are not among them (`readLegacy`). */
export const loadOutbox = async (vault: Vault): Promise<OutboxState<Content>> => {
  const stored = await vault.entries(entryPrefix, amendmentPrefix, keptPrefix, headPlace)
  const head = stored.find(({ key }) => key === headPlace)?.value
  const entriesAt = (placeOf: (entry: Entry<Content>) => string): Entry<Content>[] =>
    stored.flatMap(({ key, value }) => {
      if (key === headPlace || !Check(StoredEntry, value)) return []
      const entry = asEntry(value)
      return key === placeOf(entry) ? [entry] : []
    })
  const entries = entriesAt(placeOf).toSorted(byTime)
  return { ...headOf(head), entries, kept: entriesAt(({ id }) => keptPrefix + id) }
}

/** A head of another version: its booklets cannot be used, but the count of changes goes on. */
const headOf = (stored: unknown): OutboxHead => {
  if (Check(StoredHead, stored)) return asHead(stored)
  const { entries: _none, kept: _neither, ...empty } = emptyOutbox<Content>()
  return Check(Counted, stored) ? { ...empty, revision: stored.revision } : empty
}

export const outboxStore = (vault: Vault): OutboxStore<Content> => ({
  load: () => loadOutbox(vault),
  write: ({ expectedRevision, head, put, remove, keep, forget }) =>
    vault.change({
      guard: { key: headPlace, expected: expectedRevision, value: ofHead(head) },
      put: [
        ...put.map((entry) => ({
          key: placeOf(entry),
          value: ofEntry(entry),
          // A line from a paper never gets a document: there is nothing to keep room for.
          ...(entry.paper === null ? { recordBytes } : {}),
        })),
        ...keep.map((entry) => ({ key: keptPrefix + entry.id, value: ofEntry(entry) })),
      ],
      remove: [
        ...remove.flatMap((id) => [entryPrefix + id, amendmentPrefix + id]),
        ...forget.map((id) => keptPrefix + id),
        ...put.flatMap(({ id, paper }) => (paper === null ? [] : [paperPrefix + id])),
      ],
    }),
})
