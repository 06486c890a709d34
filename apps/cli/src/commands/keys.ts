import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { bytesToHex } from '@sidep/encoding'
import { writeKeyFolder } from '@sidep/server/issuance/key-folder.ts'
import { openKeyModule } from '@sidep/server/issuance/pkcs11.ts'
import { newModuleKey } from '@sidep/server/issuance/rotate.ts'
import { describeFaults } from '@sidep/server/platform/configuration.ts'
import { makeReader } from '@sidep/server/platform/configuration-reader.ts'
import { readPkcs11 } from '@sidep/server/platform/key-configuration.ts'
import { signerScopes } from '@sidep/server/platform/signer.ts'
import { loadSigner } from '@sidep/trust'
import {
  type CertifiedKey,
  makeKeySetWith,
  newKeyFile,
  type TwoddocIdentity,
} from '@sidep/trust/certificates'
import type { Command } from 'commander'
import { CommandFailure, exitCodes } from '../failure.ts'
import { rotateEncryption } from '../keys/change-encryption.ts'
import { listKeys, revoke, rotate } from '../keys/change-keys.ts'

interface KeysOptions {
  readonly folder?: string
  readonly development?: boolean
  readonly country: string
  readonly organization: string
  readonly twoddoc?: string
  readonly list?: boolean
  readonly rotate?: string
  readonly ahead?: string
  readonly root?: string
  readonly revoke?: string
  readonly by: string
  readonly json?: boolean
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
    .option('--list', 'show the keys of the portal that is configured, and their times')
    .option(
      '--rotate <scope>',
      `publish the next key of a scope: ${signerScopes.join(', ')}; or encryption`,
    )
    .option('--ahead <time>', 'from publication to use: 30s, 5m, 8d (default: by scope, see below)')
    .option('--root <file>', 'PEM of the root’s private key (default: root.key.pem in KEYS_DIR)')
    .option('--revoke <scope/key>', 'end a key that somebody else may have: dcc/0123456789abcdef')
    .option('--by <name>', 'who does it, for the audit chain', userInfo().username)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Without --list, --rotate or --revoke a new folder of keys is made: in the hardware module, where PKCS11_MODULE,
PKCS11_TOKEN and PKCS11_PIN_FILE say which, else in files.

A rotation reaches every server of the database by itself; nothing is restarted. Verifiers that are offline know keys from
their bundle, which is good for seven days: dcc, twoddoc and continuity are published 8d ahead, bundle and session 5m.
--rotate encryption wraps the data keys anew, under a new first line of the file of key-encryption keys or under
KEY_ENCRYPTION_KEY_NEXT; cut off, it goes on where it was.
docs/operating/keys.md says what to do when a key is stolen.`,
    )
    .action(keys)
}

const keys = async (options: KeysOptions): Promise<void> => {
  const tasks = [options.list, options.rotate, options.revoke].filter((task) => task !== undefined)
  if (tasks.length > 1) throw new CommandFailure('one of --list, --rotate, --revoke at a time')
  const { list, rotate: rotating, revoke: revoking, twoddoc, ...change } = options
  if (list === true) await listKeys(change)
  else if (rotating === 'encryption') await rotateEncryption(change)
  else if (rotating !== undefined) {
    await rotate(rotating, { ...change, twoddoc: twoddocIdentity(twoddoc) })
  } else if (revoking !== undefined) await revoke(revoking, change)
  else await makeKeys(options)
}

const makeKeys = async (options: KeysOptions): Promise<void> => {
  const folder = resolve(options.folder ?? defaultFolder())
  // Said before any key is made; writing refuses again.
  if (existsSync(folder)) {
    throw new CommandFailure(`${folder} exists: keys are never overwritten`, exitCodes.cannotCreate)
  }
  const development = options.development === true
  const identity = twoddocIdentity(options.twoddoc)
  const module = openKeyModule(keyModuleSetting())
  const keys = await makeKeySetWith<Uint8Array | null>(
    {
      at: new Date(),
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
      development,
      country: countryCode(options.country),
      organization: options.organization,
      ...(identity !== null ? { twoddoc: identity } : development ? {} : { twoddoc: unassigned }),
    },
    (scope) => (module === null ? newKeyFile() : newModuleKey(module, `sidep ${scope}`)),
  )
  await writeKeyFolder(folder, keys)
  const place = module === null ? 'for this user only (0600)' : 'of the signers in the module'
  console.log(`Made in ${folder}, private keys ${place}:`)
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

/** Of the environment alone: a machine that makes keys needs no portal. */
const keyModuleSetting = () => {
  const reader = makeReader(process.env)
  const pkcs11 = readPkcs11(reader, process.cwd())
  if (reader.faults.length > 0) throw new CommandFailure(describeFaults(reader.faults))
  return pkcs11
}

const describe = async (
  name: string,
  { certificate }: Pick<CertifiedKey, 'certificate'>,
): Promise<void> => {
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
