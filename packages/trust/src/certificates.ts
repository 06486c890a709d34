/**
 * Makes certificates: the national root and the signers under it. Import this file by its own path
 * (`@sidep/trust/certificates`); a verifier never needs it, and a test keeps it out of its bundle.
 */
import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { bytesToHex } from '@sidep/encoding'
import { owned } from './public-key.ts'

/** What a signer signs; each scope has a key of its own (design.md, Cryptography). */
export const signerScopes = ['dcc', 'twoddoc', 'bundle', 'session', 'continuity'] as const
export type SignerScope = (typeof signerScopes)[number]

/** A root with its keys, able to issue. */
export interface Authority {
  /** DER. */
  readonly certificate: Uint8Array
  readonly keys: CryptoKeyPair
}

interface CertificateRequest {
  readonly commonName: string
  readonly notBefore: Date
  /** After `notBefore`; whole seconds, as X.509 has no smaller unit. */
  readonly notAfter: Date
  /** Marks the subject with OU=Development. */
  readonly development: boolean
  readonly randomBytes: (length: number) => Uint8Array
}

export interface AuthorityRequest extends CertificateRequest {
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly organization: string
}

export interface SignerRequest extends CertificateRequest {
  readonly scope: SignerScope
  readonly authority: Authority
  readonly publicKey: CryptoKey
}

/**
 * Extended key usages of a scope. `dcc` may sign certificates of tests (1.3.6.1.4.1.1847.2021.1.1) and of recoveries (….3),
 * as this portal issues no others: eHealth Network, certificate governance §2.3. The other scopes need none.
 */
const extendedKeyUsages: Readonly<Partial<Record<SignerScope, readonly string[]>>> = {
  dcc: ['1.3.6.1.4.1.1847.2021.1.1', '1.3.6.1.4.1.1847.2021.1.3'],
}

const ecdsaKeys = { name: 'ECDSA', namedCurve: 'P-256' } as const
const ecdsaSignature = { name: 'ECDSA', hash: 'SHA-256' } as const

/** Makes an ECDSA P-256 key pair that can be exported to a key file. */
export const generateSignerKeys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(ecdsaKeys, true, ['sign', 'verify'])

/**
 * Makes a root like a national CSCA (ICAO 9303-12 §7.1): self-signed, a CA without intermediate
 * authorities, allowed to sign certificates and revocation lists and nothing else.
 */
export const makeAuthority = async (request: AuthorityRequest): Promise<Authority> => {
  const keys = await generateSignerKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: nameOf(request.country, request.organization, request),
    keys,
    serialNumber: serialNumber(request.randomBytes),
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    signingAlgorithm: ecdsaSignature,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: new Uint8Array(certificate.rawData), keys }
}

/** Opens a root that was made before. @param privateKey PKCS#8 DER */
export const openAuthority = async (
  certificate: Uint8Array,
  privateKey: Uint8Array,
): Promise<Authority> => ({
  certificate,
  keys: {
    publicKey: await new X509Certificate(owned(certificate)).publicKey.export(),
    privateKey: await crypto.subtle.importKey('pkcs8', owned(privateKey), ecdsaKeys, false, [
      'sign',
    ]),
  },
})

/**
 * Makes a signer's certificate under a root: digitalSignature only, with the extended key usage of
 * its scope. Country and organisation are the root's.
 *
 * @returns DER
 * @throws RangeError when it would outlive its root
 */
export const makeSignerCertificate = async (request: SignerRequest): Promise<Uint8Array> => {
  const root = new X509Certificate(owned(request.authority.certificate))
  if (request.notAfter > root.notAfter) throw new RangeError('a signer may not outlive its root')
  const usages = extendedKeyUsages[request.scope]
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    await SubjectKeyIdentifierExtension.create(request.publicKey),
    await AuthorityKeyIdentifierExtension.create(request.authority.keys.publicKey),
  ]
  if (usages !== undefined) extensions.push(new ExtendedKeyUsageExtension([...usages]))
  const [country = ''] = root.subjectName.getField('C')
  const [organization = ''] = root.subjectName.getField('O')
  const certificate = await X509CertificateGenerator.create({
    subject: nameOf(country, organization, request),
    issuer: root.subjectName,
    publicKey: request.publicKey,
    signingKey: request.authority.keys.privateKey,
    serialNumber: serialNumber(request.randomBytes),
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    signingAlgorithm: ecdsaSignature,
    extensions,
  })
  return new Uint8Array(certificate.rawData)
}

const nameOf = (
  country: string,
  organization: string,
  { commonName, development }: CertificateRequest,
): Record<string, string[]>[] => [
  { C: [country] },
  { O: [organization] },
  ...(development ? [{ OU: ['Development'] }] : []),
  { CN: [commonName] },
]

/** A positive serial number of 16 octets (RFC 5280 §4.1.2.2: at most 20, at least 64 random bits). */
const serialNumber = (randomBytes: (length: number) => Uint8Array): string => {
  const bytes = Uint8Array.from(randomBytes(16))
  // The first octet from 0x40 to 0x7f keeps the number positive and its length fixed.
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytesToHex(bytes)
}
