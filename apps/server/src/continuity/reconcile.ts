/**
 * Reconciling: what counters certified or wrote by hand while they were alone becomes definitive, once.
 *
 * Invariants
 * - Documents are taken for a screening before it is recorded, and a taking is never undone by another's coming:
 *   a document that came in under one id leads to that screening for ever, also under other ids.
 * - Every step may be the last before a crash: the same batch again goes on where it ended, and what was done is
 *   not done twice. An item is answered `definitive` only after its last step.
 * - The order of arrival, within a batch and among batches, changes neither certificates nor open flags.
 * - A person is never refused for how a booklet was used: flags are for operations.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { asideFlagOf, retrievalCodeOf } from '@sidep/continuity'
import {
  problemRegistry,
  type ReconciliationAnswer,
  type ReconciliationLine,
} from '@sidep/contracts'
import { bytesToHex } from '@sidep/encoding'
import { parseFiness } from '@sidep/identifiers'
import type { LateOutcome } from '../intake/index.ts'
import type { SiteActor } from '../platform/actor.ts'
import { Problem, toProblem } from '../platform/problems.ts'
import type { Batch, ScreeningLine } from './batch.ts'
import type { ContinuityNeeds, ContinuityPlatform } from './needs.ts'
import { type ProvisionalOutcome, takeProvisionals } from './provisionals.ts'
import {
  type Finished,
  finishItems,
  insertWaste,
  readStates,
  resolveGaps,
} from './reconcile-store.ts'
import { recordLate } from './record-late.ts'
import { retrievalSeedOf } from './retrieval-seed.ts'
import { type Aside, setAside } from './set-aside.ts'
import { type SlipOutcome, takeSlips } from './typed-slips.ts'

const dayMilliseconds = 86_400_000
const laterSeconds = 5

interface Context {
  readonly platform: ContinuityPlatform
  readonly needs: ContinuityNeeds
  readonly actor: SiteActor
  readonly at: Date
}

/** A line with its documents taken. */
interface Item {
  readonly line: ScreeningLine
  readonly screeningId: string
  readonly provisional: (ProvisionalOutcome & { readonly kind: 'taken' }) | null
  readonly slip: (SlipOutcome & { readonly kind: 'taken' }) | null
}

type Answers = Map<unknown, ReconciliationLine>

const refusedLine = (id: string, code: string): ReconciliationLine => ({
  id,
  status: 'refused',
  code,
  faults: [],
})

/** What a thrown problem means for one line: again later, or something to correct. */
const lineOfProblem = (id: string, problem: Problem): ReconciliationLine => {
  const { code, faults = [], retryAfterSeconds = laterSeconds } = problem
  return problemRegistry[code].retry === 'later'
    ? { id, status: 'later', retryAfterSeconds }
    : { id, status: 'refused', code, faults: [...faults] }
}

const storedLine = (id: string, state: 'waiting' | 'final'): ReconciliationLine => ({
  id,
  status: state === 'final' ? 'definitive' : 'acknowledged',
})

/** Works through a batch. @returns a line for each of its items, in their order */
export const reconcileBatch = async (
  platform: ContinuityPlatform,
  needs: ContinuityNeeds,
  batch: Batch,
  actor: SiteActor,
): Promise<ReconciliationAnswer> => {
  const at = platform.clock.now()
  const context: Context = { platform, needs, actor, at }
  const answers: Answers = new Map()
  if (batch.wasted.length > 0) {
    await insertWaste(platform.database, actor.site.id, batch.wasted, at)
  }
  const screenings = batch.lines.filter((line) => line.kind === 'screening')
  const items = await takeDocuments(screenings, context, answers)
  await recordItems(items, context, answers)
  await closeGaps(items, batch, context)
  await answerAsks(batch, context, answers)
  const lines = batch.lines.flatMap((line) =>
    line.kind === 'broken' ? [lineOfProblem(line.id, line.problem)] : (answers.get(line) ?? []),
  )
  return { lines, retryAfterSeconds: null }
}

const takeDocuments = async (
  lines: readonly ScreeningLine[],
  context: Context,
  answers: Answers,
): Promise<Item[]> => {
  const provisionals = await takeProvisionals(lines, context)
  const takenBy = (line: ScreeningLine): Item['provisional'] => {
    const outcome = provisionals.get(line)
    return outcome?.kind === 'taken' ? outcome : null
  }
  const accepted = lines.filter((line) => {
    const outcome = provisionals.get(line)
    if (outcome?.kind === 'refused') answers.set(line, refusedLine(line.id, outcome.code))
    return outcome?.kind !== 'refused'
  })
  const screeningOf = (line: ScreeningLine) => takenBy(line)?.screeningId ?? line.id
  const slips = await takeSlips(accepted, screeningOf, context)
  return accepted.flatMap((line) => {
    const slip = slips.get(line) ?? null
    if (slip?.kind === 'refused') {
      answers.set(line, refusedLine(line.id, slip.code))
      return []
    }
    return [{ line, screeningId: screeningOf(line), provisional: takenBy(line), slip }]
  })
}

/** Who answers for a screening: the professional of the booklet, whoever brings it in. */
const actorFor = ({ provisional }: Item, actor: SiteActor): SiteActor =>
  provisional === null || provisional.professionalId === actor.professionalId
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

interface Settled {
  readonly item: Item
  readonly state: 'waiting' | 'final'
}

const recordItems = async (
  items: readonly Item[],
  context: Context,
  answers: Answers,
): Promise<void> => {
  const { database } = context.platform
  const settled: Settled[] = []
  const record = async (some: readonly Item[]): Promise<void> => {
    const outcomes = await recordSome(some, context)
    for (const [index, item] of some.entries()) {
      const outcome = outcomes[index] ?? new Problem('UNAVAILABLE')
      const aside = asideOf(item, outcome, context)
      if (aside !== null) {
        if (await setAside(database, aside, context.at)) context.needs.onFlags([aside.code])
        settled.push({ item, state: 'final' })
      } else if (outcome instanceof Problem) {
        answers.set(item.line, problemLine(item, outcome, context))
      } else settled.push({ item, state: outcome })
    }
  }
  // Lines whose document belongs to another line's screening come after that one.
  await record(items.filter(({ line, screeningId }) => line.id === screeningId))
  for (const item of items.filter(({ line, screeningId }) => line.id !== screeningId)) {
    const state = await stateOf(item.screeningId, context)
    if (state === null) await record([item])
    else settled.push({ item, state })
  }
  await finish(settled, context)
  for (const { item, state } of settled) {
    answers.set(item.line, storedLine(item.line.id, state))
  }
}

/** A failure of all, such as a database that is away, is each one's: to be sent again. */
const recordSome = async (
  items: readonly Item[],
  { needs, actor }: Context,
): Promise<LateOutcome[]> => {
  const entries = items.map((item) => ({
    input: { ...item.line.screening, id: item.screeningId },
    actor: actorFor(item, actor),
  }))
  try {
    return await recordLate(needs.intake, entries)
  } catch (error) {
    const problem = toProblem(error)
    return items.map(() => problem)
  }
}

/** What a line says where another result is recorded, once its professional has seen that and decided. */
const asideOf = (item: Item, outcome: LateOutcome, { actor }: Context): Aside | null => {
  const { line, screeningId } = item
  const result = line.compared?.result
  const isOther = outcome instanceof Problem && outcome.code === 'RESULT_ALREADY_SET'
  return isOther && line.aside !== null && result !== undefined
    ? { screeningId, code: asideFlagOf[result], reason: line.aside, actor: actorFor(item, actor) }
    : null
}

const problemLine = (
  { line }: Item,
  problem: Problem,
  { platform }: Context,
): ReconciliationLine => {
  if (problemRegistry[problem.code].status >= 500) {
    platform.log.error({ code: problem.code }, 'line of a reconciliation failed')
  }
  return lineOfProblem(line.id, problem)
}

const stateOf = async (
  screeningId: string,
  { platform, actor }: Context,
): Promise<'waiting' | 'final' | null> => {
  const [known] = await readStates(platform.database, actor.site.id, [screeningId])
  return known?.state ?? null
}

/** Links, flags and marks of what was recorded: nothing for items without a document. */
const finish = async (settled: readonly Settled[], context: Context): Promise<void> => {
  const { platform, actor, at } = context
  const { database, configuration } = platform
  const withDocument = settled.flatMap(({ item }) =>
    item.provisional === null && item.slip === null ? [] : [item],
  )
  if (withDocument.length === 0) return
  const linkCodeOf = linkCodes(context)
  const items = withDocument.map((item) => finishedOf(item, linkCodeOf, context))
  const linksUntil = new Date(at.getTime() + configuration.retrieval.linkDays * dayMilliseconds)
  const flags = await finishItems(database, items, { actor, at, linksUntil })
  context.needs.onFlags(flags)
}

const finishedOf = (
  item: Item,
  linkCodeOf: ReturnType<typeof linkCodes>,
  context: Context,
): Finished => {
  const { line, screeningId, provisional, slip } = item
  const { actor, platform } = context
  const codes = [
    ...(provisional === null ? [] : [linkCodeOf(provisional.bookletId, line.id)]),
    ...(slip === null ? [] : [slip.serial]),
  ]
  return {
    screeningId,
    professionalId: provisional?.professionalId ?? actor.professionalId,
    bookletId: provisional?.bookletId ?? null,
    digest: provisional?.digest ?? null,
    number: provisional?.number ?? null,
    missingBelow: provisional?.missingBelow ?? null,
    serial: slip?.serial ?? null,
    flags: [
      ...(provisional?.isReconciled === false ? provisional.flags : []),
      ...(slip?.flags ?? []),
    ],
    links: codes.map((code) => bytesToHex(platform.retrievalLinks.hashOf(code))),
  }
}

/** Codes that counters printed, which they made from a line's id: of each booklet the seed is made once. */
const linkCodes = ({ platform, actor }: Context): ((bookletId: string, id: string) => string) => {
  const site = parseFiness(actor.site.id)
  if (!site.ok) throw new Problem('SITE_NOT_PERMITTED')
  const seeds = new Map<string, KeyObject>()
  const seedOf = (bookletId: string): KeyObject => {
    const known = seeds.get(bookletId)
    if (known !== undefined) return known
    const seed = createSecretKey(retrievalSeedOf(platform.vault, bookletId))
    seeds.set(bookletId, seed)
    return seed
  }
  return (bookletId, id) =>
    retrievalCodeOf(site.value, createHmac('sha256', seedOf(bookletId)).update(id).digest())
}

const closeGaps = async (
  items: readonly Item[],
  { wasted }: Batch,
  { platform, actor, at }: Context,
): Promise<void> => {
  const bookletIds = new Set([
    ...items.flatMap(({ provisional }) => provisional?.bookletId ?? []),
    ...wasted.map(({ bookletId }) => bookletId),
  ])
  if (bookletIds.size > 0) await resolveGaps(platform.database, actor.site.id, [...bookletIds], at)
}

const answerAsks = async (
  { lines }: Batch,
  { platform, actor }: Context,
  answers: Answers,
): Promise<void> => {
  const asks = lines.filter((line) => line.kind === 'ask')
  if (asks.length === 0) return
  const ids = asks.map(({ id }) => id)
  const known = new Map(
    (await readStates(platform.database, actor.site.id, ids)).map(({ id, state }) => [id, state]),
  )
  for (const line of asks) {
    const state = known.get(line.id)
    answers.set(
      line,
      state === undefined ? refusedLine(line.id, 'SCREENING_UNKNOWN') : storedLine(line.id, state),
    )
  }
}
