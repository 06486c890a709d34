/** What a vendor's software is let in with at a real portal, as a file of theirs names it. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

export interface VendorAtPortal {
  readonly clientId: string
  /** Private key of its assertions: PKCS #8 PEM, for ES256. */
  readonly clientKey: string
  /** Of that key; undefined where the register has one alone. */
  readonly keyId: string | undefined
  /** PEM, what it shows in the TLS handshake, and its key. */
  readonly certificate: string
  readonly certificateKey: string
  /** PEM: who issued the portal's certificate; undefined: somebody whom this machine trusts. */
  readonly authority: string | undefined
  /** FINESS of a site where a professional will let it work. */
  readonly site: string
}

/**
 * Reads `{"clientId", "key", "keyId"?, "certificate", "certificateKey", "authority"?, "site"}`; the paths in it are from where it is.
 * @throws Error with what is missing
 */
export const readVendorFile = async (path: string): Promise<VendorAtPortal> => {
  const said = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>
  const wanted = (name: string): string => {
    const value = said[name]
    if (typeof value === 'string' && value !== '') return value
    throw new Error(`${path}: no "${name}"`)
  }
  const file = (name: string) => readFile(resolve(dirname(path), wanted(name)), 'utf8')
  return {
    clientId: wanted('clientId'),
    clientKey: await file('key'),
    keyId: said.keyId === undefined ? undefined : wanted('keyId'),
    certificate: await file('certificate'),
    certificateKey: await file('certificateKey'),
    authority: said.authority === undefined ? undefined : await file('authority'),
    site: wanted('site'),
  }
}
