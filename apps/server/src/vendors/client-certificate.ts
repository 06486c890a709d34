/**
 * Whose certificate a connection shows. TLS has checked that the other side holds its key; whose it is, the register says
 * (RFC 8705 §2.1 by the vendor's authority, §2.2 by the certificate itself).
 */
import { createHash, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { Register, Vendor } from './register.ts'

export interface PresentedCertificate {
  readonly certificate: X509Certificate
  /** SHA-256 of the DER, hexadecimal: as the register has it. */
  readonly thumbprint: string
  /** The same, base64url: `x5t#S256` (RFC 8705 §3.1). */
  readonly x5t: string
}

const presentedOn = new WeakMap<TLSSocket, PresentedCertificate | null>()

const read = (socket: TLSSocket): PresentedCertificate | null => {
  const certificate = socket.getPeerX509Certificate?.()
  if (certificate === undefined) return null
  const digest = createHash('sha256').update(certificate.raw).digest()
  return {
    certificate,
    thumbprint: digest.toString('hex'),
    x5t: digest.toString('base64url'),
  }
}

/** What a connection shows, read once. */
export const presentedOf = (socket: TLSSocket): PresentedCertificate | null => {
  const known = presentedOn.get(socket)
  if (known !== undefined) return known
  const presented = read(socket)
  presentedOn.set(socket, presented)
  return presented
}

const isInTime = ({ validFromDate, validToDate }: X509Certificate, at: Date): boolean =>
  validFromDate <= at && at <= validToDate

/** The vendor of a certificate; undefined for nobody's, and for one that is withdrawn, over or not valid yet. */
export const vendorOf = (
  { byCertificate, withdrawn, authorities }: Register,
  { certificate, thumbprint }: PresentedCertificate,
  at: Date,
): Vendor | undefined => {
  if (withdrawn.has(thumbprint) || !isInTime(certificate, at)) return undefined
  const listed = byCertificate.get(thumbprint)
  if (listed !== undefined) return listed
  return authorities.find(
    ({ certificate: authority }) =>
      isInTime(authority, at) &&
      certificate.checkIssued(authority) &&
      // Subject and key identifier are names; the signature is what counts.
      certificate.verify(authority.publicKey),
  )?.vendor
}
