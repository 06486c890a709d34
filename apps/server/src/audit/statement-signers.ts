/**
 * Signers of statements as those who check them know them. A certificate comes from the database and is believed for
 * its root's signature alone, so that statements outlive the change of a signer's key.
 */
import { createHash, type KeyObject, verify, X509Certificate } from 'node:crypto'
import type { Sql } from 'postgres'
import type { Signer } from '../platform/signer.ts'
import { isUnderRoot } from '../platform/under-root.ts'
import type { Signed } from './statement.ts'

/** Whether a signed text is the portal's own. */
export type StatementVerifier = (text: Uint8Array, signed: Signed) => boolean

/** Signers of any other scope state nothing about the audit chain (docs/adr/0014-signed-heads-and-retention.md). */
const subjectLine = 'CN=sidep continuity'
const keyIdBytes = 8

interface KnownSigner {
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
}

const knownSigner = (der: Uint8Array, root: X509Certificate): KnownSigner | null => {
  const certificate = new X509Certificate(der)
  const isOurs =
    isUnderRoot(certificate, root) && certificate.subject.split('\n').includes(subjectLine)
  return isOurs
    ? {
        publicKey: certificate.publicKey,
        notBefore: new Date(certificate.validFrom),
        notAfter: new Date(certificate.validTo),
      }
    : null
}

const keyIdOf = (der: Uint8Array): string =>
  createHash('sha256').update(der).digest().subarray(0, keyIdBytes).toString('hex')

/** Makes a signer's certificate known to those who check later; before its first statement is stored. */
export const publishSigner = async (
  database: Sql,
  { keyId, certificate }: Pick<Signer, 'keyId' | 'certificate'>,
): Promise<void> => {
  await database`insert into audit_signer (key_id, certificate) values (${keyId}, ${certificate})
    on conflict do nothing`
}

/**
 * Reads the signers and tells their statements from forged ones.
 *
 * @param rootCertificate DER, from the folder of keys and never from the database
 */
export const openStatementVerifier = async (
  database: Sql,
  rootCertificate: Uint8Array,
): Promise<StatementVerifier> => {
  const root = new X509Certificate(rootCertificate)
  const known = new Map<string, KnownSigner>()
  for (const { certificate } of await database<{ certificate: Uint8Array }[]>`
    select certificate from audit_signer`) {
    const signer = knownSigner(certificate, root)
    if (signer !== null) known.set(keyIdOf(certificate), signer)
  }
  return (text, { signedAt, keyId, signature }) => {
    const signer = known.get(Buffer.from(keyId).toString('hex'))
    if (signer === undefined || signedAt < signer.notBefore || signedAt > signer.notAfter) {
      return false
    }
    return verify('sha256', text, { key: signer.publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  }
}
