/**
 * Booklets: what lets a counter certify by itself for a day.
 *
 * Invariants
 * - A booklet exists once its row does: one that was signed and not stored is handed to nobody.
 * - A counter and a site have a bounded number of live ones, so that a session in wrong hands is no mint without
 *   end. Requests of the same instant may pass the bound by the few that were in work.
 * - The seed of the persons' links is derived, never stored, and answered to the counter alone.
 */

import {
  authorityBytesMax,
  bookletHoursLeftMin,
  bookletHoursMax,
  bookletIdBytes,
  bookletIdText,
  type CounterKey,
  counterKeyId,
  importCounterKey,
  issueBooklet,
  shortName,
  siteNameBytesMax,
  testTypesMax,
} from '@sidep/continuity'
import type { BookletAnswer, BookletInput } from '@sidep/contracts'
import { type Bytes, base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import type { SiteActor } from '../platform/actor.ts'
import { Problem } from '../platform/problems.ts'
import { insertBooklet, readBookletSize } from './booklet-store.ts'
import type { ContinuityNeeds, ContinuityPlatform } from './needs.ts'
import { retrievalSeedOf } from './retrieval-seed.ts'

const hourMilliseconds = 3_600_000

/** Two overlap in the ordinary course; the others are for a counter that used its numbers up. */
const livePerCounterMax = 6
const livePerSiteMax = 60
const tooManyRetrySeconds = 3_600

const coordinateOf = (base64: string): Bytes => {
  const bytes = base64ToBytes(base64)
  if (!bytes.ok || bytes.value.length !== 32) throw keyMalformed()
  return bytes.value
}

const keyMalformed = (cause?: unknown): Problem =>
  new Problem('REQUEST_INVALID', {
    faults: [{ pointer: '/counterKey', code: 'MALFORMED' }],
    cause,
  })

const parseCounterKey = async ({ counterKey }: BookletInput): Promise<CounterKey> => {
  const key = { x: coordinateOf(counterKey.x), y: coordinateOf(counterKey.y) }
  try {
    await importCounterKey(key)
  } catch (error) {
    // WebCrypto on coordinates that are no point of the curve.
    if (error instanceof DOMException) throw keyMalformed(error)
    throw error
  }
  return key
}

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1_000) * 1_000)

/** Rapid tests alone: what a counter may enter it may certify. */
const testTypesIn = ({ catalogue }: ContinuityNeeds): string[] => {
  const kinds = catalogue.current().view.kinds.filter(({ atCounter }) => atCounter)
  return [...new Set(kinds.map(({ dccTestType }) => dccTestType))].slice(0, testTypesMax)
}

/**
 * Gives the actor's counter a booklet for a day.
 * @throws Problem REQUEST_INVALID when the key is no point of P-256, PROFESSIONAL_UNKNOWN, BOOKLETS_TOO_MANY
 */
export const giveBooklet = async (
  platform: ContinuityPlatform,
  needs: ContinuityNeeds,
  input: BookletInput,
  actor: SiteActor,
): Promise<BookletAnswer> => {
  const counterKey = await parseCounterKey(input)
  const professionalId = parseProfessionalId(actor.professionalId)
  const siteId = parseFiness(actor.site.id)
  if (!professionalId.ok || !siteId.ok) throw new Problem('PROFESSIONAL_UNKNOWN')
  const { configuration, clock, database, randomBytes, vault } = platform
  const issuedAt = wholeSeconds(clock.now())
  const grant = {
    id: bookletIdText(randomBytes(bookletIdBytes)),
    country: configuration.issuance.country,
    authority: shortName(configuration.issuance.issuerName, authorityBytesMax),
    siteId: siteId.value,
    siteName: shortName(actor.site.name, siteNameBytesMax),
    professionalId: professionalId.value,
    maximum: await readBookletSize(database, actor.site.id),
    testTypes: testTypesIn(needs),
    issuedAt,
    notBefore: issuedAt,
    expiresAt: new Date(issuedAt.getTime() + bookletHoursMax * hourMilliseconds),
    counterKey,
  }
  const { signer } = needs
  const signed = await issueBooklet(grant, signer.keyId, (bytes) => signer.sign(bytes))
  const stored = await insertBooklet(database, {
    ...grant,
    actor,
    counterKeyId: await counterKeyId(counterKey),
    livePerCounterMax,
    livePerSiteMax,
  })
  if (!stored) throw new Problem('BOOKLETS_TOO_MANY', { retryAfterSeconds: tooManyRetrySeconds })
  const { id, siteName, testTypes, maximum, notBefore, expiresAt } = grant
  const renewAt = new Date(expiresAt.getTime() - bookletHoursLeftMin * hourMilliseconds)
  return {
    id,
    signed: bytesToBase64(signed),
    retrievalSeed: bytesToBase64(retrievalSeedOf(vault, id)),
    professionalId: grant.professionalId,
    siteId: grant.siteId,
    siteName,
    testTypes,
    maximum,
    notBefore: notBefore.toISOString(),
    expiresAt: expiresAt.toISOString(),
    renewAt: renewAt.toISOString(),
  }
}
