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
 * - `definitive` is answered for what a query finds, of that person and test. Whoever brings a document that says
 *   something else claims nothing of it, before its own screening comes and after (ADR 27).
 */

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { overriddenResultFlagOf, retrievalCodeOf } from '@sidep/continuity'
import {
  problemRegistry,
  type ReconciliationAnswer,
  type ReconciliationLine,
} from '@sidep/contracts'
import { bytesToHex } from '@sidep/encoding'
import { parseFiness } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'
import { type RecordedState, stateOf } from '../intake/index.ts'
import type { SiteActor } from '../platform/actor.ts'
import { Problem } from '../platform/problems.ts'
import type { Batch, ScreeningLine } from './batch.ts'
import type { ContinuityDependencies, ContinuityPlatform } from './dependencies.ts'
import { flagOverriddenResult, type OverriddenResult } from './overridden-result.ts'
import { takeProvisionals } from './provisionals.ts'
import {
  type Finished,
  finishItems,
  insertWaste,
  readStored,
  resolveGaps,
} from './reconcile-store.ts'
import { actorFor, type Context, type Item, type ItemOutcome, recordEach } from './record-items.ts'
import { retrievalSeedOf } from './retrieval-seed.ts'
import { takeSlips } from './typed-slips.ts'

const laterSeconds = 5

interface Settled {
  readonly item: Item
  readonly state: RecordedState
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

const statusOf = (state: RecordedState): 'definitive' | 'acknowledged' =>
  state === 'final' ? 'definitive' : 'acknowledged'

const storedLine = ({ line: { id }, screeningId }: Item, state: RecordedState) => ({
  id,
  status: statusOf(state),
  ...(screeningId === id ? {} : { recordedAs: screeningId }),
})

/** Works through a batch. @returns a line for each of its items, in their order */
export const reconcileBatch = async (
  platform: ContinuityPlatform,
  dependencies: ContinuityDependencies,
  batch: Batch,
  actor: SiteActor,
): Promise<ReconciliationAnswer> => {
  const at = platform.clock.now()
  const context: Context = { platform, dependencies, actor, at }
  const answers: Answers = new Map()
  if (batch.wasted.length > 0) {
    dependencies.onFlags(await insertWaste(platform.database, batch.wasted, { actor, at }))
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
  const apartBy = (line: ScreeningLine): Item['apart'] => {
    const outcome = provisionals.get(line)
    return outcome?.kind === 'apart' ? outcome : null
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
    const [provisional, apart] = [takenBy(line), apartBy(line)]
    return [{ line, screeningId: screeningOf(line), provisional, apart, slip }]
  })
}

const recordItems = async (
  items: readonly Item[],
  context: Context,
  answers: Answers,
): Promise<void> => {
  const { database } = context.platform
  const settled: Settled[] = []
  for (const { item, outcome } of await recordEach(items, context)) {
    const overridden = overriddenResultOf(item, outcome, context)
    if (overridden !== null) {
      if (await flagOverriddenResult(database, overridden, context.at))
        context.dependencies.onFlags([overridden.code])
      settled.push({ item, state: 'final' })
    } else if (outcome instanceof Problem) {
      answers.set(item.line, problemLine(item, outcome, context))
    } else settled.push({ item, state: outcome })
  }
  await finish(settled, context)
  for (const { item, state } of settled) answers.set(item.line, storedLine(item, state))
}

/**
 * The result that a line overrides: another one is recorded, and its professional, who has seen that, says why theirs
 * differs.
 */
const overriddenResultOf = (
  item: Item,
  outcome: ItemOutcome,
  { actor }: Context,
): OverriddenResult | null => {
  const { line, screeningId } = item
  const result = line.compared?.result
  const isOther = outcome instanceof Problem && outcome.code === 'RESULT_ALREADY_SET'
  return isOther && line.overrideReason !== null && result !== undefined
    ? {
        screeningId,
        code: overriddenResultFlagOf[result],
        reason: line.overrideReason,
        actor: actorFor(item, actor),
      }
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

/** Links, flags and marks of what was recorded: nothing for items without a document. */
const finish = async (settled: readonly Settled[], context: Context): Promise<void> => {
  const { platform, actor, at } = context
  const { database, configuration } = platform
  const withDocument = settled.flatMap(({ item }) =>
    item.provisional === null && item.apart === null && item.slip === null ? [] : [item],
  )
  if (withDocument.length === 0) return
  const linkCodeOf = linkCodes(context)
  const items = withDocument.map((item) => finishedOf(item, linkCodeOf, context))
  const linksUntil = new Date(at.getTime() + configuration.retrieval.linkDays * dayMilliseconds)
  const flags = await finishItems(database, items, { actor, at, linksUntil })
  context.dependencies.onFlags(flags)
}

const finishedOf = (
  item: Item,
  linkCodeOf: ReturnType<typeof linkCodes>,
  context: Context,
): Finished => {
  const { line, screeningId, provisional, apart, slip } = item
  const { actor, platform } = context
  const hashOf = (code: string): string => bytesToHex(platform.retrievalLinks.hashOf(code))
  return {
    screeningId,
    professionalId: actorFor(item, actor).professionalId,
    bookletId: provisional?.bookletId ?? apart?.bookletId ?? null,
    digest: provisional?.digest ?? null,
    number: provisional?.number ?? apart?.number ?? null,
    missingBelow: provisional?.missingBelow ?? null,
    serial: slip?.serial ?? null,
    flags: [
      ...(provisional?.isReconciled === false ? provisional.flags : []),
      ...(apart?.flags ?? []),
      ...(slip?.flags ?? []),
    ],
    links: [
      ...(provisional === null ? [] : [hashOf(linkCodeOf(provisional.bookletId, line.id))]),
      ...(slip === null ? [] : [slip.linkHash ?? hashOf(slip.serial)]),
    ],
    isOwnCounter: provisional?.isOwnCounter ?? false,
  }
}

/** The codes that counters printed, derived from a line's id; the seed of each booklet is derived once. */
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
    (await readStored(platform.database, actor.site.id, ids)).map((screening) => [
      screening.id,
      stateOf(screening),
    ]),
  )
  for (const line of asks) {
    const { id } = line
    const state = known.get(id)
    answers.set(
      line,
      state === undefined ? refusedLine(id, 'SCREENING_UNKNOWN') : { id, status: statusOf(state) },
    )
  }
}
