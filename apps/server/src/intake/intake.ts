/**
 * The one gate: every screening, whichever way it came in, is recorded here.
 *
 * Invariants
 * - An answer is given only after one statement stored screening, certificate, link, outbox and audit (store.ts).
 * - The id makes it idempotent within a site: the same request again answers the same, another body is refused.
 * - Of several results set at once for one screening exactly one wins; all others learn which.
 * - A site sees its own screenings only: another's id is as unknown as one that never was.
 */
import type { ScreeningAnswer } from '@sidep/contracts'
import { parseUuidV7 } from '@sidep/identifiers'
import type { Issuance } from '../issuance/issue.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { CatalogueSource, TestKind } from '../platform/catalogue.ts'
import type { Platform } from '../platform/context.ts'
import { Problem } from '../platform/problems.ts'
import {
  certificateContext,
  type SealedScreening,
  screeningContext,
  sealJson,
} from '../platform/sealed.ts'
import { answerOf, storedAnswer, storedPerson } from './answer.ts'
import { canonicalJson } from './canonical-json.ts'
import { parseResult, parseScreening } from './parse-screening.ts'
import type { Screening } from './screening.ts'
import {
  findScreening,
  insertScreening,
  type Outcome,
  type StoredScreening,
  setResult,
} from './store.ts'

export interface Recorded {
  readonly answer: ScreeningAnswer
  /** Whether it had been recorded before. */
  readonly replayed: boolean
}

export interface Intake {
  /**
   * Records one screening as sent by an actor at a site.
   * @throws Problem REQUEST_INVALID with its faults, SCREENING_ID_REUSED, ISSUANCE_FAILED
   */
  record(input: unknown, actor: SiteActor): Promise<Recorded>
  /**
   * Sets the result of a waiting screening; the same result again answers the same.
   * @throws Problem SCREENING_UNKNOWN, REQUEST_INVALID, RESULT_ALREADY_SET, ISSUANCE_FAILED
   */
  settle(id: string, input: unknown, actor: SiteActor): Promise<ScreeningAnswer>
  /** A screening of the actor's site. @throws Problem SCREENING_UNKNOWN */
  find(id: string, actor: SiteActor): Promise<StoredScreening>
}

export interface IntakeNeeds {
  readonly issuance: Issuance
  readonly catalogue: CatalogueSource
}

type Ground = Pick<Platform, 'configuration' | 'clock' | 'database' | 'vault' | 'retrievalLinks'>

/** What a result is settled from, whether it came with the screening or later. */
interface Settling {
  readonly id: string
  readonly sealed: SealedScreening
  readonly kind: TestKind
  readonly disease: string
  readonly deviceId: string | null
  readonly sampledAt: Date
  readonly result: 'negative' | 'positive' | 'inconclusive'
}

interface Settled {
  readonly outcome: Outcome
  readonly certificate: ScreeningAnswer['certificate']
}

const dayMilliseconds = 86_400_000

/** Outbox topics for the ways a person can be reached. */
export const topicsFor = ({ person: { contact } }: SealedScreening): string[] => [
  ...(contact?.phone === undefined ? [] : ['notification.sms']),
  ...(contact?.email === undefined ? [] : ['notification.email']),
]

/** A name without marks, case or punctuation, so that it is found however it was typed. */
const searchableName = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^\p{L}]/gu, '')
    .toUpperCase()

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const sealedPart = ({ person, deviceName }: Screening): SealedScreening => ({ person, deviceName })

/** Opens the gate on what it needs. */
export const openIntake = (platform: Ground, needs: IntakeNeeds): Intake => {
  const { configuration, clock, database, vault, retrievalLinks } = platform
  const { issuance, catalogue } = needs

  const digestOf = (siteId: string, sent: Screening['sent']): Uint8Array =>
    vault.searchHash(
      'request',
      `${siteId}|${canonicalJson({ ...sent, id: sent.id.toLowerCase() })}`,
    )

  const personHashOf = ({ familyName, firstNames, birthDate }: Screening['person']): Uint8Array =>
    vault.searchHash(
      'person',
      `${searchableName(familyName)}|${searchableName(firstNames)}|${birthDate}`,
    )

  const certify = async (
    settling: Settling & { result: 'negative' | 'positive' },
    actor: SiteActor,
    retrieval: string,
  ): Promise<{ row: Outcome['certificate'] } & Pick<Settled, 'certificate'>> => {
    const { id, sealed, kind, disease, deviceId, sampledAt, result } = settling
    const { hcert, twoddoc, uvci, issuedAt, expiresAt } = await issuance.issue({
      person: sealed.person,
      kind,
      disease,
      deviceId,
      deviceName: sealed.deviceName,
      sampledAt,
      result,
      centre: actor.site.name,
    })
    const texts = sealJson(vault, { hcert, twoddoc }, certificateContext(actor.site.id, id, 1))
    return {
      row: { uvci, issuedAt, expiresAt, texts },
      certificate: { hcert, twoddoc, uvci, retrieval },
    }
  }

  const settleOutcome = async (
    settling: Settling,
    actor: SiteActor,
    at: Date,
  ): Promise<Settled> => {
    const code = retrievalLinks.codeFor(actor.site.id, settling.id, 1)
    const { result } = settling
    const issued =
      result === 'inconclusive'
        ? { row: null, certificate: null }
        : await certify({ ...settling, result }, actor, retrievalLinks.urlFor(code))
    const linkMilliseconds = configuration.retrieval.linkDays * dayMilliseconds
    return {
      certificate: issued.certificate,
      outcome: {
        certificate: issued.row,
        link: {
          hash: retrievalLinks.hashOf(code),
          expiresAt: new Date(at.getTime() + linkMilliseconds),
        },
        topics: topicsFor(settling.sealed),
      },
    }
  }

  const replay = async (
    id: string,
    sent: Screening['sent'],
    actor: SiteActor,
  ): Promise<Recorded | undefined> => {
    const siteId = actor.site.id
    const row = await findScreening(database, siteId, id)
    if (row === undefined) return undefined
    if (!sameBytes(row.request_digest, digestOf(siteId, sent))) {
      throw new Problem('SCREENING_ID_REUSED')
    }
    const answer = storedAnswer(platform, siteId, row)
    if (answer === undefined) throw new Problem('SCREENING_UNKNOWN')
    return { answer, replayed: true }
  }

  const store = async (screening: Screening, actor: SiteActor, at: Date): Promise<Recorded> => {
    const { id, result, sent } = screening
    const siteId = actor.site.id
    const sealed = sealedPart(screening)
    const settled =
      result === null
        ? null
        : await settleOutcome(
            { ...screening, sealed, deviceId: screening.device?.id ?? null, result },
            actor,
            at,
          )
    const stored = await insertScreening(database, {
      screening,
      actor,
      recordedAt: at,
      requestDigest: digestOf(siteId, sent),
      personHash: personHashOf(screening.person),
      person: sealJson(vault, sealed, screeningContext(siteId, id)),
      outcome: settled?.outcome ?? null,
    })
    if (stored) {
      const certificate = settled?.certificate ?? null
      const answer = answerOf({ id, device: sent.device, result, recordedAt: at, certificate })
      return { answer, replayed: false }
    }
    const before = await replay(id, sent, actor)
    // Taken a moment ago and gone now: retention removed it in between. The next try will find it new.
    if (before === undefined) throw new Problem('UNAVAILABLE', { retryAfterSeconds: 1 })
    return before
  }

  const find = async (id: string, actor: SiteActor): Promise<StoredScreening> => {
    const parsed = parseUuidV7(id)
    const row = parsed.ok ? await findScreening(database, actor.site.id, parsed.value) : undefined
    if (row === undefined) throw new Problem('SCREENING_UNKNOWN')
    return row
  }

  const answerSettled = (
    row: StoredScreening,
    result: string,
    actor: SiteActor,
  ): ScreeningAnswer => {
    if (row.result !== result) throw new Problem('RESULT_ALREADY_SET')
    const answer = storedAnswer(platform, actor.site.id, row)
    if (answer === undefined) throw new Problem('SCREENING_UNKNOWN')
    return answer
  }

  const settleWaiting = async (
    row: StoredScreening,
    { result, resultAt }: { result: Settling['result']; resultAt: Date },
    actor: SiteActor,
    at: Date,
  ): Promise<ScreeningAnswer> => {
    const sealed = storedPerson(platform, actor.site.id, row)
    const kind = catalogue.current().kind(row.kind)
    if (sealed === undefined || kind === undefined) throw new Problem('SCREENING_UNKNOWN')
    const device = catalogue.current().device(row.device)
    const settled = await settleOutcome(
      {
        id: row.id,
        sealed,
        kind,
        disease: row.disease,
        deviceId: device?.id ?? null,
        sampledAt: row.sampled_at,
        result,
      },
      actor,
      at,
    )
    const { outcome, certificate } = settled
    const screeningId = row.id
    if (await setResult(database, { screeningId, actor, result, resultAt, at, outcome })) {
      const { device: sentDevice, recorded_at: recordedAt } = row
      return answerOf({ id: row.id, device: sentDevice, result, recordedAt, certificate })
    }
    return answerSettled(await find(row.id, actor), result, actor)
  }

  return {
    find,
    async record(input, actor) {
      const at = clock.now()
      const limits = { at, catchUpDaysMax: configuration.retention.identifyingDays }
      const parsed = parseScreening(input, catalogue.current(), limits)
      if (parsed.ok) return store(parsed.value, actor, at)
      const { faults, replayable } = parsed
      const before =
        replayable === null ? undefined : await replay(replayable.id, replayable.sent, actor)
      if (before === undefined) throw new Problem('REQUEST_INVALID', { faults })
      return before
    },
    async settle(id, input, actor) {
      const at = clock.now()
      const row = await find(id, actor)
      const parsed = parseResult(input, row.sampled_at, at)
      if (!parsed.ok) throw new Problem('REQUEST_INVALID', { faults: parsed.faults })
      return row.state === 'final'
        ? answerSettled(row, parsed.value.result, actor)
        : settleWaiting(row, parsed.value, actor, at)
    },
  }
}
