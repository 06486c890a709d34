/**
 * Certificates of recovery, issued when the person asks for them.
 *
 * Invariants
 * - One of each version of a positive screening: asked for twice, at once or a month later, it is the same one.
 * - It is stored under the screening's lock (`store_recovery_1`): whatever corrects or withdraws the screening revokes it in
 *   the same call (`finish_screening_change`), and afterwards none comes any more.
 * - The person is told, at the addresses of the screening, in the same call: somebody else may have asked for it.
 * - Only of a test that has an EU certificate itself: a common device or a laboratory, confirmed where that is asked for.
 */
import type { Person, RecoveryCertificate, RetrievalAnswer } from '@sidep/contracts'
import type { RecoveryTerm } from '@sidep/hcert'
import { callAct, hex } from '../audit/chain.ts'
import type { CheckedRecovery } from '../issuance/checked-recovery.ts'
import type { RecoveryIssuance } from '../issuance/issue.ts'
import {
  beginningOf,
  phaseOf,
  type RecoveryRequest,
  recoveryTermOf,
} from '../issuance/recovery-proof.ts'
import type { Platform } from '../platform/context.ts'
import { changeTopicsFor } from '../platform/link-topics.ts'
import { Problem } from '../platform/problems.ts'
import { openRecovery, recoveryContext, type SealedRow, sealJson } from '../platform/sealed.ts'
import { euHashOf } from './revocable-codes.ts'

/** A screening as it is now, as far as it may prove a recovery. */
export interface RecoverableScreening extends RecoveryRequest {
  readonly siteId: string
  readonly screeningId: string
  readonly person: Person
  /** Its version, from 1. */
  readonly number: number
  readonly result: 'negative' | 'positive' | 'inconclusive' | null
  /** It has an EU certificate that is in force. */
  readonly hasEuCertificate: boolean
}

export interface Recoveries {
  /** What the person is told of it; undefined: it proves none, or does no more. */
  standing(screening: RecoverableScreening): Promise<RetrievalAnswer['recovery']>
  /** @throws Problem RECOVERY_TOO_EARLY, RECOVERY_NOT_POSSIBLE, ISSUANCE_FAILED */
  request(screening: RecoverableScreening): Promise<RecoveryCertificate>
}

type RecoveryPlatform = Pick<Platform, 'configuration' | 'clock' | 'database' | 'vault'>

interface RecoveryRow extends SealedRow {
  readonly uvci: string
}

const termOf = (screening: RecoverableScreening): RecoveryTerm | null =>
  screening.result === 'positive' && screening.hasEuCertificate ? recoveryTermOf(screening) : null

export const openRecoveries = (
  { configuration, clock, database, vault }: RecoveryPlatform,
  issuance: RecoveryIssuance,
): Recoveries => {
  const find = async ({
    siteId,
    screeningId,
    number,
  }: RecoverableScreening): Promise<RecoveryCertificate | null> => {
    const [row] = await database<RecoveryRow[]>`
      select uvci, key_id, sealed from recovery_certificate
      where site_id = ${siteId} and screening_id = ${screeningId} and number = ${number}`
    if (row === undefined) return null
    return { ...openRecovery(vault, row, siteId, screeningId, number), uvci: row.uvci }
  }

  /** @returns false when the screening is another by now, or there is one already */
  const store = (
    { siteId, screeningId, number, person }: RecoverableScreening,
    issued: CheckedRecovery,
  ): Promise<boolean> => {
    const { hcert, uvci, signer, term, issuedAt: at, expiresAt } = issued
    const sealed = sealJson(vault, { hcert, ...term }, recoveryContext(siteId, screeningId, number))
    const act = {
      siteId,
      at,
      act: 'recovery.issued' as const,
      actor: null,
      subject: `${screeningId} version:${number}`,
    }
    return callAct<boolean>(database, 'store_recovery_1', act, {
      screening_id: screeningId,
      number,
      uvci,
      expires_at: expiresAt,
      hcert_hash: hex(euHashOf(configuration.issuance.country, uvci)),
      signer,
      key_id: sealed.keyId,
      sealed: hex(sealed.sealed),
      topics: changeTopicsFor('recovered', person.contact),
    })
  }

  return {
    async standing(screening) {
      const term = termOf(screening)
      if (term === null) return undefined
      const phase = phaseOf(term, clock.now(), screening.timeZone)
      if (phase === 'over') return undefined
      const { validFrom: from, validUntil: until } = term
      return { from, until, isOpen: phase === 'open', certificate: await find(screening) }
    },

    async request(screening) {
      const term = termOf(screening)
      if (term === null) throw new Problem('RECOVERY_NOT_POSSIBLE')
      const now = clock.now()
      const phase = phaseOf(term, now, screening.timeZone)
      if (phase === 'over') throw new Problem('RECOVERY_NOT_POSSIBLE')
      if (phase === 'early') {
        const wait = beginningOf(term, screening.timeZone).getTime() - now.getTime()
        const retryAfterSeconds = Math.max(1, Math.ceil(wait / 1_000))
        throw new Problem('RECOVERY_TOO_EARLY', { detail: term.validFrom, retryAfterSeconds })
      }
      const known = await find(screening)
      if (known !== null) return known
      const { person, disease, testType, sampledAt, timeZone } = screening
      const issued = await issuance.issueRecovery({
        person,
        disease,
        testType,
        sampledAt,
        timeZone,
      })
      if (await store(screening, issued)) {
        return { hcert: issued.hcert, uvci: issued.uvci, ...issued.term }
      }
      // Asked for twice at once; or corrected or withdrawn meanwhile.
      const twin = await find(screening)
      if (twin === null) throw new Problem('RECOVERY_NOT_POSSIBLE')
      return twin
    },
  }
}
