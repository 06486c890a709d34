/**
 * Makes the digests of the day before each morning, sends them, and withdraws what was denied.
 *
 * Invariants
 * - One process at a time; what it did not get to the next look takes up again.
 * - A message that is not taken comes back later, and is given up after the tries that every message has.
 */
import { dayAfter, dayIn, hourMilliseconds, instantOfWallClock, parisZone } from '@sidep/time'
import { locks, whenAlone } from '../../audit/single-run.ts'
import { defaultRetryPolicy, retryDelayMilliseconds } from '../../platform/backoff.ts'
import { uniform } from '../../platform/clock.ts'
import type { Platform } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import { type Looking, startLooking } from '../../platform/looking.ts'
import type { Messengers } from '../notify/messengers.ts'
import { codeOf, linkHashOf, linkOf } from './digest-link.ts'
import {
  type ClaimedDigest,
  claimDigests,
  deniedDigests,
  isMade,
  makeDigests,
  markWithdrawn,
  settleDigest,
} from './digest-store.ts'
import { digestMail } from './digest-words.ts'

/** When people are at work, and what was typed at night is in. */
const hourOfDay = 7
const lookEveryMilliseconds = 60_000
const batch = 32
const claimMilliseconds = 5 * 60_000

export interface DigestDependencies {
  readonly platform: Pick<
    Platform,
    'database' | 'clock' | 'configuration' | 'vault' | 'randomBytes' | 'log' | 'origins'
  >
  /** Null: there is no mail, and nobody is told. */
  readonly send: Messengers['send'] | null
  /** Takes back what was entered in somebody's name from `since` until `until`. @returns how many certificates */
  readonly revoke: (
    professionalId: string,
    since: Date,
    until: Date,
    order: { readonly by: string; readonly reason: string },
  ) => Promise<number>
}

export interface Digests {
  /** Does what is due. */
  look(stopping: AbortSignal): Promise<unknown>
}

const startOf = (day: string): Date => instantOfWallClock(new Date(`${day}T00:00:00Z`), parisZone)

export const makeDigestWork = ({ platform, send, revoke }: DigestDependencies): Digests => {
  const { database, clock, configuration, vault, randomBytes, log, origins } = platform

  const make = async (): Promise<void> => {
    const now = clock.now()
    const today = dayIn(now, parisZone)
    if (now.getTime() < startOf(today).getTime() + hourOfDay * hourMilliseconds) return
    const day = dayAfter(today, -1)
    if (await isMade(database, day)) return
    const hashOf = (professionalId: string, of: string): Uint8Array =>
      linkHashOf(codeOf(vault, professionalId, of))
    const made = await makeDigests(
      database,
      configuration.probeSites,
      { day, from: startOf(day), until: startOf(today) },
      hashOf,
      now,
    )
    if (made > 0) log.info({ code: 'DIGESTS_MADE', made }, 'digests of the day before')
  }

  const deliver = async (digest: ClaimedDigest, by: Messengers['send']): Promise<void> => {
    const { professionalId, day, addresses, attempts } = digest
    const { subject, text } = digestMail(
      digest,
      linkOf(origins.counter, codeOf(vault, professionalId, day)),
    )
    const id = `digest-${Buffer.from(linkHashOf(codeOf(vault, professionalId, day)))
      .toString('hex')
      .slice(0, 24)}`
    const message = { id, subject, text, short: '', json: {}, isUrgent: false }
    const sent = await Promise.all(
      addresses.map((address, index) =>
        by({ name: String(index + 1), line: 'first', channel: 'email', address }, message),
      ),
    )
    const now = clock.now()
    // One address that takes it is enough: the others would get it again and again.
    if (sent.some(({ outcome }) => outcome === 'delivered'))
      return settleDigest(database, digest, { kind: 'done', at: now })
    const code = sent[0]?.code ?? 'UNKNOWN'
    const isFinal =
      sent.every(({ outcome }) => outcome === 'rejected') || attempts >= defaultRetryPolicy.triesMax
    if (isFinal) return settleDigest(database, digest, { kind: 'failed', at: now, code })
    const delay = retryDelayMilliseconds(defaultRetryPolicy, attempts, uniform(randomBytes))
    const dueAt = new Date(now.getTime() + delay)
    return settleDigest(database, digest, { kind: 'later', dueAt, code })
  }

  const sendDue = async (stopping: AbortSignal): Promise<void> => {
    if (send === null) return
    while (!stopping.aborted) {
      const now = clock.now()
      const claimedUntil = new Date(now.getTime() + claimMilliseconds)
      const claimed = await claimDigests(database, batch, now, claimedUntil)
      await Promise.all(claimed.map((digest) => deliver(digest, send)))
      if (claimed.length < batch) return
    }
  }

  const withdrawDenied = async (stopping: AbortSignal): Promise<void> => {
    for (const digest of await deniedDigests(database)) {
      if (stopping.aborted) return
      const { professionalId, firstAt, lastAt } = digest
      // The last one too: `until` itself is not of it.
      const until = new Date(lastAt.getTime() + 1)
      const order = { by: professionalId, reason: 'not issued by who it names' }
      const certificates = await revoke(professionalId, firstAt, until, order)
      await markWithdrawn(database, digest, certificates, clock.now())
      log.warn({ code: 'DIGEST_DENIED', certificates }, 'withdrawn; /pilotage/ has the alert')
    }
  }

  return {
    look: (stopping) =>
      whenAlone(database, locks.digests, async () => {
        await withdrawDenied(stopping)
        await make()
        await sendDue(stopping)
      }),
  }
}

export const startDigests = (dependencies: DigestDependencies): Looking => {
  const work = makeDigestWork(dependencies)
  return startLooking({
    everyMilliseconds: lookEveryMilliseconds,
    look: work.look,
    failed: (error) =>
      dependencies.platform.log.error(
        { code: 'DIGESTS_FAILED', name: errorName(error) },
        'tried again in a minute',
      ),
  })
}
