import { dayMilliseconds } from '@sidep/time'
import {
  type Authority,
  generateSignerKeys,
  makeAuthority,
  makeSignerCertificate,
  type SignerScope,
} from './certificates.ts'
import { isDevelopmentSubject, parseSignerCertificate } from './signer-certificate.ts'

/** A certificate with its private key. */
export interface CertifiedKey {
  /** DER. */
  readonly certificate: Uint8Array
  /** PKCS#8 DER. */
  readonly privateKey: Uint8Array
}

/** How 2D-DOC names a signer: certification authority and certificate, four characters each. */
export interface TwoddocIdentity {
  readonly caId: string
  readonly certificateId: string
}

/** What is known of a new key's private half: PKCS#8 DER, or null where it stays in a hardware module. */
export interface NewKey<Private> {
  readonly publicKey: CryptoKey
  readonly privateKey: Private
}

/** A root and one signer for each scope. */
export interface KeySet<Private = Uint8Array> {
  readonly root: CertifiedKey
  readonly signers: Readonly<
    Record<SignerScope, { readonly certificate: Uint8Array; readonly privateKey: Private }>
  >
  readonly twoddoc: TwoddocIdentity
}

export interface KeySetRequest {
  /** The certificates hold from here. */
  readonly at: Date
  readonly randomBytes: (length: number) => Uint8Array
  /** Marks every certificate; production refuses those. */
  readonly development: boolean
  /** ISO 3166-1 alpha-2; FR when absent. */
  readonly country?: string
  readonly organization?: string
  readonly twoddoc?: TwoddocIdentity
}

// eHealth Network, certificate governance §2.2: CSCA 4 years; a DSC's key is used for a few months
// and its certificate outlives the certificates that it signed: 2 years.
const rootValidityDays = 4 * 365
const signerValidityDays = 2 * 365

/** In no register of 2D-DOC authorities: FR00 is the specification's test authority, FR03 the real one. */
export const developmentTwoddocIdentity: TwoddocIdentity = { caId: 'FR99', certificateId: 'DEV1' }

/**
 * Makes a whole set of keys: a root and a signer for each scope.
 *
 * @example
 * const keys = await makeKeySet({ at: clock.now(), randomBytes, development: true })
 * keys.signers.dcc.certificate // DER, for the trust bundle
 */
export const makeKeySet = (request: KeySetRequest): Promise<KeySet> =>
  makeKeySetWith(request, newKeyFile)

/** A new key that can be written to a file. */
export const newKeyFile = async (): Promise<NewKey<Uint8Array>> => {
  const { publicKey, privateKey } = await generateSignerKeys()
  return { publicKey, privateKey: await pkcs8(privateKey) }
}

/** The same with keys of signers that are made elsewhere: in a hardware module. */
export const makeKeySetWith = async <Private>(
  request: KeySetRequest,
  newKey: (scope: SignerScope) => Promise<NewKey<Private>>,
): Promise<KeySet<Private>> => {
  const { development, randomBytes } = request
  const twoddoc = request.twoddoc ?? developmentTwoddocIdentity
  const notBefore = wholeSeconds(request.at)
  const authority = await makeAuthority({
    country: request.country ?? 'FR',
    organization: request.organization ?? 'sidep',
    commonName: 'sidep root',
    notBefore,
    notAfter: daysLater(notBefore, rootValidityDays),
    development,
    randomBytes,
  })
  const signerFor = async (scope: SignerScope) => {
    const { publicKey, privateKey } = await newKey(scope)
    const at = request.at
    const certificate = await certifySigner({
      scope,
      authority,
      publicKey,
      at,
      twoddoc,
      randomBytes,
    })
    return { certificate, privateKey }
  }
  const [dcc, twoddocSigner, bundle, session, continuity] = await Promise.all([
    signerFor('dcc'),
    signerFor('twoddoc'),
    signerFor('bundle'),
    signerFor('session'),
    signerFor('continuity'),
  ])
  return {
    root: await rootOf(authority),
    signers: { dcc, twoddoc: twoddocSigner, bundle, session, continuity },
    twoddoc,
  }
}

/** What a signer's certificate is made of; whether it is for development follows its root. */
export interface SignerCertificateRequest {
  readonly scope: SignerScope
  readonly authority: Authority
  readonly publicKey: CryptoKey
  /** It holds from here, for two years or as long as its root. */
  readonly at: Date
  /** Names the signer of scope `twoddoc`. */
  readonly twoddoc: TwoddocIdentity
  readonly randomBytes: (length: number) => Uint8Array
}

/** Makes the certificate of a signer of a portal. @returns DER */
export const certifySigner = async (request: SignerCertificateRequest): Promise<Uint8Array> => {
  const { scope, authority, publicKey, twoddoc, randomBytes } = request
  const root = parseSignerCertificate(authority.certificate)
  if (!root.ok) throw new TypeError(`the root is not readable: ${root.code}`)
  const notBefore = wholeSeconds(request.at)
  const ends = Math.min(
    daysLater(notBefore, signerValidityDays).getTime(),
    root.value.notAfter.getTime(),
  )
  return makeSignerCertificate({
    scope,
    authority,
    publicKey,
    commonName: scope === 'twoddoc' ? twoddoc.certificateId : `sidep ${scope}`,
    notBefore,
    notAfter: new Date(ends),
    development: isDevelopmentSubject(root.value.subject),
    randomBytes,
  })
}

const rootOf = async ({ certificate, keys }: Authority): Promise<CertifiedKey> => ({
  certificate,
  privateKey: await pkcs8(keys.privateKey),
})

const pkcs8 = async (key: CryptoKey): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.exportKey('pkcs8', key))

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

const daysLater = (from: Date, days: number): Date =>
  new Date(from.getTime() + days * dayMilliseconds)
