/** Whether a certificate is one of ours. Where it was kept proves nothing; the root's signature does. */
import type { X509Certificate } from 'node:crypto'

export const isUnderRoot = (certificate: X509Certificate, root: X509Certificate): boolean =>
  certificate.checkIssued(root) && certificate.verify(root.publicKey)
