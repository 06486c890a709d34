/**
 * Booklets: what lets a counter certify by itself for a day.
 *
 * Invariants
 * - A booklet exists once its row does: one that was signed and not stored is handed to nobody.
 * - It is of a session on a device, is asked for under that device's signature, and ends with the session.
 * - A counter has one, a person and a site a bounded number of those in force, so that a device in wrong hands is no
 *   mint without end, however many it asks for at once.
 * - The seed of the persons' links is derived, never stored, and answered to the counter alone.
 */

import {
  authorityBytesMax,
  type BookletGrant,
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
import type { BookletAnswer, BookletInput, BookletsInForce } from '@sidep/contracts'
import { type Bytes, base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { hourMilliseconds } from '@sidep/time'
import type { SiteActor } from '../platform/actor.ts'
import { Problem } from '../platform/problems.ts'
import { underLocks } from '../platform/under-locks.ts'
import {
  bookletsInForce,
  countInForce,
  type Holder,
  holdBooklet,
  type InForce,
  personOf,
} from './booklet-holders.ts'
import { insertBooklet, readBookletSize } from './booklet-store.ts'
import type { ContinuityDependencies, ContinuityPlatform } from './dependencies.ts'
import { retrievalSeedOf } from './retrieval-seed.ts'

/** Of a counter in a day, those that gave way to another included: two in the ordinary course, more on a busy day. */
const perCounterMax = 6
/** Counters with a booklet in force: the booths that one person goes to and fro between, and those of a large centre. */
const countersPerPersonMax = 8
const countersPerSiteMax = 60
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
    // WebCrypto throws on coordinates that are no point of the curve.
    if (error instanceof DOMException) throw keyMalformed(error)
    throw error
  }
  return key
}

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1_000) * 1_000)

/** Rapid tests alone: what a counter may enter it may certify. */
const testTypesIn = ({ catalogue }: ContinuityDependencies): string[] => {
  const kinds = catalogue.current().view.kinds.filter(({ atCounter }) => atCounter)
  return [...new Set(kinds.map(({ dccTestType }) => dccTestType))].slice(0, testTypesMax)
}

/** The device of a session at a counter. @throws Problem DEVICE_KEY_REQUIRED */
const deviceOf = ({ counterId }: SiteActor): string => {
  if (counterId === null) throw new Problem('DEVICE_KEY_REQUIRED')
  return counterId
}

/** The booklets of the actor's counter that still count, so that it signs from none that verifiers refuse. */
export const listInForce = async (
  { database, clock }: Pick<ContinuityPlatform, 'database' | 'clock'>,
  actor: SiteActor,
): Promise<BookletsInForce> => ({
  booklets:
    actor.counterId === null
      ? []
      : await bookletsInForce(database, actor.counterId, actor.site.id, clock.now()),
})

/** @throws Problem BOOKLETS_TOO_MANY when the counter, person or site has all that they may have */
const refuseTooMany = ({ countersOfPerson, countersOfSite, ofCounter }: InForce): void => {
  const isTooMany =
    ofCounter >= perCounterMax ||
    countersOfPerson >= countersPerPersonMax ||
    countersOfSite >= countersPerSiteMax
  if (isTooMany) throw new Problem('BOOKLETS_TOO_MANY', { retryAfterSeconds: tooManyRetrySeconds })
}

/**
 * When a booklet for a counter begins.
 * @throws Problem BOOKLETS_TOO_MANY
 */
const beginOf = async (
  { database, clock }: Pick<ContinuityPlatform, 'database' | 'clock'>,
  holder: Holder,
): Promise<Date> => {
  const now = wholeSeconds(clock.now())
  const counted = await countInForce(database, holder, now)
  // Before anything is signed; what counts is counted again where it is stored.
  refuseTooMany(counted)
  const { keyEndedAt } = counted
  // A session of the same key that ended in this very second does not end a booklet given after it.
  return keyEndedAt === null || keyEndedAt < now ? now : new Date(keyEndedAt.getTime() + 1_000)
}

const grantOf = async (
  platform: ContinuityPlatform,
  dependencies: ContinuityDependencies,
  counterKey: CounterKey,
  { actor, device, counterKeyId }: Holder,
): Promise<BookletGrant> => {
  const professionalId = parseProfessionalId(actor.professionalId)
  const siteId = parseFiness(actor.site.id)
  if (!professionalId.ok || !siteId.ok) throw new Problem('PROFESSIONAL_UNKNOWN')
  const { configuration, database, randomBytes } = platform
  const issuedAt = await beginOf(platform, { actor, device, counterKeyId })
  return {
    id: bookletIdText(randomBytes(bookletIdBytes)),
    country: configuration.issuance.country,
    authority: shortName(configuration.issuance.issuerName, authorityBytesMax),
    siteId: siteId.value,
    siteName: shortName(actor.site.name, siteNameBytesMax),
    professionalId: professionalId.value,
    maximum: await readBookletSize(database, actor.site.id),
    testTypes: testTypesIn(dependencies),
    issuedAt,
    notBefore: issuedAt,
    expiresAt: new Date(issuedAt.getTime() + bookletHoursMax * hourMilliseconds),
    counterKey,
  }
}

/**
 * Gives the actor's counter a booklet for a day, in the place of those that it had but the one that it holds.
 * @throws Problem REQUEST_INVALID when the key is no point of P-256, PROFESSIONAL_UNKNOWN, DEVICE_KEY_REQUIRED,
 *   BOOKLETS_TOO_MANY
 */
export const giveBooklet = async (
  platform: ContinuityPlatform,
  dependencies: ContinuityDependencies,
  input: BookletInput,
  actor: SiteActor,
): Promise<BookletAnswer> => {
  const counterKey = await parseCounterKey(input)
  const holder = { actor, device: deviceOf(actor), counterKeyId: await counterKeyId(counterKey) }
  const grant = await grantOf(platform, dependencies, counterKey, holder)
  const { database, vault } = platform
  const signer = dependencies.signer.current()
  const signed = await issueBooklet(grant, signer.keyId, (bytes) => signer.sign(bytes))
  const { held = null } = input
  const bounded = [`site ${actor.site.id}`, `person ${personOf(actor)}`, `device ${holder.device}`]
  await underLocks(
    database,
    bounded.map((name) => `booklets ${name}`),
    async (sql) => {
      refuseTooMany(await countInForce(sql, holder, grant.issuedAt))
      await insertBooklet(sql, { ...grant, actor, counterKeyId: holder.counterKeyId })
      await holdBooklet(sql, grant, holder, held)
    },
  )
  const { id, siteName, maximum, notBefore, expiresAt } = grant
  const renewAt = new Date(expiresAt.getTime() - bookletHoursLeftMin * hourMilliseconds)
  return {
    id,
    signed: bytesToBase64(signed),
    retrievalSeed: bytesToBase64(retrievalSeedOf(vault, id)),
    professionalId: grant.professionalId,
    siteId: grant.siteId,
    siteName,
    testTypes: [...grant.testTypes],
    maximum,
    notBefore: notBefore.toISOString(),
    expiresAt: expiresAt.toISOString(),
    renewAt: renewAt.toISOString(),
  }
}
