/**
 * Recording a batch's items, each as the screening that has its document. Invariants
 * - A document that a line matches leads to a screening of that person and test, or is given to the line's own: what
 *   had it before, under whatever id, was somebody else's.
 * - An id is no proof: where it is taken by another person's screening, a line with its document is recorded under a
 *   new one, and answered with it; a line without a document is refused.
 */
import { makeUuidV7 } from '@sidep/identifiers'
import { type Backlog, isSamePerson, type RecordedState, stateOf } from '../intake/index.ts'
import type { SiteActor } from '../platform/actor.ts'
import { Problem, toProblem } from '../platform/problems.ts'
import type { ScreeningLine } from './batch.ts'
import type { ContinuityDependencies, ContinuityPlatform } from './dependencies.ts'
import type { ProvisionalOutcome } from './provisionals.ts'
import { type KnownScreening, moveNumber, readNumbers, readStored } from './reconcile-store.ts'
import type { SlipOutcome } from './typed-slips.ts'

export interface Context {
  readonly platform: ContinuityPlatform
  readonly dependencies: ContinuityDependencies
  readonly actor: SiteActor
  readonly at: Date
}

/** A line with its documents taken. */
export interface Item {
  readonly line: ScreeningLine
  /** Under which it is, or will be, recorded. */
  readonly screeningId: string
  readonly provisional: (ProvisionalOutcome & { readonly kind: 'taken' }) | null
  /** It came with a document that belongs to another screening. */
  readonly apart: (ProvisionalOutcome & { readonly kind: 'apart' }) | null
  readonly slip: (SlipOutcome & { readonly kind: 'taken' }) | null
}

/** What an item is stored as, or why it is not. */
export type ItemOutcome = RecordedState | Problem

export interface Recorded {
  readonly item: Item
  readonly outcome: ItemOutcome
}

/**
 * Another process can move a document between two statements of ours; three of them at the same moment is no accident.
 */
const triesMax = 3

/**
 * Who answers for a screening: the professional of the booklet, whoever brings in what was signed from it. What says
 * anything else is the act of who is signed in.
 */
export const actorFor = (
  { provisional }: Pick<Item, 'provisional'>,
  actor: SiteActor,
): SiteActor =>
  provisional === null ||
  !provisional.isMatch ||
  provisional.professionalId === actor.professionalId
    ? actor
    : {
        ...actor,
        professionalId: provisional.professionalId,
        operator: actor.operator ?? {
          id: actor.professionalId,
          familyName: actor.familyName,
          firstNames: actor.firstNames,
        },
      }

/** Records items, in any order; one that cannot be recorded keeps no other back. */
export const recordEach = async (
  items: readonly Item[],
  context: Context,
): Promise<readonly Recorded[]> => {
  const done: Recorded[] = []
  let left = items
  for (let tries = 0; left.length > 0 && tries < triesMax; tries++) {
    // A document's own screening first: others that bring the same one are compared with it.
    const inOrder = [...left].sort((a, b) => Number(isMoved(a)) - Number(isMoved(b)))
    const { settled, others } = await compare(await recordSome(inOrder, context), context)
    done.push(...settled)
    left = await moveAll(others, context)
  }
  const outcome = new Problem('UNAVAILABLE', { retryAfterSeconds: 1 })
  return [...done, ...left.map((item) => ({ item, outcome }))]
}

const isMoved = ({ line, screeningId }: Item): boolean => line.id !== screeningId

/** Whether something else is stored under the id: another screening, or another result under another line's id. */
const isTaken = ({ item, outcome }: Recorded): boolean =>
  outcome instanceof Problem &&
  (outcome.code === 'SCREENING_ID_REUSED' ||
    (outcome.code === 'RESULT_ALREADY_SET' && isMoved(item)))

/** A failure of all, such as a database that is away, is each one's: to be sent again. */
const recordSome = async (
  items: readonly Item[],
  { dependencies, actor }: Context,
): Promise<Recorded[]> => {
  const entries = items.map((item) => ({
    input: { ...item.line.screening, id: item.screeningId },
    actor: actorFor(item, actor),
    backlog: backlogOf(item),
  }))
  const outcomes = await dependencies.intake.record(entries).catch((error: unknown) => {
    const problem = toProblem(error)
    return items.map(() => problem)
  })
  return items.map((item, index) => {
    const outcome = outcomes[index] ?? new Problem('UNAVAILABLE')
    return { item, outcome: outcome instanceof Problem ? outcome : outcome.state }
  })
}

interface Compared {
  readonly settled: readonly Recorded[]
  /** The document is theirs, but the id that it led to belongs to somebody else. */
  readonly others: readonly Item[]
}

/** What its person was given at the time. */
const backlogOf = ({ provisional, slip }: Item): Backlog =>
  provisional?.isMatch === true
    ? { document: 'provisional', signedAt: provisional.signedAt }
    : { document: slip === null ? null : 'slip', signedAt: null }

/** Tells screenings that are stored already, of the same person and test, from those of others. */
const compare = async (
  recorded: readonly Recorded[],
  { platform, actor }: Context,
): Promise<Compared> => {
  // Only a document shows that a screening was meant under whatever id; without one the id must be the line's own.
  const isOpen = (one: Recorded): boolean => isTaken(one) && one.item.provisional?.isMatch === true
  const open = recorded.filter(isOpen)
  const ids = open.map(({ item }) => item.screeningId)
  const stored = ids.length === 0 ? [] : await readStored(platform.database, actor.site.id, ids)
  const known = new Map(stored.map((screening) => [screening.id, screening]))
  const settled: Recorded[] = []
  const others: Item[] = []
  for (const one of recorded) {
    const { item } = one
    const found = isOpen(one) ? known.get(item.screeningId) : undefined
    if (!isOpen(one)) settled.push(one)
    else if (found !== undefined && isSame(found, item.line, platform)) {
      settled.push({ item, outcome: stateOf(found) })
    } else others.push(item)
  }
  return { settled, others }
}

const isSame = (
  found: KnownScreening,
  { compared }: ScreeningLine,
  { vault }: ContinuityPlatform,
): boolean =>
  compared !== null &&
  isSamePerson(vault, found, compared.person) &&
  found.kind === compared.kind &&
  found.device === compared.device &&
  Math.floor(found.sampledAt.getTime() / 1_000) ===
    Math.floor(Date.parse(compared.sampledAt) / 1_000) &&
  found.result === (compared.result ?? null)

/** Gives each document to its line's own id, or where that is another's too, to a new one. */
const moveAll = (others: readonly Item[], context: Context): Promise<Item[]> =>
  Promise.all(others.map((item) => move(item, context)))

const move = async (item: Item, { platform, actor, at }: Context): Promise<Item> => {
  const { line, screeningId: from, provisional, slip } = item
  if (provisional === null) return item
  const { bookletId, digest } = provisional
  const { database, randomBytes } = platform
  const siteId = actor.site.id
  const to = isMoved(item) ? line.id : makeUuidV7(at, randomBytes)
  const serial = slip?.serial ?? null
  await moveNumber(database, siteId, { bookletId, digest, from, to, serial })
  const rows = await readNumbers(database, siteId, [bookletId])
  const screeningId = rows.find((row) => row.digest === digest)?.screeningId ?? to
  return { ...item, screeningId, provisional: { ...provisional, screeningId, isReconciled: false } }
}
