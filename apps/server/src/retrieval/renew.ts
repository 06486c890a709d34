import type { Contact } from '@sidep/contracts'
import { dayMilliseconds, minuteMilliseconds } from '@sidep/time'
import type { Static } from 'typebox'
import { linkTopicsFor } from '../platform/link-topics.ts'
import { openScreening } from '../platform/sealed.ts'
import { VaultError } from '../platform/vault.ts'
import type { RetrievalPlatform } from './dependencies.ts'
import { type RenewableLink, readRenewable, renewLink } from './link-store.ts'

/** Why nothing was sent; for metrics alone, the person is answered the same. */
export type RenewalOutcome =
  | 'renewed'
  | 'unknown'
  | 'not-ready'
  | 'too-soon'
  | 'too-many'
  | 'unreachable'

/** A person who hears nothing asks again, but a phone that strangers ask for must not be messaged all day. */
const renewalMinutesMin = 10

/** Links of one screening in all: one every three days of the three months that it is kept. */
const generationsMax = 30

const contactOf = (
  { vault }: RetrievalPlatform,
  row: RenewableLink,
  siteId: string,
): Static<typeof Contact> | undefined => {
  try {
    return openScreening(vault, row, siteId, row.screening_id).person.contact
  } catch (error) {
    if (error instanceof VaultError && error.code === 'KEY_REMOVED') return undefined
    throw error
  }
}

/**
 * Sends a new link for an old one, to the phone and e-mail given at the counter and to nowhere else. Any link of the
 * screening will do, however old, so that a renewal that got lost can be asked for again.
 */
export const renew = async (
  platform: RetrievalPlatform,
  typedCode: string,
): Promise<RenewalOutcome> => {
  const { database, clock, retrievalLinks, configuration } = platform
  const link = retrievalLinks.parse(typedCode)
  if (link === null) return 'unknown'
  const { siteId, code } = link
  const row = await readRenewable(database, { siteId, hash: retrievalLinks.hashOf(code) })
  if (row === null) return 'unknown'
  if (row.state !== 'final') return 'not-ready'
  const now = clock.now()
  const sinceMilliseconds =
    row.notified_at === null ? null : now.getTime() - row.notified_at.getTime()
  if (sinceMilliseconds !== null && sinceMilliseconds < renewalMinutesMin * minuteMilliseconds) {
    return 'too-soon'
  }
  if (row.retrieval_generation >= generationsMax) return 'too-many'
  const topics = linkTopicsFor(contactOf(platform, row, siteId))
  if (topics.length === 0) return 'unreachable'
  const newCode = retrievalLinks.codeFor(siteId, row.screening_id, row.retrieval_generation + 1)
  const renewal = {
    siteId,
    screeningId: row.screening_id,
    generation: row.retrieval_generation,
    hash: retrievalLinks.hashOf(newCode),
    expiresAt: new Date(now.getTime() + configuration.retrieval.linkDays * dayMilliseconds),
    topics,
    number: row.number + 1,
  }
  return (await renewLink(database, renewal, now)) ? 'renewed' : 'too-soon'
}
