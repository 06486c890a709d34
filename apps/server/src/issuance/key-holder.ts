/** How this process comes to the private key of a certificate: a file of its folder, or a hardware module. */

import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { equalBytes } from '@sidep/encoding'
import type { PublicSigner, Signer } from '../platform/signer.ts'
import { CannotStart } from '../platform/start-failure-codes.ts'
import type { KeyFolder } from './key-folder.ts'
import type { ScheduledKey } from './key-schedule.ts'
import { rawSignature } from './raw-signature.ts'

/** ECDSA P-256 with SHA-256 over the bytes; r‖s, 64 bytes. */
export type Sign = (bytes: Uint8Array) => Promise<Uint8Array>

/** A hardware module; null for a key that it does not have. */
export interface KeyModule {
  find(certificate: X509Certificate): Promise<Sign | null>
}

/** A signer that cannot be used, in words for the person starting the server. */
export class SignersUnusable extends CannotStart {
  override readonly name = 'SignersUnusable'

  constructor(sentence: string, options?: ErrorOptions) {
    super('SIGNERS_UNUSABLE', sentence, options)
  }
}

/** What was thrown, for a sentence about a key. */
const reasonOf = (cause: unknown): string => {
  if (cause instanceof CannotStart) return cause.sentence
  return cause instanceof Error ? cause.message : String(cause)
}

/** Says of which key it was; the file of a setting speaks for itself. */
export const signerUnusable = (what: string, cause: unknown): CannotStart =>
  cause instanceof CannotStart && !(cause instanceof SignersUnusable)
    ? cause
    : new SignersUnusable(`${what}: ${reasonOf(cause)}`, { cause })

/**
 * ECDSA P-256 with SHA-256; r‖s as COSE and 2D-DOC want it, not DER. On this thread: 36 µs, which is what handing
 * the work to another thread costs this one (measured; docs/adr/0011-issuing-and-storing.md).
 */
const signWith =
  (key: KeyObject): Sign =>
  async (bytes) =>
    rawSignature(sign('sha256', bytes, key))

const fileSign = (privateKey: Uint8Array, certificate: X509Certificate): Sign => {
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' })
  if (!certificate.checkPrivateKey(key)) throw new Error('key and certificate are not a pair')
  return signWith(key)
}

export const verificationKey = (certificate: X509Certificate): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    'spki',
    new Uint8Array(certificate.publicKey.export({ type: 'spki', format: 'der' })),
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['verify'],
  )

const probe = new TextEncoder().encode('sidep signer self-test')

/** A key that signs once says that it is there and belongs to its certificate. */
const prove = async (signing: Sign, publicKey: CryptoKey): Promise<void> => {
  const signature = new Uint8Array(await signing(probe))
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  if (!(await crypto.subtle.verify(algorithm, publicKey, signature, probe))) {
    throw new Error('key and certificate are not a pair')
  }
}

/** A key as everybody may know it, and the signer where this process has its private key. */
export interface HeldKey extends PublicSigner {
  readonly signer: Signer | null
  readonly notBefore: Date
  readonly notAfter: Date
}

/**
 * Loads a key.
 *
 * @param folder where files are
 * @param module asked for what is not there
 * @throws SignersUnusable when key and certificate are not a pair on P-256
 */
export const holdKey = async (
  { scope, keyId, certificate: der }: ScheduledKey,
  folder: Pick<KeyFolder, 'keys'>,
  module: KeyModule | null,
): Promise<HeldKey> => {
  try {
    const certificate = new X509Certificate(der)
    const publicKey = await verificationKey(certificate)
    const file = folder.keys.find(
      (key) => key.privateKey !== null && equalBytes(key.certificate, der),
    )
    const signing = file?.privateKey
      ? fileSign(file.privateKey, certificate)
      : ((await module?.find(certificate)) ?? null)
    if (signing !== null) await prove(signing, publicKey)
    const known: PublicSigner = { scope, keyId, certificate: der, publicKey }
    return {
      ...known,
      signer: signing === null ? null : { ...known, sign: signing },
      notBefore: new Date(certificate.validFrom),
      notAfter: new Date(certificate.validTo),
    }
  } catch (cause) {
    throw signerUnusable(`the signer ${scope} cannot be used`, cause)
  }
}
