/** Opening a link with a birth date: what every request of a person begins with. */
import { timingSafeEqual } from 'node:crypto'
import type { RetrievalInput } from '@sidep/contracts'
import { isPartialDate } from '@sidep/identifiers'
import { Problem } from '../platform/problems.ts'
import { openScreening, type SealedScreening } from '../platform/sealed.ts'
import { VaultError } from '../platform/vault.ts'
import type { RetrievalPlatform } from './dependencies.ts'
import {
  type LinkedScreening,
  type LinkKey,
  recordOpened,
  recordWrongTry,
  takeTry,
  takeUnlockTry,
} from './link-store.ts'
import { emailNoticeTopic, smsNoticeTopic } from './outbox.ts'
import { unlockNumberOf } from './unlock.ts'

/** What a link led to, for whoever knew the birth date. */
export interface OpenedLink {
  readonly siteId: string
  readonly code: string
  readonly screening: LinkedScreening
  readonly identity: SealedScreening
}

/** `NOT_FOUND` does not say why. */
export type LinkRefused =
  | { readonly ok: false; readonly code: 'NOT_FOUND' | 'EXPIRED' }
  | { readonly ok: false; readonly code: 'PAUSED'; readonly retryAfterSeconds: number }

/** How an attempt to open a link ended. */
export type LinkOpening = { readonly ok: true; readonly link: OpenedLink } | LinkRefused

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

const topicsOfNotice = ({ contact }: SealedScreening['person']): string[] => [
  ...(contact?.phone === undefined ? [] : [smsNoticeTopic]),
  ...(contact?.email === undefined ? [] : [emailNoticeTopic]),
]

const pausedFor = (until: Date, now: Date): LinkRefused => {
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1_000)
  return { ok: false, code: 'PAUSED', retryAfterSeconds: Math.max(1, seconds) }
}

/** During a pause: the number sent to the phone, and the right date. */
const unlock = async (
  platform: RetrievalPlatform,
  link: LinkKey & { readonly code: string },
  { birthDate, unlockNumber }: Required<Omit<RetrievalInput, 'code'>>,
  now: Date,
): Promise<LinkOpening | null> => {
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
  return open(platform, link, screening, opened, taken.expiresAt, now)
}

const open = async (
  platform: RetrievalPlatform,
  { siteId, code, hash }: LinkKey & { readonly code: string },
  screening: LinkedScreening,
  identity: SealedScreening,
  expiresAt: Date,
  now: Date,
): Promise<LinkOpening> => {
  await recordOpened(platform.database, { siteId, hash }, screening.id, now)
  return expiresAt <= now
    ? { ok: false, code: 'EXPIRED' }
    : { ok: true, link: { siteId, code, screening, identity } }
}

/**
 * Opens a link with a birth date; during a pause, with the number that was sent to the phone as well.
 *
 * Only a real calendar date costs a try: a slip of the finger that no one was born on is refused as a field.
 *
 * @throws Problem REQUEST_INVALID when the date is none
 */
export const openLink = async (
  platform: RetrievalPlatform,
  { code: typedCode, birthDate, unlockNumber }: RetrievalInput,
): Promise<LinkOpening> => {
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
    const unlocked = await unlock(platform, link, { birthDate, unlockNumber }, now)
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
  return open(platform, link, screening, opened, taken.expiresAt, now)
}
