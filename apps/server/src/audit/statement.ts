/**
 * What the portal states about its audit chains under its own signature, so that who can write to the database
 * cannot rewrite a chain with new hashes: heads, the rolls of a day's heads, and checkpoints.
 *
 * The signed text is `sidep audit <kind>` and a JSON array on the next line. It begins neither like a COSE
 * Sig_structure nor like a JWT, so that no signature of the continuity signer can stand for another of its uses.
 */
import { createHash } from 'node:crypto'
import type { Signer } from '../platform/signer.ts'

/** Where a chain stands; `sequence` is the number of its last row, `hash` the link of that row (32 bytes). */
export interface Position {
  readonly siteId: string
  readonly sequence: bigint
  readonly hash: Uint8Array
}

/** Who signed when. */
export interface Signed {
  readonly signedAt: Date
  /** First 8 bytes of the SHA-256 of the signer's certificate. */
  readonly keyId: Uint8Array
  /** ECDSA P-256 with SHA-256, r‖s. */
  readonly signature: Uint8Array
}

/** All heads of a day, as one. */
export interface Roll {
  /** 1 for the first after the start, then one more each; null for those from before rolls were numbered. */
  readonly number: number | null
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string
  readonly heads: number
  /** `rollDigest` over the heads. */
  readonly digest: Uint8Array
  /** `digestOfRoll` of the roll before, of the first `digestOfStart`; null for the first of those without number. */
  readonly previous: Uint8Array | null
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const textOf = (kind: string, facts: readonly (string | number | null)[]): Uint8Array =>
  new TextEncoder().encode(`sidep audit ${kind}\n${JSON.stringify(facts)}`)

const positionFacts = ({ siteId, sequence, hash }: Position) => [
  siteId,
  sequence.toString(),
  hex(hash),
]

/** The text of a day's head. */
export const headText = (day: string, position: Position, signedAt: Date): Uint8Array =>
  textOf('head', [day, ...positionFacts(position), signedAt.toISOString()])

/** The text of a checkpoint: rows up to and including this one were removed because their time was over. */
export const checkpointText = (position: Position, signedAt: Date): Uint8Array =>
  textOf('checkpoint', [...positionFacts(position), signedAt.toISOString()])

/** Where the numbered rolls begin: what the portal states once, before the first of them. */
export interface Start {
  /** `digestOfRoll` of the last roll from before rolls were numbered; null where there was none. */
  readonly previous: Uint8Array | null
}

/** The text of the start. */
export const startText = ({ previous }: Start, signedAt: Date): Uint8Array =>
  textOf('start', [previous === null ? null : hex(previous), signedAt.toISOString()])

/** What the first numbered roll names as `previous`. */
export const digestOfStart = (start: Start, signedAt: Date): Uint8Array =>
  createHash('sha256').update(startText(start, signedAt)).digest()

/** The text of a day's roll. */
export const rollText = (
  { number, day, heads, digest, previous }: Roll,
  signedAt: Date,
): Uint8Array =>
  textOf('roll', [
    ...(number === null ? [] : [number]),
    day,
    heads,
    hex(digest),
    previous === null ? null : hex(previous),
    signedAt.toISOString(),
  ])

/** What the next roll names as `previous`. */
export const digestOfRoll = (roll: Roll, signedAt: Date): Uint8Array =>
  createHash('sha256').update(rollText(roll, signedAt)).digest()

/** SHA-256 over the heads of a day, one line each, given in the order of the bytes of their sites. */
export const makeRollDigest = (): {
  add(position: Position): void
  end(): { heads: number; digest: Uint8Array }
} => {
  const digest = createHash('sha256')
  let heads = 0
  return {
    add(position) {
      digest.update(`${JSON.stringify(positionFacts(position))}\n`)
      heads += 1
    },
    end: () => ({ heads, digest: digest.digest() }),
  }
}

/** Signs a statement's text. The instant must be the one inside the text. */
export const signStatement = async (
  signer: Signer,
  text: Uint8Array,
  signedAt: Date,
): Promise<Signed> => ({ signedAt, keyId: signer.keyId, signature: await signer.sign(text) })

/** The day of an instant in UTC, `YYYY-MM-DD`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
