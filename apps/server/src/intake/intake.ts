/**
 * The one gate: every screening, whichever way it came in, is recorded here.
 *
 * Invariants
 * - An answer is given only after one call stored screening, certificate, link, outbox and audit (store-entries.ts).
 * - The id makes it idempotent within a site: the same request again answers the same, another body is refused.
 * - Of several results set at once for one screening exactly one wins; all others learn which.
 * - A site sees its own screenings only: another's id is as unknown as one that never was.
 */
import { issuingRounds } from '@sidep/admission'
import { parseUuidV7 } from '@sidep/identifiers'
import { type ParsedScreening, parseResult, parseScreening, type Screening } from '@sidep/screening'
import { needsConfirmation } from '../issuance/held.ts'
import {
  type CertificateRequest,
  type Issuance,
  type IssuanceOutcome,
  issuanceFailed,
} from '../issuance/issue.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { CatalogueSource } from '../platform/catalogue.ts'
import type { Platform } from '../platform/context.ts'
import type { GatherBounds } from '../platform/gather.ts'
import { mayBeEnteredAt } from '../platform/probe-sites.ts'
import { Problem, toProblem } from '../platform/problems.ts'
import { screeningContext, sealJson } from '../platform/sealed.ts'
import { traced } from '../platform/tracing/tracing.ts'
import {
  type AnswerFacts,
  answerOf,
  isHeld,
  stateOf,
  storedAnswer,
  storedPerson,
} from './answer.ts'
import { resultShape, screeningShape } from './compiled-shapes.ts'
import {
  type Entry,
  type EntryOutcome,
  type FreshEntry,
  openEntries,
  type Prepared,
  type Recorded,
} from './entries.ts'
import { answeringOf, isSomebodyElse, lateOf, limitsFor } from './late.ts'
import { personHashOf } from './person-hash.ts'
import { isSameRequest, isSameText, requestDigestOf } from './request-digest.ts'
import {
  certificateOf,
  requestOf,
  type Settled,
  type Settling,
  sealedPart,
  settledWith,
  settlingOf,
} from './settling.ts'
import { findScreening, type StoredScreening, setResult } from './store.ts'
import { type Confirmer, insertConfirmation } from './store-confirmation.ts'
import type { NewScreening } from './store-entries.ts'

export interface Intake {
  /**
   * Records screenings of one session: one as it is typed, or many as a program or a counter after an outage
   * brings them, which go behind those whom somebody waits for. One that cannot be recorded keeps no other back.
   *
   * @returns in the order of the entries, what is stored, or the problem: REQUEST_INVALID with its faults,
   * SCREENING_ID_REUSED, ISSUANCE_FAILED; of a backlog also RESULT_ALREADY_SET
   */
  record(entries: readonly Entry[]): Promise<EntryOutcome[]>
  /**
   * Sets the result of a waiting screening; the same result again answers the same.
   * @throws Problem SCREENING_UNKNOWN, REQUEST_INVALID, RESULT_ALREADY_SET, ISSUANCE_FAILED
   */
  settle(id: string, input: unknown, actor: SiteActor): Promise<Recorded>
  /**
   * Confirms a positive of more than a day ago, whose certificate is issued by that; one that waits for nobody is
   * answered as it is.
   * @throws Problem SCREENING_UNKNOWN, CONFIRMATION_BY_ANOTHER when it is by those whose word it was, ISSUANCE_FAILED
   */
  confirm(site: ConfirmingSite, id: string, by: Confirmer): Promise<Recorded>
  /** A screening of the actor's site. @throws Problem SCREENING_UNKNOWN */
  find(id: string, actor: SiteActor): Promise<StoredScreening>
}

/** The site of the screening, as certificates name it. */
export interface ConfirmingSite {
  readonly id: string
  readonly name: string
}

export interface IntakeDependencies {
  readonly issuance: Issuance
  readonly catalogue: CatalogueSource
  /** Told what `record` recorded. */
  readonly onRecorded?: (recorded: FreshEntry) => void
  /** How certificates are gathered that somebody waits for; those of counters, unless told. */
  readonly issuingRounds?: GatherBounds
}

type IntakePlatform = Pick<
  Platform,
  'configuration' | 'clock' | 'database' | 'vault' | 'retrievalLinks'
>

/** What was stored a moment ago; its answer is made when it is asked for. */
const recordedNow = (
  { id, device, result }: Pick<AnswerFacts, 'id' | 'device' | 'result'>,
  settled: Settled | null,
  recordedAt: Date,
  isHeldNow: boolean,
): Recorded => {
  const state = result === null ? 'waiting' : 'final'
  return {
    state: stateOf({ state, isHeld: isHeldNow }),
    isReplay: false,
    answer: () =>
      answerOf({
        id,
        device,
        result,
        recordedAt,
        certificate: settled?.certificate ?? null,
        isHeld: isHeldNow,
      }),
  }
}

const notAtProbeSite = (): Problem =>
  new Problem('REQUEST_INVALID', { faults: [{ pointer: '/person', code: 'NOT_ALLOWED' }] })

/** Opens the gate on what it needs. */
export const openIntake = (
  platform: IntakePlatform,
  {
    issuance,
    catalogue,
    onRecorded = () => undefined,
    issuingRounds: rounds = issuingRounds,
  }: IntakeDependencies,
): Intake => {
  const { configuration, clock, database, vault } = platform

  const parse = (input: unknown, at: Date, actor: SiteActor): ParsedScreening =>
    parseScreening(input, catalogue.current(), limitsFor(configuration, actor), at, screeningShape)

  /** For each request its certificate or its problem; null for none asked for. */
  const issueEach = async (
    requests: readonly (CertificateRequest | null)[],
    isAwaited: boolean,
  ): Promise<readonly (IssuanceOutcome | null)[]> => {
    const asked = requests.filter((request) => request !== null)
    const issued = await issuance.issueMany(asked, isAwaited)
    const next = issued.values()
    return requests.map((request) =>
      request === null ? null : (next.next().value ?? issuanceFailed()),
    )
  }

  const rowOf = (
    { screening, actor, backlog, at }: FreshEntry,
    settled: Settled | null,
  ): NewScreening => {
    const { id, sent, person } = screening
    const siteId = actor.site.id
    const sealed = sealJson(vault, sealedPart(screening), screeningContext(siteId, id))
    return {
      screening,
      actor,
      recordedAt: at,
      requestDigest: requestDigestOf(vault, siteId, sent, sealed.keyId),
      personHash: personHashOf(vault, person, sealed.keyId),
      person: sealed,
      outcome: settled?.outcome ?? null,
      late: lateOf(screening, actor, at, backlog?.document ?? null),
    }
  }

  const prepare = async (
    fresh: readonly FreshEntry[],
    isAwaited: boolean,
  ): Promise<readonly (Prepared | Problem)[]> => {
    const settlings = fresh.map(({ screening }) => settlingOf(screening))
    const mayBeEntered = ({ actor, screening }: FreshEntry): boolean =>
      mayBeEnteredAt(configuration, actor.site.id, screening.person)
    const requests = fresh.map((entry, index) => {
      const { actor, at } = entry
      const settling = settlings[index] ?? null
      return settling === null || !mayBeEntered(entry)
        ? null
        : requestOf(settling, actor.site.name, at)
    })
    const issued = await issueEach(requests, isAwaited)
    const preparedOf = (entry: FreshEntry, index: number): Prepared | Problem => {
      if (!mayBeEntered(entry)) return notAtProbeSite()
      const settling = settlings[index] ?? null
      const certificate = issued[index] ?? null
      if (certificate instanceof Problem) return certificate
      const { at } = entry
      const { id, result, sent } = entry.screening
      const siteId = entry.actor.site.id
      const settled =
        settling === null ? null : settledWith(platform, certificate, settling, siteId, at)
      const row = rowOf(entry, settled)
      const isHeldNow = row.late.heldBy !== null
      return {
        row,
        recorded: recordedNow({ id, result, device: sent.device }, settled, at, isHeldNow),
      }
    }
    return fresh.map((entry, index) => {
      try {
        return preparedOf(entry, index)
      } catch (error) {
        return toProblem(error)
      }
    })
  }

  const recordedBefore = (siteId: string, row: StoredScreening): Recorded => ({
    state: stateOf({ state: row.state, isHeld: isHeld(row) }),
    isReplay: true,
    answer: () => {
      const answer = storedAnswer(platform, siteId, row)
      if (answer === undefined) throw new Problem('SCREENING_UNKNOWN')
      return answer
    },
  })

  const find = async (id: string, siteId: string): Promise<StoredScreening> => {
    const parsed = parseUuidV7(id)
    const row = parsed.ok ? await findScreening(database, siteId, parsed.value) : undefined
    if (row === undefined) throw new Problem('SCREENING_UNKNOWN')
    return row
  }

  /** Whether it waits for its result. */
  const isOpen = ({ state, withdrawn_at }: StoredScreening): boolean =>
    state === 'waiting' && withdrawn_at === null

  const settledBefore = (row: StoredScreening, result: string, siteId: string): Recorded => {
    if (row.withdrawn_at !== null) throw new Problem('SCREENING_WITHDRAWN')
    if (row.result !== result) throw new Problem('RESULT_ALREADY_SET')
    return recordedBefore(siteId, row)
  }

  /** As it is stored; undefined once it can no longer be read. */
  const storedSettling = (row: StoredScreening, siteId: string): Settling | undefined => {
    const sealed = storedPerson(platform, siteId, row)
    const kind = catalogue.current().kind(row.kind)
    const { id, disease, sampled_at: sampledAt, result } = row
    if (sealed === undefined || kind === undefined || result === null) return undefined
    const deviceId = catalogue.current().device(row.device)?.id ?? null
    const number = row.corrections + 1
    const generation = row.retrieval_generation
    return { id, sealed, kind, disease, deviceId, sampledAt, result, number, generation }
  }

  const settleWaiting = async (
    row: StoredScreening,
    { result, resultAt }: { result: Settling['result']; resultAt: Date },
    actor: SiteActor,
    at: Date,
  ): Promise<Recorded> => {
    const siteId = actor.site.id
    const settling = storedSettling({ ...row, result }, siteId)
    if (settling === undefined) throw new Problem('SCREENING_UNKNOWN')
    const request = requestOf(settling, actor.site.name, at)
    const issued = request === null ? null : await issuance.issue(request)
    const settled = settledWith(platform, issued, settling, siteId, at)
    const { outcome } = settled
    const isHeldNow = needsConfirmation(settling, at)
    const heldBy = isHeldNow ? answeringOf(actor) : null
    const isSet = await setResult(database, {
      screeningId: row.id,
      actor,
      result,
      resultAt,
      at,
      outcome,
      heldBy,
      corrections: row.corrections,
    })
    if (isSet) {
      const { device, recorded_at: recordedAt } = row
      return recordedNow({ ...settling, device }, settled, recordedAt, isHeldNow)
    }
    const now = await find(row.id, siteId)
    // Corrected meanwhile: the result is of what it is now.
    if (isOpen(now)) return settleWaiting(now, { result, resultAt }, actor, at)
    return settledBefore(now, result, siteId)
  }

  const settle = async (
    row: StoredScreening,
    input: unknown,
    actor: SiteActor,
    at: Date,
  ): Promise<Recorded> => {
    const parsed = parseResult(input, row.sampled_at, at, resultShape)
    if (!parsed.ok) throw new Problem('REQUEST_INVALID', { faults: parsed.faults })
    return isOpen(row)
      ? settleWaiting(row, parsed.value, actor, at)
      : settledBefore(row, parsed.value.result, actor.site.id)
  }

  const isSameTest = (siteId: string, row: StoredScreening, screening: Screening): boolean => {
    const sealed = storedPerson(platform, siteId, row)
    const { person, kind, disease, sampledAt, sent } = screening
    return (
      sealed !== undefined &&
      sealed.person.familyName === person.familyName &&
      sealed.person.firstNames === person.firstNames &&
      sealed.person.birthDate === person.birthDate &&
      row.kind === kind.code &&
      row.disease === disease &&
      row.device === sent.device &&
      row.sampled_at.getTime() === sampledAt.getTime()
    )
  }

  /** @returns false when somebody else did a moment ago */
  const confirmHeld = async (
    row: StoredScreening,
    site: ConfirmingSite,
    by: Confirmer,
    at: Date,
  ): Promise<boolean> => {
    if (by.kind === 'colleague' && !isSomebodyElse(row, by.actor)) {
      throw new Problem('CONFIRMATION_BY_ANOTHER')
    }
    const settling = storedSettling(row, site.id)
    const request = settling === undefined ? null : certificateOf(settling, site.name)
    if (settling === undefined || request === null) throw new Problem('SCREENING_UNKNOWN')
    const issued = await issuance.issue({ ...request, isConfirmed: true })
    const { certificate, topics } = settledWith(platform, issued, settling, site.id, at).outcome
    if (certificate === null) throw issuanceFailed()
    const screeningId = row.id
    const confirmation = { siteId: site.id, screeningId, by, at, certificate, topics }
    return insertConfirmation(database, confirmation)
  }

  const record = openEntries({
    database,
    issuingRounds: rounds,
    now: clock.now,
    onRecorded,
    parse,
    prepare,
    isSameRequest: (...facts) => isSameRequest(vault, ...facts),
    isSameText,
    isSameTest,
    recordedBefore,
    settle,
  })

  return {
    find: (id, actor) => find(id, actor.site.id),
    record: (entries) =>
      traced({ name: 'record', attributes: { 'sidep.count': entries.length } }, () =>
        record(entries),
      ),
    async confirm(site, id, by) {
      const row = await find(id, site.id)
      if (row.withdrawn_at !== null) throw new Problem('SCREENING_WITHDRAWN')
      const isNew = isHeld(row) && (await confirmHeld(row, site, by, clock.now()))
      const now = await find(id, site.id)
      if (isHeld(now)) throw new Problem('SCREENING_CHANGED')
      return { ...recordedBefore(site.id, now), isReplay: !isNew }
    },
    async settle(id, input, actor) {
      const row = await find(id, actor.site.id)
      return settle(row, input, actor, clock.now())
    },
  }
}
