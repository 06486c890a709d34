/** The provisional certificates of a batch: decided together, so that a booklet is read once. */
import { createHash } from 'node:crypto'
import {
  type BookletRecord,
  differencesBetween,
  type Provisional,
  provisionalSignedBytes,
  type ReconciledScreening,
  type ReconcileFlag,
  type ReconcileRefusal,
  readProvisional,
  reconcileDecision,
} from '@sidep/continuity'
import type { ScreeningInput } from '@sidep/contracts'
import type { SiteActor } from '../platform/actor.ts'
import type { ScreeningLine } from './batch.ts'
import type { ContinuityNeeds, ContinuityPlatform } from './needs.ts'
import {
  claimNumbers,
  type NumberRow,
  readBooklets,
  readNumbers,
  readWaste,
} from './reconcile-store.ts'

/** What is to be done with one line that brought a provisional certificate. */
export type ProvisionalOutcome =
  | { readonly kind: 'refused'; readonly code: ReconcileRefusal | 'PROVISIONAL_UNREADABLE' }
  | {
      readonly kind: 'taken'
      /** The screening that has this document: the line's own, or that of an earlier one. */
      readonly screeningId: string
      readonly isReconciled: boolean
      readonly bookletId: string
      readonly professionalId: string
      readonly digest: string
      readonly number: number
      readonly missingBelow: number
      readonly flags: readonly ReconcileFlag[]
    }

interface Read {
  readonly line: ScreeningLine
  readonly compared: ScreeningInput
  readonly provisional: Provisional
  readonly digest: string
}

interface Context {
  readonly platform: ContinuityPlatform
  readonly needs: ContinuityNeeds
  readonly actor: SiteActor
  readonly at: Date
}

/** `provisionalDigest`, on this thread: for so few bytes handing it to another costs more. */
const digestOf = (provisional: Provisional): string =>
  createHash('sha256').update(provisionalSignedBytes(provisional)).digest('hex')

const unreadable = { kind: 'refused', code: 'PROVISIONAL_UNREADABLE' } as const

/** Decides about and takes the provisional certificates of lines; the answer is by line. */
export const takeProvisionals = async (
  lines: readonly ScreeningLine[],
  context: Context,
): Promise<ReadonlyMap<ScreeningLine, ProvisionalOutcome>> => {
  const outcomes = new Map<ScreeningLine, ProvisionalOutcome>()
  const reads: Read[] = []
  for (const line of lines) {
    // A screening of a wrong shape takes nothing: intake refuses it first.
    if (line.provisional === null || line.compared === null) continue
    const provisional = readProvisional(line.provisional)
    if (!provisional.ok) outcomes.set(line, unreadable)
    else {
      const digest = digestOf(provisional)
      reads.push({ line, compared: line.compared, provisional, digest })
    }
  }
  if (reads.length === 0) return outcomes
  for (const [line, outcome] of await decide(reads, context)) outcomes.set(line, outcome)
  return outcomes
}

const decide = async (
  reads: readonly Read[],
  context: Context,
): Promise<(readonly [ScreeningLine, ProvisionalOutcome])[]> => {
  const { platform, actor, at } = context
  const { database } = platform
  const siteId = actor.site.id
  const bookletIds = [...new Set(reads.map(({ provisional }) => provisional.booklet.id))]
  const records = await recordsOf(reads, context)
  const [before, waste] = await Promise.all([
    readNumbers(database, siteId, bookletIds),
    readWaste(database, siteId, bookletIds),
  ])
  const accounted = accountedOf([...before, ...waste, ...reads.map(numbered)])
  const decided = await Promise.all(
    reads.map(async (read) => ({
      read,
      ...(await decideOne(read, context, records, before, accounted)),
    })),
  )
  const taken = decided.flatMap((entry) => (entry.kind === 'taken' ? [entry] : []))
  if (taken.length > 0) {
    const claims = taken.map(({ read }) => ({ ...numbered(read), screeningId: read.line.id }))
    await claimNumbers(database, siteId, claims, at)
  }
  const now = taken.length > 0 ? await readNumbers(database, siteId, bookletIds) : []
  return decided.map((entry) => [
    entry.read.line,
    entry.kind === 'refused'
      ? { kind: 'refused', code: entry.code }
      : takenOf(entry.read, entry.flags, now, context),
  ])
}

const numbered = ({ provisional, digest }: Read) => ({
  bookletId: provisional.booklet.id,
  number: provisional.number,
  digest,
})

/** Booklets as the portal gave them; one of another site is looked up there, so that the refusal can say so. */
const recordsOf = async (
  reads: readonly Read[],
  { platform }: Context,
): Promise<ReadonlyMap<string, BookletRecord>> => {
  const bySite = new Map<string, Set<string>>()
  for (const { provisional } of reads) {
    const { siteId, id } = provisional.booklet
    bySite.set(siteId, (bySite.get(siteId) ?? new Set()).add(id))
  }
  const records = await Promise.all(
    [...bySite].map(([siteId, ids]) => readBooklets(platform.database, siteId, [...ids])),
  )
  return new Map(records.flat().map((record) => [`${record.siteId} ${record.id}`, record]))
}

const accountedOf = (
  rows: readonly { readonly bookletId: string; readonly number: number }[],
): ReadonlyMap<string, ReadonlySet<number>> => {
  const numbers = new Map<string, Set<number>>()
  for (const { bookletId, number } of rows) {
    numbers.set(bookletId, (numbers.get(bookletId) ?? new Set()).add(number))
  }
  return numbers
}

const comparedWith = (
  { line, compared }: Read,
  { catalogue }: ContinuityNeeds,
): ReconciledScreening => ({
  id: line.id,
  familyName: compared.person.familyName,
  firstNames: compared.person.firstNames,
  birthDate: compared.person.birthDate,
  testType: catalogue.current().kind(compared.kind)?.dccTestType ?? '',
  sampledAt: new Date(compared.sampledAt),
  result: compared.result ?? null,
})

type Decided =
  | { readonly kind: 'refused'; readonly code: ReconcileRefusal }
  | { readonly kind: 'taken'; readonly flags: readonly ReconcileFlag[] }

const decideOne = async (
  read: Read,
  { needs, actor, at }: Context,
  records: ReadonlyMap<string, BookletRecord>,
  before: readonly NumberRow[],
  accounted: ReadonlyMap<string, ReadonlySet<number>>,
): Promise<Decided> => {
  const { provisional, digest } = read
  const { booklet, number } = provisional
  // Verified when it came in; nothing that happened to its booklet since takes the certificate back.
  const isDone = before.some(
    (row) => row.bookletId === booklet.id && row.digest === digest && row.isReconciled,
  )
  if (isDone) return { kind: 'taken', flags: [] }
  const decision = await reconcileDecision({
    booklet: records.get(`${booklet.siteId} ${booklet.id}`) ?? null,
    provisional,
    digest,
    chain: needs.chain,
    screening: comparedWith(read, needs),
    siteId: actor.site.id,
    // Its own row may be there from a try that did not end: that is no duplicate.
    seen: before.filter(
      (row) => row.bookletId === booklet.id && row.number === number && row.digest !== digest,
    ),
    accounted: accounted.get(booklet.id) ?? new Set(),
    receivedAt: at,
  })
  switch (decision.decision) {
    case 'refuse':
      return { kind: 'refused', code: decision.code }
    case 'accept-and-flag':
      return { kind: 'taken', flags: decision.flags }
    case 'accept':
    case 'again':
      return { kind: 'taken', flags: [] }
  }
}

/** As the rows say after the taking: two that came at once see each other here. */
const takenOf = (
  read: Read,
  flags: readonly ReconcileFlag[],
  rows: readonly NumberRow[],
  { needs }: Context,
): ProvisionalOutcome => {
  const { line, provisional, digest } = read
  const { booklet, number } = provisional
  const own = rows.find((row) => row.bookletId === booklet.id && row.digest === digest)
  // Somebody else's under a document that is another's: entered by itself it is lost to nobody.
  const isOthers = own !== undefined && own.screeningId !== line.id
  if (isOthers && differencesBetween(comparedWith(read, needs), provisional).length > 0) {
    return { kind: 'refused', code: 'PROVISIONAL_USED' }
  }
  const isDuplicate =
    !flags.includes('NUMBER_DUPLICATE') &&
    rows.some(
      (row) => row.bookletId === booklet.id && row.number === number && row.digest !== digest,
    )
  return {
    kind: 'taken',
    screeningId: own?.screeningId ?? line.id,
    isReconciled: own?.isReconciled ?? false,
    bookletId: booklet.id,
    professionalId: booklet.professionalId,
    digest,
    number,
    missingBelow: Math.min(number, booklet.maximum),
    flags: isDuplicate ? [...flags, 'NUMBER_DUPLICATE'] : flags,
  }
}
