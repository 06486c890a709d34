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
import {
  type ParsedScreening,
  parseResult,
  parseScreening,
  type Screening,
  type TestKind,
} from '@sidep/screening'
import { needsConfirmation } from '../issuance/held.ts'
import {
  type CertificateRequest,
  type Issuance,
  type IssuedCertificate,
  issuanceFailed,
} from '../issuance/issue.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { CatalogueSource } from '../platform/catalogue.ts'
import type { Platform } from '../platform/context.ts'
import { Problem } from '../platform/problems.ts'
import {
  certificateContext,
  type SealedScreening,
  screeningContext,
  sealJson,
} from '../platform/sealed.ts'
import { answerOf, isHeld, storedAnswer, storedPerson } from './answer.ts'
import { canonicalJson } from './canonical-json.ts'
import { resultShape, screeningShape } from './compiled-shapes.ts'
import { answeringOf, isSomebodyElse, lateOf } from './late.ts'
import { personHashOf } from './person-hash.ts'
import {
  type LateEntry,
  type LateOutcome,
  type LateScreening,
  openRecordMany,
} from './record-many.ts'
import {
  findScreening,
  insertScreening,
  type NewScreening,
  type Outcome,
  type StoredScreening,
  setResult,
} from './store.ts'
import { type Confirmer, insertConfirmation } from './store-confirmation.ts'

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
   * Records many screenings of one site, as a counter brings them in after an outage: in one statement, behind those
   * whom somebody waits for. One that cannot be recorded keeps no other back.
   * @returns in the order of the entries, the state that it is stored in or the problem that `record` would throw
   */
  recordMany(entries: readonly LateEntry[]): Promise<LateOutcome[]>
  /**
   * Sets the result of a waiting screening; the same result again answers the same.
   * @throws Problem SCREENING_UNKNOWN, REQUEST_INVALID, RESULT_ALREADY_SET, ISSUANCE_FAILED
   */
  settle(id: string, input: unknown, actor: SiteActor): Promise<Recorded>
  /**
   * Whether the stored screening of this id is of the same person and the same test, whatever else was sent with it
   * then: so that a result read while the portal was away finds what was registered before.
   */
  isRegistered(input: unknown, actor: SiteActor): Promise<boolean>
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

export interface IntakeNeeds {
  readonly issuance: Issuance
  readonly catalogue: CatalogueSource
  /** Told what `recordMany` recorded. */
  readonly onRecordedLate?: (recorded: LateScreening) => void
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

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const sealedPart = ({ person, deviceName }: Screening): SealedScreening => ({ person, deviceName })

/** Opens the gate on what it needs. */
export const openIntake = (platform: Ground, needs: IntakeNeeds): Intake => {
  const { configuration, clock, database, vault, retrievalLinks } = platform
  const { issuance, catalogue, onRecordedLate = () => undefined } = needs

  const requestText = (siteId: string, sent: Screening['sent']): string =>
    `${siteId}|${canonicalJson({ ...sent, id: sent.id.toLowerCase() })}`

  /** Under the week of the key that seals the row: it names a person, and must not outlive what it is the digest of. */
  const digestOf = (siteId: string, sent: Screening['sent'], keyId: number): Uint8Array =>
    vault.weekHash(keyId, 'request', requestText(siteId, sent))

  /** Whether a stored row is of this very request. Nothing is the same as what is past its time. */
  const isSameRequest = (
    siteId: string,
    sent: Screening['sent'],
    stored: { readonly digest: Uint8Array; readonly keyId: number },
  ): boolean => {
    const isHeld = vault.holds(stored.keyId)
    if (isHeld && sameBytes(stored.digest, digestOf(siteId, sent, stored.keyId))) return true
    // Rows from before digests had weeks.
    return sameBytes(stored.digest, vault.searchHash('request', requestText(siteId, sent)))
  }

  /** Null where there is no certificate: of an inconclusive result never, of a late positive not yet. */
  const requestOf = (settling: Settling, siteName: string, at: Date): CertificateRequest | null =>
    needsConfirmation(settling, at) ? null : certificateOf(settling, siteName)

  const certificateOf = (
    { sealed, kind, disease, deviceId, sampledAt, result }: Settling,
    siteName: string,
  ): CertificateRequest | null =>
    result === 'inconclusive'
      ? null
      : {
          person: sealed.person,
          kind,
          disease,
          deviceId,
          deviceName: sealed.deviceName,
          sampledAt,
          result,
          centre: siteName,
        }

  const settledWith = (
    issued: IssuedCertificate | null,
    { id, sealed }: Settling,
    siteId: string,
    at: Date,
  ): Settled => {
    const code = retrievalLinks.codeFor(siteId, id, 1)
    const linkMilliseconds = configuration.retrieval.linkDays * dayMilliseconds
    const outcome = {
      link: {
        hash: retrievalLinks.hashOf(code),
        expiresAt: new Date(at.getTime() + linkMilliseconds),
      },
      topics: topicsFor(sealed),
    }
    if (issued === null) return { outcome: { ...outcome, certificate: null }, certificate: null }
    const { hcert, twoddoc, uvci, issuedAt, expiresAt } = issued
    const texts = sealJson(vault, { hcert, twoddoc }, certificateContext(siteId, id, 1))
    return {
      outcome: { ...outcome, certificate: { uvci, issuedAt, expiresAt, texts } },
      certificate: { hcert, twoddoc, uvci, retrieval: retrievalLinks.urlFor(code) },
    }
  }

  const settleOutcome = async (
    settling: Settling,
    actor: SiteActor,
    at: Date,
  ): Promise<Settled> => {
    const request = requestOf(settling, actor.site.name, at)
    const issued = request === null ? null : await issuance.issue(request)
    return settledWith(issued, settling, actor.site.id, at)
  }

  const replay = async (
    id: string,
    sent: Screening['sent'],
    actor: SiteActor,
  ): Promise<Recorded | undefined> => {
    const siteId = actor.site.id
    const row = await findScreening(database, siteId, id)
    if (row === undefined) return undefined
    const stored = { digest: row.request_digest, keyId: row.key_id }
    if (!isSameRequest(siteId, sent, stored)) {
      throw new Problem('SCREENING_ID_REUSED')
    }
    const answer = storedAnswer(platform, siteId, row)
    if (answer === undefined) throw new Problem('SCREENING_UNKNOWN')
    return { answer, replayed: true }
  }

  const settlingOf = (screening: Screening): Settling | null => {
    const { result, device } = screening
    const sealed = sealedPart(screening)
    return result === null ? null : { ...screening, sealed, deviceId: device?.id ?? null, result }
  }

  const rowOf = (
    screening: Screening,
    settled: Settled | null,
    actor: SiteActor,
    at: Date,
    document?: LateEntry['document'],
  ): NewScreening => {
    const { id, sent, person } = screening
    const siteId = actor.site.id
    const sealed = sealJson(vault, sealedPart(screening), screeningContext(siteId, id))
    return {
      screening,
      actor,
      recordedAt: at,
      requestDigest: digestOf(siteId, sent, sealed.keyId),
      personHash: personHashOf(vault, person, sealed.keyId),
      person: sealed,
      outcome: settled?.outcome ?? null,
      late: lateOf(screening, actor, at, document),
    }
  }

  const store = async (screening: Screening, actor: SiteActor, at: Date): Promise<Recorded> => {
    const { id, result, sent } = screening
    const settling = settlingOf(screening)
    const settled = settling === null ? null : await settleOutcome(settling, actor, at)
    const stored = await insertScreening(database, rowOf(screening, settled, actor, at))
    if (stored) {
      const certificate = settled?.certificate ?? null
      const isHeld = settling !== null && needsConfirmation(settling, at)
      const facts = { id, device: sent.device, result, recordedAt: at, certificate, isHeld }
      return { answer: answerOf(facts), replayed: false }
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

  const answerSettled = (row: StoredScreening, result: string, actor: SiteActor): Recorded => {
    if (row.result !== result) throw new Problem('RESULT_ALREADY_SET')
    const answer = storedAnswer(platform, actor.site.id, row)
    if (answer === undefined) throw new Problem('SCREENING_UNKNOWN')
    return { answer, replayed: true }
  }

  /** As it is stored; undefined once it can no longer be read. */
  const storedSettling = (row: StoredScreening, siteId: string): Settling | undefined => {
    const sealed = storedPerson(platform, siteId, row)
    const kind = catalogue.current().kind(row.kind)
    const { id, disease, sampled_at: sampledAt, result } = row
    if (sealed === undefined || kind === undefined || result === null) return undefined
    const deviceId = catalogue.current().device(row.device)?.id ?? null
    return { id, sealed, kind, disease, deviceId, sampledAt, result }
  }

  const settleWaiting = async (
    row: StoredScreening,
    { result, resultAt }: { result: Settling['result']; resultAt: Date },
    actor: SiteActor,
    at: Date,
  ): Promise<Recorded> => {
    const settling = storedSettling({ ...row, result }, actor.site.id)
    if (settling === undefined) throw new Problem('SCREENING_UNKNOWN')
    const settled = await settleOutcome(settling, actor, at)
    const { outcome, certificate } = settled
    const screeningId = row.id
    const isHeld = needsConfirmation({ result, sampledAt: row.sampled_at }, at)
    const heldBy = isHeld ? answeringOf(actor) : null
    if (await setResult(database, { screeningId, actor, result, resultAt, at, outcome, heldBy })) {
      const { device: sentDevice, recorded_at: recordedAt } = row
      const facts = { id: row.id, device: sentDevice, result, recordedAt, certificate, isHeld }
      return { answer: answerOf(facts), replayed: false }
    }
    return answerSettled(await find(row.id, actor), result, actor)
  }

  const parse = (input: unknown, at: Date): ParsedScreening => {
    const limits = { catchUpDaysMax: configuration.retention.identifyingDays }
    return parseScreening(input, catalogue.current(), limits, at, screeningShape)
  }

  const recordMany = openRecordMany({
    database,
    isSameRequest,
    isSameText: (siteId, a, b) => requestText(siteId, a) === requestText(siteId, b),
    parse,
    now: clock.now,
    onRecorded: onRecordedLate,
    async issueMany(screenings, at) {
      const settlings = screenings.map(({ screening }) => settlingOf(screening))
      const requests = screenings.map(({ actor }, index) => {
        const settling = settlings[index] ?? null
        return settling === null ? null : requestOf(settling, actor.site.name, at)
      })
      const issued = await issuance.issueMany(requests.filter((request) => request !== null))
      const next = issued.values()
      return screenings.map(({ screening, actor, document }, index) => {
        const settling = settlings[index] ?? null
        if (settling === null) return rowOf(screening, null, actor, at, document)
        const certificate =
          requests[index] === null ? null : (next.next().value ?? issuanceFailed())
        return certificate instanceof Problem
          ? certificate
          : rowOf(
              screening,
              settledWith(certificate, settling, actor.site.id, at),
              actor,
              at,
              document,
            )
      })
    },
  })

  const isSameTest = (row: StoredScreening, screening: Screening, siteId: string): boolean => {
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

  return {
    find,
    recordMany,
    async confirm(site, id, by) {
      const at = clock.now()
      const parsed = parseUuidV7(id)
      const row = parsed.ok ? await findScreening(database, site.id, parsed.value) : undefined
      if (row === undefined) throw new Problem('SCREENING_UNKNOWN')
      let replayed = true
      if (isHeld(row)) {
        if (by.kind === 'colleague' && !isSomebodyElse(row, by.actor)) {
          throw new Problem('CONFIRMATION_BY_ANOTHER')
        }
        const settling = storedSettling(row, site.id)
        const request = settling === undefined ? null : certificateOf(settling, site.name)
        if (settling === undefined || request === null) throw new Problem('SCREENING_UNKNOWN')
        const issued = await issuance.issue({ ...request, isConfirmed: true })
        const { outcome } = settledWith(issued, settling, site.id, at)
        if (outcome.certificate === null) throw issuanceFailed()
        const { certificate, topics } = outcome
        const screeningId = row.id
        const confirmation = { siteId: site.id, screeningId, by, at, certificate, topics }
        replayed = !(await insertConfirmation(database, confirmation))
      }
      const confirmed = await findScreening(database, site.id, row.id)
      const answer = confirmed && storedAnswer(platform, site.id, confirmed)
      if (answer === undefined) throw new Problem('SCREENING_UNKNOWN')
      return { answer, replayed }
    },
    async isRegistered(input, actor) {
      const parsed = parse(input, clock.now())
      if (!parsed.ok) return false
      const row = await findScreening(database, actor.site.id, parsed.value.id)
      return row !== undefined && isSameTest(row, parsed.value, actor.site.id)
    },
    async record(input, actor) {
      const at = clock.now()
      const parsed = parse(input, at)
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
      const parsed = parseResult(input, row.sampled_at, at, resultShape)
      if (!parsed.ok) throw new Problem('REQUEST_INVALID', { faults: parsed.faults })
      return row.state === 'final'
        ? answerSettled(row, parsed.value.result, actor)
        : settleWaiting(row, parsed.value, actor, at)
    },
  }
}
