/** The part of the configuration that opens the port of vendors. */
import { resolve } from 'node:path'
import { connectionBounds } from '@sidep/admission'
import type { Reader } from './configuration-reader.ts'

export interface VendorConfiguration {
  readonly host: string
  /** Where their software asks; 0 lets the system choose. */
  readonly port: number
  /** Of the role's own figures, where no laboratory has a port beside it. */
  readonly operatorPort: number
  /** As they reach it, the issuer of their tokens; null: https://localhost and the port. */
  readonly url: string | null
  readonly tls: { readonly certificate: string; readonly key: string }
  /** Connections at once; more are dropped. */
  readonly connectionsMax: number
  /** For development: webhooks may go to addresses of this machine and network, and by http. */
  readonly webhooksAnywhere: boolean
}

const portMax = 65_535

/**
 * Reads the settings of vendors.
 *
 * @param host where the portal itself listens
 * @returns null without VENDOR_TLS_CERTIFICATE: then there is no such port
 */
export const readVendorConfiguration = (
  { text, missing, wrong, integer, url }: Reader,
  workingDirectory: string,
  host: string,
  production: boolean,
): VendorConfiguration | null => {
  const certificate = text('VENDOR_TLS_CERTIFICATE')
  if (certificate === null) return null
  const key = text('VENDOR_TLS_KEY') ?? missing('VENDOR_TLS_KEY', 'PEM file of the private key')
  const publicUrl = url('VENDOR_URL', ['https:'])
  if (production && publicUrl === null) {
    missing('VENDOR_URL', 'as vendors reach their port, e.g. https://vendors.example')
  }
  if (publicUrl !== null && new URL(publicUrl).origin !== publicUrl) {
    wrong('VENDOR_URL', 'an origin alone, without a path')
  }
  const webhooksAnywhere = text('VENDOR_WEBHOOKS_ANYWHERE') ?? 'no'
  if (webhooksAnywhere !== 'yes' && webhooksAnywhere !== 'no') {
    wrong('VENDOR_WEBHOOKS_ANYWHERE', 'yes or no')
  }
  if (production && webhooksAnywhere === 'yes') {
    wrong('VENDOR_WEBHOOKS_ANYWHERE', 'no: in production webhooks go to public addresses alone')
  }
  return {
    host: text('VENDOR_HOST') ?? host,
    port: integer('VENDOR_PORT', 8_444, 0, portMax),
    operatorPort: integer('LABORATORY_OPERATOR_PORT', 2_576, 0, portMax),
    url: publicUrl,
    tls: {
      certificate: resolve(workingDirectory, certificate),
      key: resolve(workingDirectory, key),
    },
    connectionsMax: integer('VENDOR_CONNECTIONS_MAX', connectionBounds.vendor, 1, 100_000),
    webhooksAnywhere: webhooksAnywhere === 'yes',
  }
}
