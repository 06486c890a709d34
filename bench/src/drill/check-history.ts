/**
 * Judges a history: what was acknowledged is there, once, as it was sent and in the order it was done. Pure.
 *
 * What was never acknowledged may be there or not: nobody was told. What is there and was never sent may not.
 */
import type { Act, ActKind, Attempt, History, StoredScreening } from './history.ts'

export type ViolationCode =
  /** Acknowledged, and missing. */
  | 'LOST'
  /** There twice: as a row, a certificate or an entry of the audit chain. */
  | 'DUPLICATED'
  /** There, and nobody sent it. */
  | 'INVENTED'
  /** There with another body than was sent. */
  | 'BODY_CHANGED'
  /** Another body was taken under an id that had one. */
  | 'OTHER_BODY_TAKEN'
  /** The same request was answered in two ways. */
  | 'ANSWER_CHANGED'
  /** A result stands in the chain before its screening, or a correction before what it corrects. */
  | 'ACT_BEFORE_ITS_SCREENING'
  /** A certificate of a lower number, or of the same, was issued later; or one is skipped. */
  | 'CERTIFICATE_BACKWARDS'
  /** What was acknowledged before another act of the site began stands after it in the chain. */
  | 'ORDER_REVERSED'
  | 'CHAIN_BROKEN'
  /** A certificate bears a time at which nobody asked for it. */
  | 'WRONG_TIME'

export interface Violation {
  readonly code: ViolationCode
  readonly siteId: string
  /** Null: of the whole chain. */
  readonly screeningId: string | null
}

export interface CheckedHistory {
  /** Acts that were acknowledged. */
  readonly acknowledged: number
  readonly violations: readonly Violation[]
}

/** How each act is named in the chain. */
const auditActs: Readonly<Record<ActKind, string>> = {
  record: 'screening.recorded',
  register: 'screening.registered',
  result: 'screening.result-set',
  correct: 'screening.corrected',
}

const acknowledgements = (act: Act): Attempt[] =>
  act.attempts.filter(({ outcome }) => outcome.kind === 'acknowledged')

export const isAcknowledged = (act: Act): boolean =>
  act.attempts.some(({ outcome }) => outcome.kind === 'acknowledged')

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** What must be there, and what at most can, of the acts of one screening. */
const boundsOf = (acts: readonly Act[], kinds: readonly ActKind[]): [number, number] => {
  const some = acts.filter(({ kind }) => kinds.includes(kind))
  return [some.filter(isAcknowledged).length, some.length]
}

const judgeCount = (found: number, [least, most]: [number, number]): ViolationCode[] => {
  if (found < least) return ['LOST']
  return found > most ? ['DUPLICATED'] : []
}

/** What is there of one screening, against what was sent of it. */
const judgePresence = (acts: readonly Act[], stored: StoredScreening | undefined) => {
  if (stored === undefined || stored.rows === 0)
    return acts.some(isAcknowledged) ? (['LOST'] as const) : []
  const codes: ViolationCode[] = []
  if (stored.rows > 1) codes.push('DUPLICATED')
  codes.push(
    ...judgeCount(stored.certificates.length, boundsOf(acts, ['record', 'result', 'correct'])),
  )
  const [settled] = boundsOf(acts, ['record', 'result'])
  if (settled > 0 && !stored.isFinal) codes.push('LOST')
  for (const kind of ['record', 'register', 'result', 'correct'] as const) {
    const found = stored.audit.filter(({ act }) => act === auditActs[kind]).length
    codes.push(...judgeCount(found, boundsOf(acts, [kind])))
  }
  const corrections = acts.filter(({ kind }) => kind === 'correct')
  for (const { id, ...act } of corrections)
    if (isAcknowledged({ id, ...act }) && !stored.corrections.includes(id)) codes.push('LOST')
  if (stored.corrections.some((id) => !corrections.some((act) => act.id === id)))
    codes.push('INVENTED')
  return codes
}

/** The last act that is surely there says what is read; where a later one perhaps is, its body will do as well. */
const judgeBody = (acts: readonly Act[], stored: StoredScreening | undefined): ViolationCode[] => {
  if (stored === undefined || stored.body === null || stored.rows === 0) return []
  const lastSure = acts.findLastIndex(isAcknowledged)
  const possible = acts.slice(Math.max(0, lastSure)).map(({ body }) => body)
  return possible.includes(stored.body) ? [] : ['BODY_CHANGED']
}

/** A request that is repeated before anything else is done to the screening gets the answer that it got. */
const judgeAnswers = (acts: readonly Act[]): ViolationCode[] =>
  acts.flatMap((act, index) => {
    const changedAt = acts[index + 1]?.attempts[0]?.invokedAt ?? Number.POSITIVE_INFINITY
    const answers = acknowledgements(act)
      .filter(({ endedAt }) => endedAt <= changedAt)
      .map(({ outcome }) => (outcome.kind === 'acknowledged' ? outcome.answer : ''))
    return new Set(answers).size > 1 ? (['ANSWER_CHANGED'] as const) : []
  })

const judgeOrder = ({ certificates, audit }: StoredScreening): ViolationCode[] => {
  const codes: ViolationCode[] = []
  if (certificates.some(({ number }, index) => number !== index + 1))
    codes.push('CERTIFICATE_BACKWARDS')
  if (
    certificates.some(
      ({ issuedAt }, index) =>
        issuedAt < (certificates[index - 1]?.issuedAt ?? Number.NEGATIVE_INFINITY),
    )
  )
    codes.push('CERTIFICATE_BACKWARDS')
  const first = audit.toSorted((a, b) => a.sequence - b.sequence)[0]?.act
  if (first !== undefined && first !== auditActs.record && first !== auditActs.register)
    codes.push('ACT_BEFORE_ITS_SCREENING')
  return codes
}

/** Issued between the first request that could bring it and the last answer, give or take what clocks may differ. */
const judgeTimes = (
  acts: readonly Act[],
  { certificates }: StoredScreening,
  leewayMilliseconds: number,
): ViolationCode[] => {
  const attempts = acts.flatMap((act) => act.attempts)
  const from = Math.min(...attempts.map(({ invokedAt }) => invokedAt)) - leewayMilliseconds
  const until = Math.max(...attempts.map(({ endedAt }) => endedAt)) + leewayMilliseconds
  return certificates.some(({ issuedAt }) => issuedAt < from || issuedAt > until)
    ? ['WRONG_TIME']
    : []
}

interface Placed {
  readonly act: Act
  readonly sequence: number
}

/** Where each act of a site that can be told from others stands in the chain. */
const placesOf = (acts: readonly Act[], byId: ReadonlyMap<string, StoredScreening>): Placed[] =>
  acts.flatMap((act) => {
    const rows = byId.get(act.screeningId)?.audit.filter((row) => row.act === auditActs[act.kind])
    const [only, ...others] = rows ?? []
    return only === undefined || others.length > 0 ? [] : [{ act, sequence: only.sequence }]
  })

/** Real time and the chain agree: what was answered before another began is before it (strict serializability of a site). */
const judgeChainOrder = (placed: readonly Placed[]): string[] => {
  let begunLatest = Number.NEGATIVE_INFINITY
  const reversed: string[] = []
  for (const { act } of placed.toSorted((a, b) => a.sequence - b.sequence)) {
    const answeredAt = acknowledgements(act)[0]?.endedAt ?? Number.POSITIVE_INFINITY
    if (answeredAt < begunLatest) reversed.push(act.screeningId)
    begunLatest = Math.max(begunLatest, act.attempts[0]?.invokedAt ?? begunLatest)
  }
  return reversed
}

/**
 * @param leewayMilliseconds by how much the clock of a process that issues may differ from that of who sends
 * @returns how much was acknowledged, and everything that is wrong: empty for a clean history
 */
export const checkHistory = (
  { acts, otherBodies, stored, chains }: History,
  leewayMilliseconds: number,
): CheckedHistory => {
  const violations: Violation[] = []
  const byScreening = groupBy(acts, ({ screeningId }) => screeningId)
  const byId = new Map(stored.map((one) => [one.id, one]))
  for (const [screeningId, some] of byScreening) {
    const there = byId.get(screeningId)
    const siteId = some[0]?.siteId ?? ''
    const codes: ViolationCode[] = [
      ...judgePresence(some, there),
      ...judgeBody(some, there),
      ...judgeAnswers(some),
      ...(there === undefined ? [] : judgeOrder(there)),
      ...(there === undefined ? [] : judgeTimes(some, there, leewayMilliseconds)),
    ]
    for (const code of new Set(codes)) violations.push({ code, siteId, screeningId })
  }
  for (const { id, siteId } of stored)
    if (!byScreening.has(id)) violations.push({ code: 'INVENTED', siteId, screeningId: id })
  for (const { act, outcome } of otherBodies)
    if (outcome.kind === 'acknowledged')
      violations.push({
        code: 'OTHER_BODY_TAKEN',
        siteId: act.siteId,
        screeningId: act.screeningId,
      })
  for (const [siteId, some] of groupBy(acts, (act) => act.siteId))
    for (const screeningId of judgeChainOrder(placesOf(some, byId)))
      violations.push({ code: 'ORDER_REVERSED', siteId, screeningId })
  for (const { siteId, isWhole } of chains)
    if (!isWhole) violations.push({ code: 'CHAIN_BROKEN', siteId, screeningId: null })
  return { acknowledged: acts.filter(isAcknowledged).length, violations }
}

/** How many of each kind, for a report. */
export const countViolations = (
  violations: readonly Violation[],
): Partial<Record<ViolationCode, number>> => {
  const counts: Partial<Record<ViolationCode, number>> = {}
  for (const { code } of violations) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

/** Of counts by code, those of what was found. */
export const found = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
