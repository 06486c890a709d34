import { timingSafeEqual } from 'node:crypto'
import type { RetrievalInput, RetrievalReply } from '@sidep/contracts'
import { isCalendarDate } from '@sidep/identifiers'
import { Problem } from '../platform/problems.ts'
import { openCertificate, openScreening, type SealedScreening } from '../platform/sealed.ts'
import { VaultError } from '../platform/vault.ts'
import {
  type LinkedScreening,
  type LinkKey,
  readCertificate,
  recordOpened,
  takeTry,
} from './link-store.ts'
import type { RetrievalPlatform } from './needs.ts'
import { replyOf } from './reply.ts'

/** How an attempt to open a link ended; `NOT_FOUND` does not say why. */
export type Retrieval =
  | { readonly ok: true; readonly reply: RetrievalReply }
  | { readonly ok: false; readonly code: 'NOT_FOUND' | 'EXPIRED' }
  | { readonly ok: false; readonly code: 'PAUSED'; readonly retryAfterSeconds: number }

const minuteMilliseconds = 60_000

/** Same length on both sides, `YYYY-MM-DD`: the comparison takes as long for a near miss as for a far one. */
const sameDate = (typed: string, known: string): boolean => {
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
  siteId: string,
  code: string,
  screening: LinkedScreening,
  { person, deviceName }: SealedScreening,
): Promise<RetrievalReply> => {
  const { database, vault, retrievalLinks, configuration } = platform
  const row =
    screening.state === 'final' ? await readCertificate(database, siteId, screening.id) : null
  const certificate =
    row === null
      ? null
      : { ...openCertificate(vault, row, siteId, screening.id, row.number), uvci: row.uvci }
  const retrievalUrl = retrievalLinks.urlFor(code)
  return replyOf(
    { screening, person, deviceName, certificate, retrievalUrl },
    configuration.retention,
  )
}

/**
 * Opens a link with a birth date.
 *
 * Only a real calendar date costs a try: a slip of the finger that no one was born on is refused as a field.
 *
 * @throws Problem REQUEST_INVALID when the date is none
 */
export const retrieve = async (
  platform: RetrievalPlatform,
  { code: typedCode, birthDate }: RetrievalInput,
): Promise<Retrieval> => {
  if (!isCalendarDate(birthDate)) {
    throw new Problem('REQUEST_INVALID', {
      faults: [{ pointer: '/birthDate', code: 'BIRTH_DATE_NOT_REAL' }],
    })
  }
  const link = platform.retrievalLinks.parse(typedCode)
  if (link === null) return { ok: false, code: 'NOT_FOUND' }
  const { database, clock, retrievalLinks, configuration } = platform
  const { siteId, code } = link
  const key: LinkKey = { siteId, hash: retrievalLinks.hashOf(code) }
  const now = clock.now()
  const pauseUntil = new Date(
    now.getTime() + configuration.retrieval.pauseMinutes * minuteMilliseconds,
  )
  const taken = await takeTry(database, key, now, pauseUntil)
  if (taken.kind === 'unknown') return { ok: false, code: 'NOT_FOUND' }
  if (taken.kind === 'paused') {
    const seconds = Math.ceil((taken.pausedUntil.getTime() - now.getTime()) / 1_000)
    return { ok: false, code: 'PAUSED', retryAfterSeconds: Math.max(1, seconds) }
  }
  const opened = openedScreening(platform, taken.screening, siteId)
  if (opened === null || !sameDate(birthDate, opened.person.birthDate)) {
    return { ok: false, code: 'NOT_FOUND' }
  }
  await recordOpened(database, key, taken.screening.id, now)
  if (taken.expiresAt <= now) return { ok: false, code: 'EXPIRED' }
  return { ok: true, reply: await readReply(platform, siteId, code, taken.screening, opened) }
}
