/**
 * A stand-in for a laboratory: an authority, a certificate of the portal's port, one of the laboratory, and the entry of the
 * directory that knows it; all as files, for openssl and foreign senders too.
 */
import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { dayMilliseconds } from '@sidep/time'
import { makeKeys, privateKeyPem } from '../card-authority/keys.ts'
import { probeIdentity } from '../directory/index.ts'

export interface LaboratoryFiles {
  /** JSON: whose certificate which is. */
  readonly directory: string
  /** PEM; who issued both certificates. */
  readonly authority: string
  readonly serverCertificate: string
  readonly serverKey: string
  /** Of the laboratory. */
  readonly certificate: string
  readonly privateKey: string
  /** Of the laboratory that is none, which `sidep watch` sends as; a folder of an earlier version has no such file. */
  readonly probeCertificate: string
  readonly probeKey: string
}

export const laboratoryFiles = (folder: string): LaboratoryFiles => ({
  directory: join(folder, 'directory.json'),
  authority: join(folder, 'authority.pem'),
  serverCertificate: join(folder, 'server.certificate.pem'),
  serverKey: join(folder, 'server.key.pem'),
  certificate: join(folder, 'laboratory.certificate.pem'),
  privateKey: join(folder, 'laboratory.key.pem'),
  probeCertificate: join(folder, 'probe.certificate.pem'),
  probeKey: join(folder, 'probe.key.pem'),
})

/** Invented: its FINESS is that of the demo pharmacy's town, and nobody's. */
export const demoLaboratory = {
  name: 'LABTEST',
  professionalId: '899700075122',
  sites: [{ id: '750712184', name: 'Laboratoire du Parvis (essai)', postalCode: '75004' }],
} as const

const [probeSite] = probeIdentity.activities

/** At the marked site of the watcher: only the person that is nobody can be entered there. */
const probeLaboratory = {
  name: 'SONDE',
  professionalId: probeIdentity.nationalId,
  sites: [{ id: probeSite.finess, name: probeSite.companyName, postalCode: probeSite.postalCode }],
} as const

/** What a watcher is told to send messages as that laboratory. */
export const probeLaboratorySettings = (
  files: LaboratoryFiles,
  port: number,
): Readonly<Record<string, string>> => ({
  WATCH_LABORATORY: `localhost:${port}`,
  WATCH_LABORATORY_SITE: probeLaboratory.sites[0].id,
  WATCH_LABORATORY_BIOLOGIST: probeLaboratory.professionalId,
  WATCH_LABORATORY_CERTIFICATE: files.probeCertificate,
  WATCH_LABORATORY_KEY: files.probeKey,
  WATCH_LABORATORY_AUTHORITY: files.authority,
})

export interface LaboratoryFolderOptions {
  readonly now: Date
  /** Names that the port is reached by. */
  readonly serverNames: readonly string[]
}

const signing = { name: 'ECDSA', hash: 'SHA-256' }
const yearsOfAuthority = 10
const daysOfCertificate = 800

const writeKey = async (path: string, key: CryptoKey): Promise<void> => {
  await writeFile(path, await privateKeyPem(key), { mode: 0o600 })
  await chmod(path, 0o600)
}

const makeAuthority = async (at: Date) => {
  const keys = await makeKeys('p256')
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Essai laboratoires, O=sidep essai',
    notBefore: new Date(at.getTime() - dayMilliseconds),
    notAfter: new Date(at.getTime() + yearsOfAuthority * 365 * dayMilliseconds),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      // Authorities of several folders have one name: a port that trusts them all finds whose a certificate is by this.
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, keys }
}

const issue = async (
  authority: Awaited<ReturnType<typeof makeAuthority>>,
  at: Date,
  subject: string,
  serialNumber: string,
  serverNames: readonly string[] | null,
): Promise<{ certificate: X509Certificate; key: CryptoKey }> => {
  const keys = await makeKeys('p256')
  const usage = serverNames === null ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth
  const names = (serverNames ?? []).map((value) => ({
    type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
    value,
  }))
  const certificate = await X509CertificateGenerator.create({
    serialNumber,
    subject,
    issuer: authority.certificate.subject,
    notBefore: new Date(at.getTime() - dayMilliseconds),
    notAfter: new Date(at.getTime() + daysOfCertificate * dayMilliseconds),
    signingAlgorithm: signing,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      await AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    ],
  })
  return { certificate, key: keys.privateKey }
}

const thumbprintOf = ({ rawData }: X509Certificate): string =>
  createHash('sha256').update(Buffer.from(rawData)).digest('hex')

/** Makes the files where there are none; a folder that has them stays as it is. */
export const ensureLaboratoryFolder = async (
  folder: string,
  { now, serverNames }: LaboratoryFolderOptions,
): Promise<LaboratoryFiles> => {
  const files = laboratoryFiles(folder)
  if (existsSync(files.directory)) return files
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const authority = await makeAuthority(now)
  const server = await issue(authority, now, 'CN=sidep essai', '02', serverNames)
  const laboratory = await issue(authority, now, 'CN=LABTEST, O=Laboratoire essai', '03', null)
  const probe = await issue(authority, now, 'CN=SONDE, O=Laboratoire de sonde (essai)', '04', null)
  await writeFile(files.authority, authority.certificate.toString('pem'))
  await writeFile(files.serverCertificate, server.certificate.toString('pem'))
  await writeFile(files.certificate, laboratory.certificate.toString('pem'))
  await writeKey(files.serverKey, server.key)
  await writeKey(files.privateKey, laboratory.key)
  await writeFile(files.probeCertificate, probe.certificate.toString('pem'))
  await writeKey(files.probeKey, probe.key)
  const directory = [
    { ...demoLaboratory, certificates: [thumbprintOf(laboratory.certificate)] },
    { ...probeLaboratory, certificates: [thumbprintOf(probe.certificate)] },
  ]
  // Last: a folder with this file is whole.
  const unfinished = `${files.directory}.part`
  await writeFile(unfinished, `${JSON.stringify(directory, null, 2)}\n`)
  await rename(unfinished, files.directory)
  return files
}
