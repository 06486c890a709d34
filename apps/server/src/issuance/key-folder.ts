/**
 * The folder of signers that `sidep keys` writes: `root.*`, one certificate and private key a scope, and the
 * identity of the 2D-DOC signer. Private keys are PKCS#8 PEM, mode 0600.
 */

import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeySet } from '@sidep/trust/certificates'
import type { SignerScope } from '../platform/signer.ts'

export const signerScopes: readonly SignerScope[] = [
  'dcc',
  'twoddoc',
  'bundle',
  'session',
  'continuity',
]

export interface CertifiedKeyFile {
  /** DER. */
  readonly certificate: Uint8Array
  /** PKCS#8 DER. */
  readonly privateKey: Uint8Array
}

export interface KeyFolder {
  readonly signers: Readonly<Record<SignerScope, CertifiedKeyFile>>
  /** DER; the root signs nothing here, its key is not needed and best kept elsewhere. */
  readonly rootCertificate: Uint8Array
  readonly twoddoc: { readonly caId: string; readonly certificateId: string }
}

const toPem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END ${label}-----\n`

const fromPem = (label: string, text: string, file: string): Uint8Array => {
  const [, after = ''] = text.split(`-----BEGIN ${label}-----`, 2)
  const [body = '', end] = after.split(`-----END ${label}-----`, 2)
  if (end === undefined || !/^[A-Za-z0-9+/=\s]+$/.test(body))
    throw new Error(`${file} holds no PEM block ${label}`)
  return new Uint8Array(Buffer.from(body, 'base64'))
}

/**
 * Writes a key set into a new folder; it appears whole or not at all.
 * @throws when the folder exists: keys are never overwritten
 */
export const writeKeyFolder = async (folder: string, keys: KeySet): Promise<void> => {
  if (existsSync(folder)) throw new Error(`${folder} exists; keys are never overwritten`)
  const making = `${folder}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true, mode: 0o700 })
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(making, name), text, { mode: 0o600 })
  for (const [name, key] of [['root', keys.root] as const, ...Object.entries(keys.signers)]) {
    await write(`${name}.certificate.pem`, toPem('CERTIFICATE', key.certificate))
    await write(`${name}.key.pem`, toPem('PRIVATE KEY', key.privateKey))
  }
  await write('twoddoc.json', `${JSON.stringify(keys.twoddoc)}\n`)
  await rename(making, folder)
}

/** @throws with the name of the file that is missing or broken */
export const readKeyFolder = async (folder: string): Promise<KeyFolder> => {
  const read = async (name: string, label: string): Promise<Uint8Array> => {
    const file = join(folder, name)
    return fromPem(label, await readFile(file, 'utf8'), file)
  }
  const signer = async (scope: SignerScope): Promise<CertifiedKeyFile> => ({
    certificate: await read(`${scope}.certificate.pem`, 'CERTIFICATE'),
    privateKey: await read(`${scope}.key.pem`, 'PRIVATE KEY'),
  })
  const [dcc, twoddoc, bundle, session, continuity] = await Promise.all([
    signer('dcc'),
    signer('twoddoc'),
    signer('bundle'),
    signer('session'),
    signer('continuity'),
  ])
  const identity: unknown = JSON.parse(await readFile(join(folder, 'twoddoc.json'), 'utf8'))
  const { caId, certificateId } = (identity ?? {}) as { caId?: unknown; certificateId?: unknown }
  if (typeof caId !== 'string' || typeof certificateId !== 'string') {
    throw new Error(`${join(folder, 'twoddoc.json')} needs caId and certificateId`)
  }
  return {
    signers: { dcc, twoddoc, bundle, session, continuity },
    rootCertificate: await read('root.certificate.pem', 'CERTIFICATE'),
    twoddoc: { caId, certificateId },
  }
}
