/**
 * The signers of this server, from key files. A key in a hardware module is another way to make the same `Signer`.
 * Production refuses keys made for development; every key proves at start that it belongs to its certificate.
 */
import { createHash, createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isDevelopmentSubject, parseSignerCertificate } from '@sidep/trust'
import type { Clock, RandomBytes } from '../platform/clock.ts'
import type { Configuration } from '../platform/configuration.ts'
import type { Signer, SignerScope } from '../platform/signer.ts'
import {
  type CertifiedKeyFile,
  type KeyFolder,
  readKeyFolder,
  writeKeyFolder,
} from './key-folder.ts'

export interface Signers {
  readonly scopes: Readonly<Record<SignerScope, Signer>>
  /** How 2D-DOC names its signer. */
  readonly twoddoc: { readonly caId: string; readonly certificateId: string }
  readonly rootCertificate: Uint8Array
}

/** A key folder that cannot be used, in words for the person starting the server. */
export class SignersUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SignersUnusable'
  }
}

/**
 * ECDSA P-256 with SHA-256; r‖s as COSE and 2D-DOC want it, not DER. On this thread: 36 µs, which is what handing
 * the work to another thread costs this one (measured; docs/adr/0011-issuing-and-storing.md).
 */
const signWith =
  (key: KeyObject) =>
  async (bytes: Uint8Array): Promise<Uint8Array> =>
    sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })

const verificationKey = (certificate: X509Certificate): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    'spki',
    new Uint8Array(certificate.publicKey.export({ type: 'spki', format: 'der' })),
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['verify'],
  )

const probe = new TextEncoder().encode('sidep signer self-test')

/** @throws SignersUnusable when key and certificate are not a pair on P-256 */
const makeSigner = async (
  scope: SignerScope,
  { certificate: der, privateKey }: CertifiedKeyFile,
): Promise<Signer> => {
  try {
    const certificate = new X509Certificate(der)
    const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' })
    if (!certificate.checkPrivateKey(key)) throw new Error('key and certificate are not a pair')
    const signer: Signer = {
      scope,
      keyId: new Uint8Array(createHash('sha256').update(der).digest().subarray(0, 8)),
      certificate: der,
      publicKey: await verificationKey(certificate),
      sign: signWith(key),
    }
    if ((await signer.sign(probe)).length !== 64) throw new Error('not an ECDSA P-256 key')
    return signer
  } catch (cause) {
    throw new SignersUnusable(`the signer ${scope} cannot be used`, { cause })
  }
}

/** Loads every signer of a folder read by `readKeyFolder`. */
export const makeSigners = async ({
  signers,
  rootCertificate,
  twoddoc,
}: KeyFolder): Promise<Signers> => {
  const [dcc, twoddocSigner, bundle, session, continuity] = await Promise.all([
    makeSigner('dcc', signers.dcc),
    makeSigner('twoddoc', signers.twoddoc),
    makeSigner('bundle', signers.bundle),
    makeSigner('session', signers.session),
    makeSigner('continuity', signers.continuity),
  ])
  return {
    scopes: { dcc, twoddoc: twoddocSigner, bundle, session, continuity },
    twoddoc,
    rootCertificate,
  }
}

/** What keeps a certificate from being used now, in words; null when nothing does. */
const objectionTo = (der: Uint8Array, production: boolean, at: Date): string | null => {
  const parsed = parseSignerCertificate(der)
  if (!parsed.ok) return `is not readable (${parsed.code})`
  const { subject, notBefore, notAfter } = parsed.value
  if (production && isDevelopmentSubject(subject)) return 'was made for development'
  if (at < notBefore) return `is valid only from ${notBefore.toISOString()}`
  if (at > notAfter) return `ended on ${notAfter.toISOString()}`
  return null
}

const refuseObjections = ({ signers }: KeyFolder, production: boolean, at: Date): void => {
  const objections = Object.entries(signers).flatMap(([scope, { certificate }]) => {
    const objection = objectionTo(certificate, production, at)
    return objection === null ? [] : [`  the certificate of the signer ${scope} ${objection}`]
  })
  if (objections.length > 0) throw new SignersUnusable(objections.join('\n'))
}

/**
 * Opens the signers of a configuration. Development makes a key set, marked as such, when the folder is not there.
 * @throws SignersUnusable with what to do, one line a signer
 */
export const openSigners = async (
  { mode, keysDirectory }: Pick<Configuration, 'mode' | 'keysDirectory'>,
  clock: Clock,
  randomBytes: RandomBytes,
): Promise<Signers> => {
  const production = mode === 'production'
  if (!existsSync(keysDirectory)) {
    if (production) {
      throw new SignersUnusable(
        `  KEYS_DIR names ${keysDirectory}, which does not exist: make it with \`sidep keys\``,
      )
    }
    // Loaded only here: making certificates is no part of a server that has them.
    const { createKeySet } = await import('@sidep/trust/certificates')
    const keys = await createKeySet({ at: clock.now(), randomBytes, development: true })
    await writeKeyFolder(keysDirectory, keys)
  }
  const folder = await readKeyFolder(keysDirectory).catch((cause: unknown) => {
    throw new SignersUnusable(`  the folder of signers ${keysDirectory} cannot be read`, { cause })
  })
  refuseObjections(folder, production, clock.now())
  return makeSigners(folder)
}

/** SubjectPublicKeyInfo (DER) of a signer's certificate. */
export const publicKeyInfo = ({ certificate }: Pick<Signer, 'certificate'>): Uint8Array =>
  new Uint8Array(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }))
