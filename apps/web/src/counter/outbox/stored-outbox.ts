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
  recordBytes,
} from '@sidep/continuity'
import { type Static, type TSchema, Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { Vault } from '../../shared/storage/index.ts'
import { Content } from './content.ts'

const headPlace = 'continuity/head'
export const entryPrefix = 'outbox/'

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

const Aside = Type.Union([
  Type.Literal('recorded-is-wrong'),
  Type.Literal('wrong-person'),
  Type.Literal('cannot-tell'),
])

const StoredEntry = Type.Object({
  id: text,
  stage: Stage,
  version: number,
  owner: orNull(Owner),
  screening: orNull(Content),
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
  // An entry of an older version has none.
  aside: Type.Optional(orNull(Aside)),
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
  clock: Type.Object({ offset: number, lastContact: number }),
})

const Counted = Type.Object({ revision: number })

// The schemas say what the outbox's types say: either direction fails to compile when they part.
const asEntry = (stored: Static<typeof StoredEntry>): Entry<Content> => stored
const asHead = (stored: Static<typeof StoredHead>): OutboxHead => stored

const byTime = (a: Entry<Content>, b: Entry<Content>): number =>
  a.typedAt - b.typedAt || (a.id < b.id ? -1 : 1)

/** The outbox as it is stored; entries of an older version are not among them (`readLegacy`). */
export const loadOutbox = async (vault: Vault): Promise<OutboxState<Content>> => {
  const stored = await vault.entries(entryPrefix, headPlace)
  const head = stored.find(({ key }) => key === headPlace)?.value
  const entries = stored.flatMap(({ key, value }) =>
    key !== headPlace && Check(StoredEntry, value) && key === entryPrefix + value.id
      ? [asEntry(value)]
      : [],
  )
  return { ...headOf(head), entries: entries.toSorted(byTime) }
}

/** A head of another version: its booklets cannot be used, but the count of changes goes on. */
const headOf = (stored: unknown): OutboxHead => {
  if (Check(StoredHead, stored)) return asHead(stored)
  const { entries: _none, ...empty } = emptyOutbox<Content>()
  return Check(Counted, stored) ? { ...empty, revision: stored.revision } : empty
}

export const outboxStore = (vault: Vault): OutboxStore<Content> => ({
  load: () => loadOutbox(vault),
  write: ({ expectedRevision, head, put, remove }) =>
    vault.change({
      guard: { key: headPlace, expected: expectedRevision, value: head },
      put: put.map((entry) => ({ key: entryPrefix + entry.id, value: entry, recordBytes })),
      remove: remove.map((id) => entryPrefix + id),
    }),
})
