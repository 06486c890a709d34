/**
 * Everything that a thief, a liar or a wrong clock could make of a counter's booklet, each with the verdict that every
 * verifier must come to: the pure core, the command line and the page in a browser check the same ones.
 */
import { type Booklet, counterKeyId, counterKeyOf, type Sign } from '@sidep/continuity'
import { type Crafted, craftProvisional } from './crafted-provisional.ts'

export interface BadProvisional {
  readonly what: string
  readonly text: string
  readonly step: 'signature' | 'key-usage' | 'validity'
  readonly code: string
}

const hour = 3_600_000
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const

const signWith =
  (key: CryptoKey): Sign =>
  async (bytes) =>
    new Uint8Array(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, new Uint8Array(bytes)),
    )

/** Signs something else than it is asked to: what is written was changed after signing. */
const tampering =
  (sign: Sign): Sign =>
  (bytes) => {
    const other = new Uint8Array(bytes)
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
    return sign(other)
  }

/**
 * Makes them, for a verifier whose clock is at `at`.
 *
 * @param booklet began at most 20 h and at least 10 minutes before `at`
 * @param sign of the counter that the booklet is for
 */
export const makeBadProvisionals = async (
  booklet: Booklet,
  sign: Sign,
  at: Date,
): Promise<BadProvisional[]> => {
  const before = (hours: number): Date => new Date(at.getTime() - hours * hour)
  const good = { booklet, sign, number: 1, issuedAt: before(0.1), sampledAt: before(0.15) }
  const thief = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const other = signWith(thief.privateKey)
  const otherKeyId = await counterKeyId(await counterKeyOf(thief.publicKey))
  const early = new Date(booklet.notBefore.getTime() - hour)
  const late = new Date(booklet.expiresAt.getTime() + hour)
  const cases: readonly [string, BadProvisional['step'], string, Partial<Crafted>][] = [
    ['tampered', 'signature', 'PROVISIONAL_SIGNATURE', { sign: tampering(sign) }],
    ['other device', 'signature', 'PROVISIONAL_OTHER_DEVICE', { sign: other, keyId: otherKeyId }],
    ['other device that lies', 'signature', 'PROVISIONAL_SIGNATURE', { sign: other }],
    ['over-numbered', 'key-usage', 'PROVISIONAL_NUMBER', { number: booklet.maximum + 1 }],
    ['number 0', 'key-usage', 'PROVISIONAL_NUMBER', { number: 0 }],
    ['wrong kind of test', 'key-usage', 'PROVISIONAL_KIND', { testType: 'LP6464-4' }],
    [
      'back-dated',
      'validity',
      'PROVISIONAL_BEFORE_BOOKLET',
      { issuedAt: early, sampledAt: new Date(early.getTime() - hour / 4) },
    ],
    [
      'after the booklet’s end',
      'validity',
      'PROVISIONAL_AFTER_BOOKLET',
      { issuedAt: late, sampledAt: late },
    ],
    ['sampled after issue', 'validity', 'PROVISIONAL_SAMPLED_LATER', { sampledAt: before(-1) }],
    ['sampled the day before', 'validity', 'PROVISIONAL_SAMPLED_EARLY', { sampledAt: before(30) }],
  ]
  return Promise.all(
    cases.map(async ([what, step, code, changes]) => ({
      what,
      step,
      code,
      text: await craftProvisional({ ...good, ...changes }),
    })),
  )
}
