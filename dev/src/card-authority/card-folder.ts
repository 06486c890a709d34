/** Cards and authority as files, for browsers (PKCS#12), `curl` and the portal (PEM). */
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuthorityMaterial, CardAuthority, PemPair } from './authority.ts'
import { type DemoCardName, demoCards, makeDemoCard } from './demo-cards.ts'

/** Password of every PKCS#12 file: browsers insist on one. */
export const cardPassword = 'essai'

export interface CardFiles {
  readonly certificate: string
  readonly privateKey: string
}

/** Where the files of a card are. */
export const cardFiles = (folder: string, name: DemoCardName): CardFiles => ({
  certificate: join(folder, `${name}.certificate.pem`),
  privateKey: join(folder, `${name}.key.pem`),
})

/** File names of what the portal is configured with. */
export const portalFiles = (folder: string) => ({
  authority: join(folder, 'authority.pem'),
  serverCertificate: join(folder, 'server.certificate.pem'),
  serverKey: join(folder, 'server.key.pem'),
})

const writeSecret = async (path: string, text: string): Promise<void> => {
  await writeFile(path, text, { mode: 0o600 })
  await chmod(path, 0o600)
}

export const writePair = async (
  { certificate, privateKey }: PemPair,
  paths: CardFiles,
): Promise<void> => {
  await writeFile(paths.certificate, certificate)
  await writeSecret(paths.privateKey, privateKey)
}

/**
 * Writes a PKCS#12 file with OpenSSL's program. @returns false where there is none; PEM is enough for everything but
 * a browser's own store
 */
const writePkcs12 = (name: string, folder: string, files: CardFiles): boolean => {
  const { certificate, privateKey } = files
  const out = join(folder, `${name}.p12`)
  const { status } = spawnSync('openssl', [
    ...['pkcs12', '-export', '-out', out, '-inkey', privateKey, '-in', certificate],
    ...['-certfile', join(folder, 'authority.pem'), '-name', name],
    ...['-passout', `pass:${cardPassword}`],
  ])
  return status === 0
}

const materialFile = (folder: string): string => join(folder, 'authority.json')

/** The hierarchy that a folder keeps, or null. */
export const readMaterial = async (folder: string): Promise<AuthorityMaterial | null> => {
  try {
    return JSON.parse(await readFile(materialFile(folder), 'utf8')) as AuthorityMaterial
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Makes the demo cards of a new hierarchy. @returns whether PKCS#12 files could be written too */
export const writeDemoCards = async (
  folder: string,
  authority: CardAuthority,
  at: Date,
): Promise<boolean> => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(portalFiles(folder).authority, authority.bundle)
  let pkcs12 = true
  for (const name of Object.keys(demoCards) as DemoCardName[]) {
    const files = cardFiles(folder, name)
    await writePair(await makeDemoCard(authority, name, at), files)
    pkcs12 = pkcs12 && writePkcs12(name, folder, files)
  }
  // Last: a folder with this file is whole.
  const unfinished = `${materialFile(folder)}.part`
  await writeSecret(unfinished, JSON.stringify(authority.material(), null, 2))
  await rename(unfinished, materialFile(folder))
  return pkcs12
}
