/**
 * Puts a screening right, and takes it back.
 *
 * Invariants
 * - What was entered stays; a correction is the next version of it, with a certificate of its own.
 * - In the call that stores a change the certificate of before is revoked: never do both count, and never neither.
 * - Of several changes made of one version exactly one is stored; whoever made another learns that it was changed.
 * - A correction vouches for no more than an entry does: a positive of more than a day ago waits for somebody else's
 *   word, unless that word was given for the same test.
 */
import type {
  CorrectedScreening,
  CorrectionInput,
  ScreeningAnswer,
  ScreeningWithdrawalAnswer,
  ScreeningWithdrawalInput,
} from '@sidep/contracts'
import { equalBytes } from '@sidep/encoding'
import { parseUuidV7 } from '@sidep/identifiers'
import { needsConfirmation } from '../issuance/held.ts'
import type { Issuance } from '../issuance/issue.ts'
import type { SiteActor } from '../platform/actor.ts'
import type { CatalogueSource } from '../platform/catalogue.ts'
import type { Platform } from '../platform/context.ts'
import { changeTopicsFor, linkTopicsFor } from '../platform/link-topics.ts'
import { mayBeEnteredAt } from '../platform/probe-sites.ts'
import { Problem } from '../platform/problems.ts'
import { correctionContext, openCertificate, sealJson } from '../platform/sealed.ts'
import { answerOf, storedAnswer, storedPerson } from './answer.ts'
import { canonicalJson } from './canonical-json.ts'
import {
  flagsOf,
  invalid,
  isSameContact,
  isVouchedFor,
  parseCorrected,
  reasonOf,
} from './corrected-screening.ts'
import type { Intake } from './intake.ts'
import { answeringOf } from './late.ts'
import { personHashOf } from './person-hash.ts'
import { euHashOf, frenchHashOf, readWholeCodesFrom } from './revocable-codes.ts'
import { certificateOf, type Settled, sealedPart, settledWith, settlingOf } from './settling.ts'
import type { StoredScreening } from './store.ts'
import { findCorrection, insertCorrection, insertWithdrawal, type Revoked } from './store-change.ts'

export interface Corrected {
  readonly isReplay: boolean
  readonly answer: ScreeningAnswer
}

/** As a laboratory states a result anew, whatever was known of it. */
export interface Restatement {
  /** Of this statement: the same again answers the same. */
  readonly id: string
  readonly screening: CorrectedScreening
}

export interface Correcting {
  /** Whether a screening is already what is stated. @throws Problem SCREENING_UNKNOWN, REQUEST_INVALID */
  says(id: string, screening: CorrectedScreening, actor: SiteActor): Promise<boolean>
  /**
   * Puts a screening as it is stated, in place of whichever version is in force. What says the same changes nothing.
   * @throws Problem as `correct`
   */
  restate(id: string, restatement: Restatement, actor: SiteActor): Promise<Corrected>
  /**
   * @throws Problem SCREENING_UNKNOWN, SCREENING_CHANGED, SCREENING_WITHDRAWN, CORRECTION_ID_REUSED, REQUEST_INVALID,
   * ISSUANCE_FAILED
   */
  correct(id: string, input: CorrectionInput, actor: SiteActor): Promise<Corrected>
  /** The same again answers the same. @throws Problem SCREENING_UNKNOWN, SCREENING_CHANGED, CORRECTION_ID_REUSED */
  withdraw(
    id: string,
    input: ScreeningWithdrawalInput,
    actor: SiteActor,
  ): Promise<ScreeningWithdrawalAnswer>
}

export interface CorrectingDependencies {
  readonly issuance: Issuance
  readonly catalogue: CatalogueSource
  readonly find: Intake['find']
}

type CorrectingPlatform = Pick<
  Platform,
  'configuration' | 'clock' | 'database' | 'vault' | 'retrievalLinks'
>

const changeIdOf = (text: string): string => {
  const parsed = parseUuidV7(text)
  if (!parsed.ok) throw invalid([{ pointer: '/id', code: parsed.code }])
  return parsed.value
}

export const openCorrecting = (
  platform: CorrectingPlatform,
  { issuance, catalogue, find }: CorrectingDependencies,
): Correcting => {
  const { configuration, clock, database, vault } = platform
  const { country } = configuration.issuance
  const judging = { configuration, catalogue }

  /** @param next what comes in its place: what that says again is not revoked with it */
  const revokedOf = async (
    row: StoredScreening,
    siteId: string,
    next: { readonly twoddoc: string } | null,
  ): Promise<Revoked | null> => {
    const {
      certificate_number: number,
      certificate_key_id: key_id,
      certificate_sealed: sealed,
    } = row
    if (number === null || key_id === null || sealed === null || row.uvci === null) return null
    const { hcert, twoddoc } = openCertificate(vault, { key_id, sealed }, siteId, row.id, number)
    const hcertHash = hcert === null ? null : euHashOf(country, row.uvci)
    const wholeCodesFrom = await readWholeCodesFrom(database)
    const saidBefore = frenchHashOf(twoddoc, wholeCodesFrom)
    const saidAgain = next === null ? null : frenchHashOf(next.twoddoc, wholeCodesFrom)
    const isSaidAgain = saidAgain !== null && equalBytes(saidBefore, saidAgain)
    return { number, hcertHash, twoddocHash: isSaidAgain ? null : saidBefore, saidAgain }
  }

  const digestOf = (siteId: string, input: CorrectionInput, keyId: number): Uint8Array =>
    vault.weekHash(keyId, 'correction', `${siteId}|${canonicalJson(input)}`)

  /**
   * The answer of a correction that is stored already. It is read after the correction was found: a row that was read before may be
   * of the version before, where the same request is at work elsewhere.
   */
  const replayed = async (id: string, actor: SiteActor): Promise<Corrected> => {
    const row = await find(id, actor)
    const answer = storedAnswer(platform, actor.site.id, row)
    if (answer === undefined) throw new Problem('SCREENING_UNKNOWN')
    return { isReplay: true, answer }
  }

  /** Null: there is none by this id. */
  const replayOf = async (
    screeningId: string,
    id: string,
    input: CorrectionInput,
    actor: SiteActor,
  ): Promise<Corrected | null> => {
    const siteId = actor.site.id
    const known = await findCorrection(database, siteId, screeningId, id)
    if (known === undefined) return null
    const isSame =
      vault.holds(known.key_id) &&
      equalBytes(known.request_digest, digestOf(siteId, input, known.key_id))
    if (!isSame) throw new Problem('CORRECTION_ID_REUSED')
    return replayed(screeningId, actor)
  }

  const store = async (
    row: StoredScreening,
    id: string,
    input: CorrectionInput,
    actor: SiteActor,
  ): Promise<Corrected | null> => {
    const siteId = actor.site.id
    const at = clock.now()
    const stored = storedPerson(platform, siteId, row)
    if (stored === undefined) throw new Problem('SCREENING_UNKNOWN')
    const corrected = parseCorrected(judging, row, input, stored.person, actor)
    const { person, sampledAt, result, kind } = corrected
    if (!mayBeEnteredAt(configuration, siteId, person)) {
      throw invalid([{ pointer: '/screening/person', code: 'NOT_ALLOWED' }])
    }
    const number = row.corrections + 2
    const hasNewContact = !isSameContact(person.contact, stored.person.contact)
    const generation = row.retrieval_generation + (hasNewContact ? 1 : 0)

    const isVouched = isVouchedFor(row, corrected)
    const isHeldNow =
      result !== null && needsConfirmation({ result, sampledAt, kind }, at) && !isVouched
    const settling = settlingOf(corrected, { number, generation })
    const request = settling === null || isHeldNow ? null : certificateOf(settling, actor.site.name)
    const issued =
      request === null ? null : await issuance.issue({ ...request, isConfirmed: isVouched })
    const settled: Settled | null =
      settling === null ? null : settledWith(platform, issued, settling, siteId, at)

    const sealedRow = sealJson(
      vault,
      sealedPart(corrected),
      correctionContext(siteId, row.id, number),
    )
    const done = await insertCorrection(database, {
      screeningId: row.id,
      id,
      actor,
      at,
      replaces: input.replaces,
      state: row.state,
      reason: input.reason,
      revoked: await revokedOf(row, siteId, issued),
      requestDigest: digestOf(siteId, input, sealedRow.keyId),
      device: corrected.sent.device,
      sampledAt,
      result,
      personHash: personHashOf(vault, person, sealedRow.keyId),
      person: sealedRow,
      heldBy: isHeldNow ? [row.held_by, answeringOf(actor)].filter(Boolean).join(' ') : null,
      certificate: settled?.outcome.certificate ?? null,
      link: settled !== null && hasNewContact ? { ...settled.outcome.link, generation } : null,
      topics:
        settled === null
          ? []
          : hasNewContact
            ? linkTopicsFor(person.contact)
            : changeTopicsFor('corrected', person.contact),
      flags: flagsOf(row, stored.person, corrected, isHeldNow),
    })
    if (!done) return null
    const facts = { id: row.id, device: corrected.sent.device, result, isHeld: isHeldNow }
    const certificate = settled?.certificate ?? null
    return {
      isReplay: false,
      answer: answerOf({ ...facts, recordedAt: row.recorded_at, certificate }),
    }
  }

  /** @throws Problem when the screening is no longer as the author of a change saw it */
  const demandVersion = (row: StoredScreening, replaces: number): void => {
    if (row.withdrawn_at !== null) throw new Problem('SCREENING_WITHDRAWN')
    if (row.corrections + 1 !== replaces) throw new Problem('SCREENING_CHANGED')
  }

  const withdrawnBefore = (row: StoredScreening, id: string): ScreeningWithdrawalAnswer | null => {
    if (row.withdrawn_at === null) return null
    if (row.withdrawal_id !== id) throw new Problem('SCREENING_WITHDRAWN')
    return { id: row.id, withdrawnAt: row.withdrawn_at.toISOString() }
  }

  /** Whether a screening is already what a statement says. */
  const isAsStated = (
    row: StoredScreening,
    input: Pick<CorrectionInput, 'screening'>,
    actor: SiteActor,
  ): boolean => {
    const stored = storedPerson(platform, actor.site.id, row)
    if (stored === undefined) throw new Problem('SCREENING_UNKNOWN')
    const stated = parseCorrected(judging, row, input, stored.person, actor)
    return (
      row.result === stated.result &&
      row.device === stated.sent.device &&
      row.sampled_at.getTime() === stated.sampledAt.getTime() &&
      canonicalJson(stored) === canonicalJson(sealedPart(stated))
    )
  }

  return {
    says: async (screeningId, screening, actor) =>
      isAsStated(await find(screeningId, actor), { screening }, actor),

    async restate(screeningId, { id, screening }, actor) {
      const siteId = actor.site.id
      const row = await find(screeningId, actor)
      if ((await findCorrection(database, siteId, row.id, id)) !== undefined) {
        return replayed(row.id, actor)
      }
      if (row.withdrawn_at !== null) throw new Problem('SCREENING_WITHDRAWN')
      if (isAsStated(row, { screening }, actor)) return replayed(row.id, actor)
      const reason = reasonOf(row, storedPerson(platform, siteId, row)?.person, screening)
      const input = { id, replaces: row.corrections + 1, reason, screening }
      const corrected = await store(row, id, input, actor)
      if (corrected !== null) return corrected
      // Somebody else changed it a moment ago; the sender states it again.
      const twin = await findCorrection(database, siteId, row.id, id)
      if (twin === undefined) throw new Problem('SCREENING_CHANGED')
      return replayed(row.id, actor)
    },

    async correct(screeningId, input, actor) {
      const id = changeIdOf(input.id)
      const row = await find(screeningId, actor)
      const before = await replayOf(row.id, id, input, actor)
      if (before !== null) return before
      demandVersion(row, input.replaces)
      const corrected = await store(row, id, input, actor)
      if (corrected !== null) return corrected
      // Changed between reading and writing: by this very request, sent twice at once, or by somebody else.
      const twin = await replayOf(row.id, id, input, actor)
      if (twin !== null) return twin
      demandVersion(await find(screeningId, actor), input.replaces)
      throw new Problem('SCREENING_CHANGED')
    },

    async withdraw(screeningId, input, actor) {
      const siteId = actor.site.id
      const id = changeIdOf(input.id)
      const row = await find(screeningId, actor)
      const before = withdrawnBefore(row, id)
      if (before !== null) return before
      demandVersion(row, input.replaces)
      const at = clock.now()
      const contact = storedPerson(platform, siteId, row)?.person.contact
      const done = await insertWithdrawal(database, {
        screeningId: row.id,
        id,
        actor,
        at,
        replaces: input.replaces,
        state: row.state,
        reason: input.reason,
        revoked: await revokedOf(row, siteId, null),
        topics: row.state === 'final' ? changeTopicsFor('withdrawn', contact) : [],
      })
      if (done) return { id: row.id, withdrawnAt: at.toISOString() }
      const now = await find(screeningId, actor)
      const twin = withdrawnBefore(now, id)
      if (twin !== null) return twin
      throw new Problem('SCREENING_CHANGED')
    },
  }
}
