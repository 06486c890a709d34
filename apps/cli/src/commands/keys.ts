import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bytesToHex } from '@sidep/encoding'
import { writeKeyFolder } from '@sidep/server/issuance/key-folder.ts'
import { loadSigner } from '@sidep/trust'
import { type CertifiedKey, createKeySet, type TwoddocIdentity } from '@sidep/trust/certificates'
import type { Command } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'

interface KeysOptions {
  readonly folder?: string
  readonly development?: boolean
  readonly country: string
  readonly organization: string
  readonly twoddoc?: string
}

/** Stands in until the register of 2D-DOC assigns one; FR00 is the specification's test authority. */
const unassigned: TwoddocIdentity = { caId: 'FR99', certificateId: '0001' }

export const define = (command: Command): void => {
  command
    .option(
      '--folder <folder>',
      'a new folder for the keys (default: KEYS_DIR, else DATA_DIR/keys)',
    )
    .option('--development', 'mark every certificate as development: production refuses them')
    .option('--country <code>', 'country of root and signers, ISO 3166-1', 'FR')
    .option('--organization <name>', 'organisation of root and signers', 'sidep')
    .option('--twoddoc <authority/certificate>', 'names of the 2D-DOC signer, such as FR03/AHP1')
    .action(makeKeys)
}

const makeKeys = async (options: KeysOptions): Promise<void> => {
  const folder = resolve(options.folder ?? defaultFolder())
  // Said before any key is made; writing refuses again.
  if (existsSync(folder)) {
    throw new CommandFailure(`${folder} exists: keys are never overwritten`, exitCodes.cannotCreate)
  }
  const development = options.development === true
  const identity = twoddocIdentity(options.twoddoc)
  const keys = await createKeySet({
    at: new Date(),
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    development,
    country: countryCode(options.country),
    organization: options.organization,
    ...(identity !== null ? { twoddoc: identity } : development ? {} : { twoddoc: unassigned }),
  })
  await writeKeyFolder(folder, keys)
  console.log(`Made in ${folder}, private keys for this user only (0600):`)
  await describe('root', keys.root)
  for (const [scope, key] of Object.entries(keys.signers)) await describe(scope, key)
  console.log(`2D-DOC signer: ${keys.twoddoc.caId}/${keys.twoddoc.certificateId}`)
  if (identity === null && !development) {
    console.log(
      `No 2D-DOC names were given: put the register's into ${join(folder, 'twoddoc.json')} before use.`,
    )
  }
  if (development) console.log('Marked OU=Development: production refuses these keys.')
  else console.log('Keep root.key.pem off this machine: only new signers need it.')
}

const defaultFolder = (): string => {
  const { KEYS_DIR, DATA_DIR = 'data' } = process.env
  return KEYS_DIR ?? join(DATA_DIR, 'keys')
}

const describe = async (name: string, { certificate }: CertifiedKey): Promise<void> => {
  const signer = await loadSigner(certificate)
  if (!signer.ok) throw new Error(`our own certificate ${name} cannot be read: ${signer.code}`)
  const { keyId, subject, notBefore, notAfter } = signer.value
  const days = `${notBefore.toISOString().slice(0, 10)} to ${notAfter.toISOString().slice(0, 10)}`
  console.log(`  ${name.padEnd(10)} key id ${bytesToHex(keyId)}  ${days}  ${subject}`)
}

const countryCode = (text: string): string => {
  if (!/^[A-Z]{2}$/.test(text)) throw new CommandFailure('--country wants two capital letters')
  return text
}

const twoddocIdentity = (text: string | undefined): TwoddocIdentity | null => {
  if (text === undefined) return null
  const [, caId, certificateId] = /^([A-Z]{2}[A-Z0-9]{2})\/([A-Z0-9]{4})$/.exec(text) ?? []
  if (caId === undefined || certificateId === undefined) {
    throw new CommandFailure('--twoddoc wants AUTHORITY/CERTIFICATE, four characters each')
  }
  return { caId, certificateId }
}
