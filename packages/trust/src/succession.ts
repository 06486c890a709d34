/**
 * The succession of anchors: the key that signs bundles names, signed, the one that comes after it. A verifier that was
 * shipped with the first follows the statements to the key that signs now.
 *
 * Invariants
 * - A key is believed only when a key believed before it signed for it; whoever carries the statements adds nothing.
 * - Nothing leads back: who has followed to a key does not believe the ones before it any more.
 * - It is bounded: so many statements, each so long.
 */
import {
  type Bytes,
  bytesToHex,
  type CoseSign1,
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
  decodeCbor,
  encodeCbor,
  encodeCoseSign1,
  parseCoseSign1,
} from '@sidep/encoding'
import { importPublicKey, owned } from './public-key.ts'

/** The bundle signer, behind a port: the key may be in a file or in an HSM. */
export interface BundleSigner {
  readonly keyId: Uint8Array
  /** ES256: r‖s, 64 bytes. */
  readonly sign: (toBeSigned: Uint8Array) => Promise<Uint8Array>
}

/** Signed with each statement, so that nothing else by this key can pass for one. */
const contentType = 'application/vnd.sidep.anchor-succession+cbor'
/** Where a bundle carries them: its unprotected header, because they must be read before it can be checked. */
export const successionsLabel = 'successions'
/** A rotation a year for a generation. */
const successionsMax = 32
const statementBytesMax = 1_024
const keyInfoBytesMax = 256

/**
 * Makes the statement of a bundle signer that another key comes after it.
 *
 * @param spki SubjectPublicKeyInfo of the successor, DER
 * @param at when it was decided; for people, no verifier decides by it
 * @returns a tagged COSE_Sign1, about 250 bytes
 */
export const signSuccession = async (
  spki: Uint8Array,
  at: Date,
  { keyId, sign }: BundleSigner,
): Promise<Uint8Array> => {
  const protectedBytes = encodeCbor(
    new Map<number, unknown>([
      [coseHeader.algorithm, coseAlgorithm.ES256],
      [coseHeader.contentType, contentType],
      [coseHeader.keyId, keyId],
    ]),
  )
  const payload = encodeCbor(
    new Map<string, unknown>([
      ['spki', spki],
      ['at', at.toISOString()],
    ]),
  )
  const signature = new Uint8Array(await sign(coseToBeSigned({ protectedBytes, payload })))
  return encodeCoseSign1({ protectedBytes, payload, signature })
}

interface Statement {
  readonly cose: CoseSign1
  readonly spki: Bytes
}

const readStatement = (bytes: unknown): Statement[] => {
  if (!(bytes instanceof Uint8Array) || bytes.length > statementBytesMax) return []
  const cose = parseCoseSign1(bytes, { maxBytes: statementBytesMax })
  if (!cose.ok) return []
  const { protectedHeader, payload } = cose.value
  if (protectedHeader.get(coseHeader.algorithm) !== coseAlgorithm.ES256) return []
  if (protectedHeader.get(coseHeader.contentType) !== contentType) return []
  const content = decodeCbor(payload)
  const spki: unknown =
    content.ok && content.value instanceof Map ? content.value.get('spki') : undefined
  return spki instanceof Uint8Array && spki.length <= keyInfoBytesMax
    ? [{ cose: cose.value, spki: owned(spki) }]
    : []
}

/** Of the unprotected header of a bundle; what cannot be read is left out, since it proves nothing. */
export const readSuccessions = (value: unknown): readonly Statement[] =>
  Array.isArray(value) ? value.slice(0, successionsMax).flatMap(readStatement) : []

/** Whether a key signed a message; null when it is none to check with. */
export const isSignedBy = async (cose: CoseSign1, spki: Uint8Array): Promise<boolean | null> => {
  const key = await importPublicKey(spki)
  if (!key.ok || key.value.algorithm !== 'ES256') return null
  return crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    key.value.publicKey,
    cose.signature,
    coseToBeSigned(cose),
  )
}

/**
 * The anchor and every key that the statements lead to from it, nearest first.
 *
 * @param anchor SubjectPublicKeyInfo, DER
 */
export const anchorsFrom = async (
  anchor: Uint8Array,
  statements: readonly Statement[],
): Promise<readonly Uint8Array[]> => {
  const reached = [anchor]
  const known = new Set([bytesToHex(anchor)])
  let remaining = [...statements]
  for (const from of reached) {
    const rest: Statement[] = []
    for (const statement of remaining) {
      if ((await isSignedBy(statement.cose, from)) !== true) {
        rest.push(statement)
        continue
      }
      const name = bytesToHex(statement.spki)
      if (known.has(name)) continue
      known.add(name)
      // The loop goes on to what is put behind: at most one for each statement.
      reached.push(statement.spki)
    }
    remaining = rest
  }
  return reached
}
