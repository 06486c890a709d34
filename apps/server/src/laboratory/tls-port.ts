/** What the ports of laboratories share: TLS with a client's certificate, and whose a certificate is. */
import type { TLSSocket, TlsOptions } from 'node:tls'
import { connectionBounds } from '@sidep/admission'
import type { LaboratoryConfiguration } from '../platform/laboratory-configuration.ts'
import { readCertificates, readTlsPair } from '../platform/setting-file.ts'
import { thumbprintOf } from './directory.ts'

const handshakeMilliseconds = 10_000

/** @throws CannotStart when a file of the configuration cannot be used */
export const readTlsOptions = async ({
  authority,
  tls,
}: Pick<LaboratoryConfiguration, 'authority' | 'tls'>): Promise<TlsOptions> => {
  const ca = await readCertificates('LABORATORY_AUTHORITY', authority)
  return {
    ca,
    ...(await readTlsPair('LABORATORY', tls)),
    requestCert: true,
    // Whoever issued it, by the authorities of the configuration alone; whose it is, by the directory.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    handshakeTimeout: handshakeMilliseconds,
  }
}

/** Thumbprint of the certificate that a connection shows; undefined where none counts. */
export const thumbprintIn = (socket: TLSSocket): string | undefined => {
  const certificate = socket.getPeerX509Certificate()
  return certificate === undefined || !socket.authorized ? undefined : thumbprintOf(certificate.raw)
}

/** How many connections each certificate holds; one laboratory takes no other's place. */
export interface ConnectionShares {
  /** @returns whether there is room; then it is held until the socket closes */
  hold(thumbprint: string, socket: Pick<TLSSocket, 'once'>): boolean
}

export const makeConnectionShares = (): ConnectionShares => {
  const counts = new Map<string, number>()
  return {
    hold(thumbprint, socket) {
      const held = counts.get(thumbprint) ?? 0
      if (held >= connectionBounds.laboratoryEach) return false
      counts.set(thumbprint, held + 1)
      socket.once('close', () => {
        const left = (counts.get(thumbprint) ?? 1) - 1
        if (left > 0) counts.set(thumbprint, left)
        else counts.delete(thumbprint)
      })
      return true
    },
  }
}
