/**
 * A stand-in for the hierarchy that issues professionals' cards: a root, its authority for persons, the sister
 * authority for organisations, and lists of what is revoked. It makes good cards and, on request, faulty ones.
 */
import { dayMilliseconds } from '@sidep/time'
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonGeneralName,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509'
import {
  certificatePem,
  derOfPem,
  importRsaKey,
  type KeyKind,
  makeKeys,
  privateKeyPem,
} from './keys.ts'
import { type AuthorityName, authorityNames } from './names.ts'

export interface PemPair {
  readonly certificate: string
  /** PKCS#8. */
  readonly privateKey: string
}

interface RevokedCertificate {
  /** Hexadecimal. */
  readonly serialNumber: string
  readonly revokedAt: string
}

/** Everything that makes the hierarchy the same one again after a restart. */
export interface AuthorityMaterial {
  readonly authorities: Readonly<Record<AuthorityName, PemPair>>
  readonly revoked: Readonly<Record<'root' | 'persons', readonly RevokedCertificate[]>>
}

/** What can be wrong with a card; what is wrong with its holder is said in the subject. */
export type CardFault =
  | 'expired'
  | 'not-yet-valid'
  | 'other-authority'
  | 'impostor-authority'
  | 'organisations-authority'
  | 'root-authority'
  | 'no-client-authentication'
  | 'wrong-key-usage'
  | 'authority-certificate'
  | 'weak-signature'
  | 'short-key'

interface CardRequest {
  readonly subject: JsonName
  readonly at: Date
  readonly fault?: CardFault
  /** RSA 2048, as on the real cards, unless said otherwise. */
  readonly keys?: KeyKind
}

/** The public half of a card; the key may be in a token that never shows it. */
export interface CardCertificate {
  readonly certificate: string
  readonly serialNumber: string
}

export interface Card extends PemPair, CardCertificate {}

interface ListRequest {
  readonly issuedAt: Date
  readonly nextUpdate: Date
  /** Signed by a key that is not the authority's. */
  readonly forged?: boolean
  /** Only what changed since another list (RFC 5280 §5.2.4). */
  readonly delta?: boolean
}

export interface CardAuthority {
  /** PEM of each authority. */
  readonly certificates: Readonly<Record<AuthorityName, string>>
  /** PEM of root and authority for persons: what a portal is told to trust. */
  readonly bundle: string
  makeCard(request: CardRequest): Promise<Card>
  /** A card for a key that is in a token already. @param publicKey SubjectPublicKeyInfo, DER */
  certify(request: CardRequest, publicKey: Uint8Array<ArrayBuffer>): Promise<CardCertificate>
  /** A certificate for a TLS server, by the authority for organisations. */
  makeServerCertificate(names: readonly string[], at: Date): Promise<PemPair>
  revoke(of: 'root' | 'persons', serialNumber: string, at: Date): void
  /** DER of the list of what an authority revoked (RFC 5280 §5). */
  revocationList(of: 'root' | 'persons', request: ListRequest): Promise<Uint8Array>
  /** To be kept, and given to `openCardAuthority` again. */
  material(): AuthorityMaterial
}

interface Issuer {
  readonly certificate: X509Certificate
  readonly privateKey: CryptoKey
}

const day = dayMilliseconds
const year = 365 * day
const daysFrom = (at: Date, days: number): Date => new Date(at.getTime() + days * day)

/** Positive, 16 octets (RFC 5280 §4.1.2.2). */
const makeSerialNumber = (): string => {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

const makeAuthority = async (
  name: AuthorityName,
  issuer: Issuer | null,
  at: Date,
  publicationUrl: string,
): Promise<Issuer> => {
  const keys = await makeKeys('rsa')
  const extensions: Extension[] = [
    new BasicConstraintsExtension(true, issuer === null ? 1 : 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ]
  if (issuer !== null) {
    extensions.push(
      await AuthorityKeyIdentifierExtension.create(issuer.certificate),
      new CRLDistributionPointsExtension([`${publicationUrl}/root.crl`]),
    )
  }
  const certificate = await X509CertificateGenerator.create({
    subject: authorityNames[name],
    issuer: issuer?.certificate.subjectName ?? authorityNames[name],
    publicKey: keys.publicKey,
    signingKey: issuer?.privateKey ?? keys.privateKey,
    serialNumber: makeSerialNumber(),
    notBefore: new Date(at.getTime() - year),
    notAfter: new Date(at.getTime() + 10 * year),
    extensions,
  })
  return { certificate, privateKey: keys.privateKey }
}

const pairOf = async ({ certificate, privateKey }: Issuer): Promise<PemPair> => ({
  certificate: certificatePem(certificate.rawData),
  privateKey: await privateKeyPem(privateKey),
})

/** Makes a new hierarchy, valid around `at`. @param publicationUrl where its lists will be served */
export const makeAuthorityMaterial = async (
  at: Date,
  publicationUrl: string,
): Promise<AuthorityMaterial> => {
  const root = await makeAuthority('root', null, at, publicationUrl)
  const [persons, organisations] = await Promise.all([
    makeAuthority('persons', root, at, publicationUrl),
    makeAuthority('organisations', root, at, publicationUrl),
  ])
  return {
    authorities: {
      root: await pairOf(root),
      persons: await pairOf(persons),
      organisations: await pairOf(organisations),
    },
    revoked: { root: [], persons: [] },
  }
}

const openIssuer = async ({ certificate, privateKey }: PemPair): Promise<Issuer> => ({
  certificate: new X509Certificate(derOfPem(certificate)),
  privateKey: await importRsaKey(derOfPem(privateKey), 'SHA-256'),
})

const validityOf = ({ at, fault }: CardRequest): { notBefore: Date; notAfter: Date } => {
  if (fault === 'expired') return { notBefore: daysFrom(at, -1_000), notAfter: daysFrom(at, -1) }
  if (fault === 'not-yet-valid') {
    return { notBefore: daysFrom(at, 1), notAfter: daysFrom(at, 1_000) }
  }
  return { notBefore: daysFrom(at, -1), notAfter: daysFrom(at, 1_095) }
}

// Microsoft smart card logon: the real cards carry it beside client authentication.
const smartCardLogon = '1.3.6.1.4.1.311.20.2.2'

const usagesOf = (fault: CardFault | undefined): Extension[] => {
  // A card's second certificate signs documents: nonRepudiation alone.
  const keyUsage =
    fault === 'wrong-key-usage' ? KeyUsageFlags.nonRepudiation : KeyUsageFlags.digitalSignature
  const extended =
    fault === 'no-client-authentication'
      ? [ExtendedKeyUsage.emailProtection]
      : [ExtendedKeyUsage.clientAuth, smartCardLogon]
  return [
    new BasicConstraintsExtension(fault === 'authority-certificate', undefined, true),
    new KeyUsagesExtension(keyUsage, true),
    new ExtendedKeyUsageExtension(extended),
  ]
}

/** A hierarchy of the same names that nobody should believe. */
const openStrangers = async (at: Date, publicationUrl: string) => {
  const { authorities } = await makeAuthorityMaterial(at, publicationUrl)
  return openIssuer(authorities.persons)
}

/** Changes since list number 1; critical, so that nobody takes it for a whole list. */
const deltaIndicator = new Extension('2.5.29.27', true, new Uint8Array([0x02, 0x01, 0x01]))

const alternativeName = (value: string): JsonGeneralName =>
  /^[\d.]+$/.test(value) ? { type: 'ip', value } : { type: 'dns', value }

const strangerName: JsonName = [{ C: ['FR'] }, { O: ['AILLEURS'] }, { CN: ['AC AILLEURS'] }]

/** Opens a hierarchy. @param publicationUrl where its lists are served, written into cards */
export const openCardAuthority = async (
  given: AuthorityMaterial,
  publicationUrl: string,
): Promise<CardAuthority> => {
  const { authorities } = given
  const issuers: Readonly<Record<AuthorityName, Issuer>> = {
    root: await openIssuer(authorities.root),
    persons: await openIssuer(authorities.persons),
    organisations: await openIssuer(authorities.organisations),
  }
  const revoked = { root: [...given.revoked.root], persons: [...given.revoked.persons] }
  let strangers: Promise<Issuer> | undefined

  const issuerFor = async ({ fault, at }: CardRequest): Promise<Issuer> => {
    if (fault === 'root-authority') return issuers.root
    if (fault === 'organisations-authority') return issuers.organisations
    if (fault === 'other-authority' || fault === 'impostor-authority') {
      strangers ??= openStrangers(at, publicationUrl)
      return strangers
    }
    if (fault === 'weak-signature') {
      const pkcs8 = derOfPem(authorities.persons.privateKey)
      return { ...issuers.persons, privateKey: await importRsaKey(pkcs8, 'SHA-1') }
    }
    return issuers.persons
  }

  const certify: CardAuthority['certify'] = async (request, spki) => {
    const { fault, subject } = request
    const issuer = await issuerFor(request)
    const publicKey = new PublicKey(spki)
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: fault === 'other-authority' ? strangerName : issuer.certificate.subjectName,
      publicKey,
      signingKey: issuer.privateKey,
      serialNumber: makeSerialNumber(),
      ...validityOf(request),
      extensions: [
        ...usagesOf(fault),
        await SubjectKeyIdentifierExtension.create(publicKey),
        await AuthorityKeyIdentifierExtension.create(issuer.certificate),
        new CRLDistributionPointsExtension([`${publicationUrl}/persons.crl`]),
      ],
    })
    return {
      certificate: certificatePem(certificate.rawData),
      serialNumber: certificate.serialNumber,
    }
  }

  return {
    certificates: {
      root: authorities.root.certificate,
      persons: authorities.persons.certificate,
      organisations: authorities.organisations.certificate,
    },
    bundle: `${authorities.root.certificate}${authorities.persons.certificate}`,
    certify,
    makeCard: async (request) => {
      const kind = request.fault === 'short-key' ? 'rsa-1024' : (request.keys ?? 'rsa')
      const keys = await makeKeys(kind)
      const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey))
      return {
        ...(await certify(request, publicKey)),
        privateKey: await privateKeyPem(keys.privateKey),
      }
    },
    makeServerCertificate: async (names, at) => {
      const keys = await makeKeys('p256')
      const certificate = await X509CertificateGenerator.create({
        subject: [{ C: ['FR'] }, { O: ['ESSAI'] }, { CN: [names[0] ?? 'localhost'] }],
        issuer: issuers.organisations.certificate.subjectName,
        publicKey: keys.publicKey,
        signingKey: issuers.organisations.privateKey,
        serialNumber: makeSerialNumber(),
        notBefore: daysFrom(at, -1),
        // Browsers refuse a server's certificate of more than 398 days.
        notAfter: daysFrom(at, 396),
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(names.map(alternativeName)),
          await AuthorityKeyIdentifierExtension.create(issuers.organisations.certificate),
        ],
      })
      const own = certificatePem(certificate.rawData)
      return {
        certificate: `${own}${authorities.organisations.certificate}`,
        privateKey: await privateKeyPem(keys.privateKey),
      }
    },
    revoke: (of, serialNumber, at) => {
      if (revoked[of].some((entry) => entry.serialNumber === serialNumber)) return
      revoked[of].push({ serialNumber, revokedAt: at.toISOString() })
    },
    revocationList: async (of, { issuedAt, nextUpdate, forged = false, delta = false }) => {
      const { certificate, privateKey } = issuers[of]
      const list = await X509CrlGenerator.create({
        issuer: certificate.subjectName,
        thisUpdate: issuedAt,
        nextUpdate,
        entries: revoked[of].map(({ serialNumber, revokedAt }) => ({
          serialNumber,
          revocationDate: new Date(revokedAt),
        })),
        signingKey: forged ? (await makeKeys('rsa')).privateKey : privateKey,
        signingAlgorithm: { name: 'RSASSA-PKCS1-v1_5' },
        extensions: [
          await AuthorityKeyIdentifierExtension.create(certificate),
          ...(delta ? [deltaIndicator] : []),
        ],
      })
      return new Uint8Array(list.rawData)
    },
    material: () => ({
      authorities,
      revoked: { root: [...revoked.root], persons: [...revoked.persons] },
    }),
  }
}
