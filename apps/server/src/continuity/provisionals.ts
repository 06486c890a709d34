/** The provisional certificates of a batch: decided together, so that a booklet is read once. */
import { createHash } from 'node:crypto'
import {
  type DifferenceFlag,
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
import { otherDevice } from '../intake/index.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { ScreeningLine } from './batch.ts'
import type { ContinuityDependencies, ContinuityPlatform } from './dependencies.ts'
import {
  claimNumbers,
  type GivenBooklet,
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
      /** Whether the line says what was signed; if not, it is its own counter's correction. */
      readonly isMatch: boolean
      /** Whether it came from the counter that the booklet was given to, and its professional. */
      readonly isOwnCounter: boolean
      readonly isReconciled: boolean
      readonly bookletId: string
      readonly professionalId: string
      readonly signedAt: Date
      readonly digest: string
      readonly number: number
      readonly missingBelow: number
      readonly flags: readonly ReconcileFlag[]
    }
  | {
      /** The document is another screening's: the line is recorded without it. */
      readonly kind: 'apart'
      readonly bookletId: string
      readonly number: number
      readonly flags: readonly DifferenceFlag[]
    }

interface Read {
  readonly line: ScreeningLine
  readonly compared: ScreeningInput
  readonly provisional: Provisional
  readonly digest: string
}

interface Context {
  readonly platform: ContinuityPlatform
  readonly dependencies: ContinuityDependencies
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
  const own = new Set(reads.filter((read) => isOwnCounter(read, records, context)))
  const compared = new Map(reads.map((read) => [read, differencesOf(read, context.dependencies)]))
  // What claims nothing of its document closes no gap of its booklet.
  const claiming = reads.filter((read) => own.has(read) || compared.get(read)?.length === 0)
  const accounted = accountedOf([...before, ...waste, ...claiming.map(numbered)])
  const decided = await Promise.all(
    reads.map(async (read) => ({
      read,
      ...(await decideOne(read, context, { records, before, accounted, own })),
    })),
  )
  const taken = decided.flatMap((entry) => (entry.kind === 'taken' ? [entry] : []))
  if (taken.length > 0) {
    const claims = taken.map(({ read }) => ({ ...numbered(read), screeningId: read.line.id }))
    await claimNumbers(database, siteId, claims, at)
  }
  const now = taken.length > 0 ? await readNumbers(database, siteId, bookletIds) : []
  return decided.map((entry) => {
    const { read } = entry
    const isOwn = own.has(read)
    if (entry.kind === 'refused') return [read.line, { kind: 'refused', code: entry.code }]
    if (entry.kind === 'apart') return [read.line, apartOf(read, entry.flags)]
    const isMatch = compared.get(read)?.length === 0
    return [read.line, takenOf(read, entry.flags, now, { isMatch, isOwnCounter: isOwn })]
  })
}

/** The counter that the booklet was given to, and its professional: whoever else brings it in has a copy. */
const isOwnCounter = (
  { provisional: { booklet } }: Read,
  records: ReadonlyMap<string, GivenBooklet>,
  { actor }: Context,
): boolean => {
  const given = records.get(`${booklet.siteId} ${booklet.id}`)
  return (
    given !== undefined &&
    given.counterId !== null &&
    given.counterId === actor.counterId &&
    given.professionalId === actor.professionalId
  )
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
): Promise<ReadonlyMap<string, GivenBooklet>> => {
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
  { catalogue }: ContinuityDependencies,
): ReconciledScreening => ({
  id: line.id,
  familyName: compared.person.familyName,
  firstNames: compared.person.firstNames,
  birthDate: compared.person.birthDate,
  testType: catalogue.current().kind(compared.kind)?.dccTestType ?? '',
  device: compared.device === otherDevice ? null : compared.device,
  sampledAt: new Date(compared.sampledAt),
  result: compared.result ?? null,
})

const differencesOf = (
  read: Read,
  dependencies: ContinuityDependencies,
): readonly DifferenceFlag[] =>
  differencesBetween(comparedWith(read, dependencies), read.provisional)

type Decided =
  | { readonly kind: 'refused'; readonly code: ReconcileRefusal }
  | { readonly kind: 'taken'; readonly flags: readonly ReconcileFlag[] }
  | { readonly kind: 'apart'; readonly flags: readonly DifferenceFlag[] }

interface Known {
  readonly records: ReadonlyMap<string, GivenBooklet>
  readonly before: readonly NumberRow[]
  readonly accounted: ReadonlyMap<string, ReadonlySet<number>>
  readonly own: ReadonlySet<Read>
}

const decideOne = async (
  read: Read,
  { dependencies, actor, at }: Context,
  { records, before, accounted, own }: Known,
): Promise<Decided> => {
  const { line, provisional, digest } = read
  const { booklet, number } = provisional
  const ofBooklet = before.filter((row) => row.bookletId === booklet.id)
  const known = ofBooklet.find((row) => row.digest === digest)
  const isOwn = own.has(read)
  // Verified when it came in; nothing that happened to its booklet since takes the certificate back.
  if (known?.isReconciled === true) {
    const differences = differencesOf(read, dependencies)
    const isIts = differences.length === 0 || (isOwn && known.screeningId === line.id)
    return isIts ? { kind: 'taken', flags: [] } : { kind: 'apart', flags: differences }
  }
  const decision = await reconcileDecision({
    booklet: records.get(`${booklet.siteId} ${booklet.id}`) ?? null,
    provisional,
    digest,
    chain: dependencies.chain,
    screening: comparedWith(read, dependencies),
    siteId: actor.site.id,
    // For another's claim of the same document the rows decide, once this one has tried to take it.
    isOwnCounter: isOwn && (known === undefined || known.screeningId === line.id),
    // Its own row may be there from a try that did not end: that is no duplicate.
    seen: ofBooklet.filter((row) => row.number === number && row.digest !== digest),
    accounted: accounted.get(booklet.id) ?? new Set(),
    receivedAt: at,
  })
  switch (decision.decision) {
    case 'refuse':
      return { kind: 'refused', code: decision.code }
    case 'apart':
      return { kind: 'apart', flags: decision.flags }
    case 'accept-and-flag':
      return { kind: 'taken', flags: decision.flags }
    case 'accept':
    case 'again':
      return { kind: 'taken', flags: [] }
  }
}

const apartOf = (
  { provisional: { booklet, number } }: Read,
  flags: readonly DifferenceFlag[],
): ProvisionalOutcome => ({ kind: 'apart', bookletId: booklet.id, number, flags })

/** As the rows say after the taking: two that came at once see each other here. */
const takenOf = (
  read: Read,
  flags: readonly ReconcileFlag[],
  rows: readonly NumberRow[],
  how: { readonly isMatch: boolean; readonly isOwnCounter: boolean },
): ProvisionalOutcome => {
  const { line, provisional, digest } = read
  const { booklet, number } = provisional
  const own = rows.find((row) => row.bookletId === booklet.id && row.digest === digest)
  // A correction that came at the same moment as another screening with the same document.
  if (!how.isMatch && own !== undefined && own.screeningId !== line.id) {
    return apartOf(read, flags.filter(isDifference))
  }
  const isDuplicate =
    !flags.includes('NUMBER_DUPLICATE') &&
    rows.some(
      (row) => row.bookletId === booklet.id && row.number === number && row.digest !== digest,
    )
  return {
    kind: 'taken',
    screeningId: own?.screeningId ?? line.id,
    ...how,
    isReconciled: own?.isReconciled ?? false,
    bookletId: booklet.id,
    professionalId: booklet.professionalId,
    signedAt: provisional.issuedAt,
    digest,
    number,
    missingBelow: Math.min(number, booklet.maximum),
    flags: isDuplicate ? [...flags, 'NUMBER_DUPLICATE'] : flags,
  }
}

const isDifference = (flag: ReconcileFlag): flag is DifferenceFlag =>
  flag === 'PERSON_DIFFERS' || flag === 'TEST_DIFFERS'
