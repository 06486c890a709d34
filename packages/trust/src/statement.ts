/**
 * What the bundle signer signs, of whatever kind: COSE_Sign1 (RFC 9052 §4.2), ES256, over deterministic CBOR, with a content
 * type of its own in the signed header, so that no kind can pass for another; and beside it the succession of anchors.
 */
import {
  type Bytes,
  broken,
  type CoseSign1,
  coseAlgorithm,
  coseHeader,
  coseToBeSigned,
  decodeCbor,
  decoded,
  encodeCbor,
  encodeCoseSign1,
  type Layer,
  parseCoseSign1,
} from '@sidep/encoding'
import {
  anchorsFrom,
  type BundleSigner,
  isSignedBy,
  readSuccessions,
  successionsLabel,
} from './succession.ts'

/** A kind of statement, and its bounds. */
export interface StatementKind {
  /** Begins its codes: `BUNDLE` gives BUNDLE_SIGNATURE. */
  readonly name: string
  readonly contentType: string
  readonly bytesMax: number
  readonly depthMax: number
}

export interface OpenedStatement {
  readonly content: ReadonlyMap<unknown, unknown>
  readonly payload: Bytes
  /** SubjectPublicKeyInfo, DER, of the key that signed it: the anchor given, or the one that came after it. */
  readonly anchor: Uint8Array
}

/**
 * Signs a statement.
 *
 * @param successions statements (`signSuccession`) that lead from earlier anchors to this signer and its own successor
 */
export const signStatement = async (
  kind: StatementKind,
  content: ReadonlyMap<string, unknown>,
  { keyId, sign }: BundleSigner,
  successions: readonly Uint8Array[] = [],
): Promise<Uint8Array> => {
  const protectedBytes = encodeCbor(
    new Map<number, unknown>([
      [coseHeader.algorithm, coseAlgorithm.ES256],
      [coseHeader.contentType, kind.contentType],
      [coseHeader.keyId, keyId],
    ]),
  )
  const payload = encodeCbor(content)
  const signature = new Uint8Array(await sign(coseToBeSigned({ protectedBytes, payload })))
  const unprotectedHeader = new Map<string, unknown>(
    successions.length === 0 ? [] : [[successionsLabel, [...successions]]],
  )
  return encodeCoseSign1({ protectedBytes, unprotectedHeader, payload, signature })
}

/**
 * Opens one that the anchor signed, or a key that the anchor leads to.
 *
 * @returns its content, or, behind its kind's name: _TOO_LARGE, _MALFORMED, _ALGORITHM, _CONTENT_TYPE, _ANCHOR,
 *   _SIGNATURE
 */
export const openStatement = async (
  kind: StatementKind,
  bytes: Uint8Array,
  anchorSpki: Uint8Array,
): Promise<Layer<OpenedStatement>> => {
  const fault = (code: string) => broken(`${kind.name}_${code}`)
  const { bytesMax, depthMax } = kind
  if (bytes.length > bytesMax) return fault('TOO_LARGE')
  const cose = parseCoseSign1(bytes, { maxBytes: bytesMax })
  if (!cose.ok) return fault('MALFORMED')
  const { protectedHeader, payload } = cose.value
  if (protectedHeader.get(coseHeader.algorithm) !== coseAlgorithm.ES256) return fault('ALGORITHM')
  if (protectedHeader.get(coseHeader.contentType) !== kind.contentType) {
    return fault('CONTENT_TYPE')
  }
  const anchor = await signerOf(cose.value, anchorSpki)
  if (typeof anchor === 'string') return fault(anchor)
  const content = decodeCbor(payload, { maxBytes: bytesMax, maxDepth: depthMax })
  return content.ok && content.value instanceof Map
    ? decoded({ content: content.value, payload, anchor })
    : fault('MALFORMED')
}

/** The key that signed, when it is the anchor or one of those that the anchor leads to. */
const signerOf = async (
  cose: CoseSign1,
  anchorSpki: Uint8Array,
): Promise<Uint8Array | 'ANCHOR' | 'SIGNATURE'> => {
  const pinned = await isSignedBy(cose, anchorSpki)
  if (pinned === null) return 'ANCHOR'
  if (pinned) return anchorSpki
  const statements = readSuccessions(cose.unprotectedHeader.get(successionsLabel))
  for (const spki of await anchorsFrom(anchorSpki, statements)) {
    if ((await isSignedBy(cose, spki)) === true) return spki
  }
  return 'SIGNATURE'
}
