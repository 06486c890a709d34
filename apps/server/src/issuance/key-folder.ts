/**
 * The folder of signers that `sidep keys` writes: `root.*`, and for each key of a scope NAME.certificate.pem,
 * NAME.key.pem and, but for a scope's first, NAME.json with its times. The first of `dcc` is called `dcc`, those after it
 * `dcc-2`, `dcc-3` … Private keys are PKCS#8 PEM, mode 0600; one that is not here is in a hardware module, or on
 * another machine.
 */

import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeySet, TwoddocIdentity } from '@sidep/trust/certificates'
import { type SignerScope, signerScopes } from '../platform/signer.ts'

export interface FolderKey {
  readonly scope: SignerScope
  readonly name: string
  /** DER. */
  readonly certificate: Uint8Array
  /** PKCS#8 DER; null when it is not in the folder. */
  readonly privateKey: Uint8Array | null
  /** Null: from the beginning of its certificate. */
  readonly signsFrom: Date | null
  /** How 2D-DOC names it; null for other scopes. */
  readonly twoddoc: TwoddocIdentity | null
  /** For a bundle signer that comes after another: that one's statement. */
  readonly succession: Uint8Array | null
}

export interface KeyFolder {
  /** By scope, oldest first. */
  readonly keys: readonly FolderKey[]
  /** DER; the root signs nothing here, its key is not needed and best kept elsewhere. */
  readonly rootCertificate: Uint8Array
}

export const toPem = (label: string, der: Uint8Array): string =>
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

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const readIfThere = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

const secret = { mode: 0o600 } as const

/**
 * Writes a key set into a new folder; it appears whole or not at all.
 *
 * @param keys a private key that is null is in a hardware module
 * @throws when the folder exists: keys are never overwritten
 */
export const writeKeyFolder = async (
  folder: string,
  keys: KeySet<Uint8Array | null>,
): Promise<void> => {
  if (existsSync(folder)) throw new Error(`${folder} exists; keys are never overwritten`)
  const making = `${folder}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true, mode: 0o700 })
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(making, name), text, secret)
  for (const [name, key] of [['root', keys.root] as const, ...Object.entries(keys.signers)]) {
    await write(`${name}.certificate.pem`, toPem('CERTIFICATE', key.certificate))
    if (key.privateKey !== null)
      await write(`${name}.key.pem`, toPem('PRIVATE KEY', key.privateKey))
  }
  await write('twoddoc.json', `${JSON.stringify(keys.twoddoc)}\n`)
  await rename(making, folder)
}

const namePattern =
  /^(dcc|twoddoc|bundle|session|continuity)(?:-([1-9]\d{0,3}))?\.certificate\.pem$/

interface Named {
  readonly scope: SignerScope
  readonly generation: number
}

/** The keys of a folder by their names, oldest first; none when there is no such folder. */
const namesIn = async (folder: string): Promise<Named[]> => {
  const files = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return []
    throw error
  })
  return files
    .flatMap((file) => {
      const [, scope, generation = '1'] = namePattern.exec(file) ?? []
      const known = signerScopes.find((name) => name === scope)
      return known === undefined ? [] : [{ scope: known, generation: Number(generation) }]
    })
    .sort((a, b) => a.generation - b.generation)
}

const nameOf = ({ scope, generation }: Named): string =>
  generation === 1 ? scope : `${scope}-${generation}`

/** What a folder holds, to see whether it changed. */
export const listKeyFolder = async (folder: string): Promise<string> =>
  (await namesIn(folder)).map(nameOf).join(' ')

/** The name of the next key of a scope. */
export const nextKeyName = async (folder: string, scope: SignerScope): Promise<string> => {
  const generations = (await namesIn(folder)).filter((name) => name.scope === scope)
  return nameOf({ scope, generation: Math.max(0, ...generations.map((n) => n.generation)) + 1 })
}

const readTimes = async (
  file: string,
): Promise<Pick<FolderKey, 'signsFrom' | 'twoddoc' | 'succession'>> => {
  const text = await readIfThere(file)
  const { caId, certificateId, signsFrom, succession }: Record<string, unknown> = {
    ...(text === null ? {} : JSON.parse(text)),
  }
  const from = typeof signsFrom === 'string' ? new Date(signsFrom) : null
  if (from !== null && Number.isNaN(from.getTime()))
    throw new Error(`${file}: signsFrom is no time`)
  return {
    signsFrom: from,
    twoddoc:
      typeof caId === 'string' && typeof certificateId === 'string'
        ? { caId, certificateId }
        : null,
    succession:
      typeof succession === 'string' ? new Uint8Array(Buffer.from(succession, 'base64')) : null,
  }
}

const readKey = async (folder: string, named: Named): Promise<FolderKey> => {
  const name = nameOf(named)
  const certificateFile = join(folder, `${name}.certificate.pem`)
  const keyFile = join(folder, `${name}.key.pem`)
  const key = await readIfThere(keyFile)
  const times = await readTimes(join(folder, `${name}.json`))
  return {
    scope: named.scope,
    name,
    certificate: fromPem('CERTIFICATE', await readFile(certificateFile, 'utf8'), certificateFile),
    privateKey: key === null ? null : fromPem('PRIVATE KEY', key, keyFile),
    ...times,
  }
}

/** The keys that are there, and no more is asked: a machine that only verifies may have some of them. */
export const readFolderKeys = async (folder: string): Promise<FolderKey[]> => {
  const keys: FolderKey[] = []
  for (const named of await namesIn(folder)) keys.push(await readKey(folder, named))
  return keys
}

/** @throws with the name of the file that is missing or broken */
export const readKeyFolder = async (folder: string): Promise<KeyFolder> => {
  const keys = await readFolderKeys(folder)
  const absent = signerScopes.find((scope) => !keys.some((key) => key.scope === scope))
  if (absent !== undefined) {
    throw new Error(`${join(folder, `${absent}.certificate.pem`)} is missing`)
  }
  const unnamed = keys.find(({ scope, twoddoc }) => scope === 'twoddoc' && twoddoc === null)
  if (unnamed !== undefined) {
    throw new Error(`${join(folder, `${unnamed.name}.json`)} needs caId and certificateId`)
  }
  const root = join(folder, 'root.certificate.pem')
  return { keys, rootCertificate: fromPem('CERTIFICATE', await readFile(root, 'utf8'), root) }
}

/** The root's private key, PKCS#8 DER, from its usual place or the file given. */
export const readRootKey = async (file: string): Promise<Uint8Array> =>
  fromPem('PRIVATE KEY', await readFile(file, 'utf8'), file)

/** Adds a key to a folder. Its certificate comes last, by which it is found: it is there whole or not at all. */
export const addToKeyFolder = async (folder: string, key: FolderKey): Promise<void> => {
  const putFile = async (file: string, text: string): Promise<void> => {
    const path = join(folder, `${key.name}.${file}`)
    await writeFile(`${path}.making`, text, secret)
    await rename(`${path}.making`, path)
  }
  if (key.privateKey !== null) await putFile('key.pem', toPem('PRIVATE KEY', key.privateKey))
  const { twoddoc, signsFrom, succession } = key
  const times = {
    ...twoddoc,
    ...(signsFrom === null ? {} : { signsFrom: signsFrom.toISOString() }),
    ...(succession === null ? {} : { succession: Buffer.from(succession).toString('base64') }),
  }
  await putFile('json', `${JSON.stringify(times)}\n`)
  await putFile('certificate.pem', toPem('CERTIFICATE', key.certificate))
}
