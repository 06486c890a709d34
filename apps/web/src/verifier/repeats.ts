/**
 * Whether something was shown at this door a moment ago: a certificate handed back over a fence. It is remembered as a keyed
 * hash, in memory alone; the key is made when the page is opened and cannot be taken out, so that nothing can be tried against
 * what is remembered once the page is closed. After some minutes it is forgotten.
 */
import type { CertificateView } from '@sidep/verdict'
import { nameKey } from './verdict-view.ts'

export interface Repeats {
  /** Notes a certificate down, and says when it was shown before; null when it was not, within the minutes. */
  readonly note: (certificate: CertificateView, at: Date) => Promise<Date | null>
  /** Forgets what is past its minutes. */
  readonly forgetOld: (at: Date) => void
}

/** From the middle of a queue to its end, and shorter than an evening inside. */
export const repeatMinutes = 15
/** More than pass a door in that time. */
const rememberedMax = 2_000

/** A person's name and birth date are on both codes of a paper; a slip has a number only. */
const identityOf = (certificate: CertificateView): string =>
  certificate.format === 'slip'
    ? `slip ${certificate.id}`
    : `person ${nameKey(certificate)} ${certificate.birthDate}`

export const makeRepeats = (subtle: SubtleCrypto = crypto.subtle): Repeats => {
  const key = subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const seen = new Map<string, Date>()

  const hashOf = async (identity: string): Promise<string> => {
    const hash = await subtle.sign('HMAC', await key, new TextEncoder().encode(identity))
    return String.fromCharCode(...new Uint8Array(hash))
  }
  const forgetOld = (at: Date): void => {
    for (const [hash, seenAt] of seen) {
      if (at.getTime() - seenAt.getTime() >= repeatMinutes * 60_000) seen.delete(hash)
    }
  }

  return {
    forgetOld,
    note: async (certificate, at) => {
      const hash = await hashOf(identityOf(certificate))
      forgetOld(at)
      const before = seen.get(hash) ?? null
      const [oldest] = seen.keys()
      if (seen.size >= rememberedMax && oldest !== undefined) seen.delete(oldest)
      // Behind the others: the first is the oldest.
      seen.delete(hash)
      seen.set(hash, at)
      return before
    },
  }
}
