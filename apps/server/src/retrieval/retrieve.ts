import { timingSafeEqual } from 'node:crypto'
import type { RetrievalInput, RetrievalReply } from '@sidep/contracts'
import { isPartialDate } from '@sidep/identifiers'
import { Problem } from '../platform/problems.ts'
import { openCertificate, openScreening, type SealedScreening } from '../platform/sealed.ts'
import { VaultError } from '../platform/vault.ts'
import { type AcceptanceDependencies, acceptanceOf } from './acceptance.ts'
import type { RetrievalPlatform } from './dependencies.ts'
import {
  type LinkedScreening,
  type LinkKey,
  readCertificate,
  recordOpened,
  recordWrongTry,
  sendUnlock,
  takeTry,
  takeUnlockTry,
} from './link-store.ts'
import { emailNoticeTopic, smsNoticeTopic } from './outbox.ts'
import { replyOf } from './reply.ts'
import { unlockNumberOf } from './unlock.ts'

/** How an attempt to open a link ended; `NOT_FOUND` does not say why. */
export type Retrieval =
  | { readonly ok: true; readonly reply: RetrievalReply }
  | { readonly ok: false; readonly code: 'NOT_FOUND' | 'EXPIRED' }
  | { readonly ok: false; readonly code: 'PAUSED'; readonly retryAfterSeconds: number }

/**
 * Of somebody of whose birth only the year or the month is known, the card may show a whole date (1 January): what is
 * known decides.
 */
const sameBirthDate = (typed: string, known: string): boolean =>
  sameText(typed.slice(0, known.length), known)

/** The comparison takes as long for a near miss as for a far one. */
const sameText = (typed: string, known: string): boolean => {
  const [a, b] = [Buffer.from(typed), Buffer.from(known)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Null once the identity data's time is over: for the person, the link then leads nowhere. */
const openedScreening = (
  { vault }: RetrievalPlatform,
  screening: LinkedScreening,
  siteId: string,
): SealedScreening | null => {
  try {
    return openScreening(vault, screening, siteId, screening.id)
  } catch (error) {
    if (error instanceof VaultError && error.code === 'KEY_REMOVED') return null
    throw error
  }
}

const readReply = async (
  platform: RetrievalPlatform,
  judging: AcceptanceDependencies,
  siteId: string,
  code: string,
  screening: LinkedScreening,
  { person, deviceName }: SealedScreening,
): Promise<RetrievalReply> => {
  const { database, vault, retrievalLinks, configuration, clock } = platform
  const row =
    screening.state === 'final' && screening.withdrawn_at === null
      ? await readCertificate(database, siteId, screening)
      : null
  const certificate =
    row === null
      ? null
      : { ...openCertificate(vault, row, siteId, screening.id, row.number), uvci: row.uvci }
  const retrievalUrl = retrievalLinks.urlFor(code)
  const acceptance =
    certificate === null
      ? []
      : await acceptanceOf(judging, certificate, [clock.now(), screening.recorded_at])
  return replyOf(
    { screening, person, deviceName, certificate, acceptance, retrievalUrl },
    configuration.retention,
  )
}

const topicsOfNotice = ({ contact }: SealedScreening['person']): string[] => [
  ...(contact?.phone === undefined ? [] : [smsNoticeTopic]),
  ...(contact?.email === undefined ? [] : [emailNoticeTopic]),
]

const pausedFor = (until: Date, now: Date): Retrieval => {
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1_000)
  return { ok: false, code: 'PAUSED', retryAfterSeconds: Math.max(1, seconds) }
}

/** During a pause: the number sent to the phone, and the right date. */
const unlock = async (
  platform: RetrievalPlatform,
  acceptance: AcceptanceDependencies,
  link: LinkKey & { readonly code: string },
  { birthDate, unlockNumber }: Required<Omit<RetrievalInput, 'code'>>,
  now: Date,
): Promise<Retrieval | null> => {
  const { database, vault } = platform
  const { siteId } = link
  const taken = await takeUnlockTry(database, link, now)
  if (taken === null) return null
  const { screening, sent } = taken
  const opened = openedScreening(platform, screening, siteId)
  const expected =
    sent === null
      ? null
      : unlockNumberOf(vault, { site_id: siteId, screening_id: screening.id, number: sent })
  const isRight = expected !== null && sameText(unlockNumber, expected)
  if (opened === null || !isRight || !sameBirthDate(birthDate, opened.person.birthDate)) {
    await recordWrongTry(database, { siteId, screeningId: screening.id, at: now, topics: [] })
    return pausedFor(taken.pausedUntil, now)
  }
  return open(platform, acceptance, link, screening, opened, taken.expiresAt, now)
}

const open = async (
  platform: RetrievalPlatform,
  acceptance: AcceptanceDependencies,
  link: LinkKey & { readonly code: string },
  screening: LinkedScreening,
  opened: SealedScreening,
  expiresAt: Date,
  now: Date,
): Promise<Retrieval> => {
  await recordOpened(platform.database, link, screening.id, now)
  if (expiresAt <= now) return { ok: false, code: 'EXPIRED' }
  return {
    ok: true,
    reply: await readReply(platform, acceptance, link.siteId, link.code, screening, opened),
  }
}

/**
 * Opens a link with a birth date; during a pause, with the number that was sent to the phone as well.
 *
 * Only a real calendar date costs a try: a slip of the finger that no one was born on is refused as a field.
 *
 * @throws Problem REQUEST_INVALID when the date is none
 */
export const retrieve = async (
  platform: RetrievalPlatform,
  acceptance: AcceptanceDependencies,
  { code: typedCode, birthDate, unlockNumber }: RetrievalInput,
): Promise<Retrieval> => {
  if (!isPartialDate(birthDate)) {
    throw new Problem('REQUEST_INVALID', {
      faults: [{ pointer: '/birthDate', code: 'BIRTH_DATE_NOT_REAL' }],
    })
  }
  const parsed = platform.retrievalLinks.parse(typedCode)
  if (parsed === null) return { ok: false, code: 'NOT_FOUND' }
  const { database, clock, retrievalLinks, configuration } = platform
  const { siteId, code } = parsed
  const link = { siteId, code, hash: retrievalLinks.hashOf(code) }
  const now = clock.now()
  if (unlockNumber !== undefined) {
    const unlocked = await unlock(platform, acceptance, link, { birthDate, unlockNumber }, now)
    if (unlocked !== null) return unlocked
  }
  const taken = await takeTry(database, link, now, configuration.retrieval.pauseMinutes)
  if (taken.kind === 'unknown') return { ok: false, code: 'NOT_FOUND' }
  if (taken.kind === 'paused') return pausedFor(taken.pausedUntil, now)
  const { screening, beginsPause } = taken
  const opened = openedScreening(platform, screening, siteId)
  if (opened === null) return { ok: false, code: 'NOT_FOUND' }
  if (!sameBirthDate(birthDate, opened.person.birthDate)) {
    await recordWrongTry(database, {
      siteId,
      screeningId: screening.id,
      at: now,
      topics: beginsPause ? topicsOfNotice(opened.person) : [],
    })
    return { ok: false, code: 'NOT_FOUND' }
  }
  return open(platform, acceptance, link, screening, opened, taken.expiresAt, now)
}

/** Sends a number to the phone of a paused link's person. @returns whether one goes out; for metrics alone */
export const askForUnlock = async (
  { database, clock, retrievalLinks }: RetrievalPlatform,
  typedCode: string,
): Promise<boolean> => {
  const link = retrievalLinks.parse(typedCode)
  if (link === null) return false
  const key = { siteId: link.siteId, hash: retrievalLinks.hashOf(link.code) }
  return sendUnlock(database, key, clock.now())
}
