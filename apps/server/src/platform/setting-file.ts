/**
 * Files that settings name: what is wrong with one is said with the name of the setting, before anybody is served.
 * The portal reads no more of the environment here than its names.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { CannotStart, systemCodeOf } from './start-failure.ts'

const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])
const unreadable: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
}

const saidOf = (setting: string, path: string, error: unknown): CannotStart => {
  const code = systemCodeOf(error)
  const begin = `${setting} names ${path}`
  if (absent.has(code))
    return new CannotStart(
      'FILE_ABSENT',
      `${begin}, which is not there; put it there, or correct ${setting}`,
    )
  const reason = unreadable[code]
  if (reason !== undefined) return new CannotStart('FILE_UNREADABLE', `${begin}, but ${reason}`)
  const what = error instanceof Error ? error.message : String(error)
  return new CannotStart('FILE_UNUSABLE', `${begin}, which cannot be used: ${what}`)
}

/**
 * Does what a setting's file is needed for.
 *
 * @param work throws what is wrong with the file; its message is shown
 * @throws CannotStart FILE_ABSENT, FILE_UNREADABLE or FILE_UNUSABLE, with the setting's name
 */
export const ofSetting = async <T>(
  setting: string,
  path: string,
  work: () => T | Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw error instanceof CannotStart ? error : saidOf(setting, path, error)
  }
}

/** The same for what is read at once. */
export const ofSettingNow = <T>(setting: string, path: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw error instanceof CannotStart ? error : saidOf(setting, path, error)
  }
}

/** The first certificate of a PEM text. @throws when there is none */
const certificateIn = (pem: Buffer): X509Certificate => {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error('it has no PEM certificate')
  return new X509Certificate(pem)
}

const keyIn = (pem: Buffer): KeyObject => {
  try {
    return createPrivateKey(pem)
  } catch {
    // What the library says of a key may quote it.
    throw new Error('it has no PEM private key without a passphrase')
  }
}

/** PEM certificates, unread but for the first. @throws CannotStart with the setting's name */
export const readCertificates = (setting: string, path: string): Promise<Buffer> =>
  ofSetting(setting, path, async () => {
    const pem = await readFile(path)
    certificateIn(pem)
    return pem
  })

export interface TlsPair {
  readonly cert: Buffer
  readonly key: Buffer
}

/**
 * Reads what a port shows of itself.
 *
 * @param door of the settings `…_TLS_CERTIFICATE` and `…_TLS_KEY`
 * @throws CannotStart with the setting's name; KEY_OF_ANOTHER_CERTIFICATE where the two are no pair
 */
export const readTlsPair = async (
  door: 'CARD' | 'LABORATORY' | 'VENDOR',
  files: { readonly certificate: string; readonly key: string },
): Promise<TlsPair> => {
  const certificateSetting = `${door}_TLS_CERTIFICATE`
  const keySetting = `${door}_TLS_KEY`
  const cert = await readCertificates(certificateSetting, files.certificate)
  const [key, privateKey] = await ofSetting(keySetting, files.key, async () => {
    const pem = await readFile(files.key)
    return [pem, keyIn(pem)] as const
  })
  if (!certificateIn(cert).checkPrivateKey(privateKey)) {
    throw new CannotStart(
      'KEY_OF_ANOTHER_CERTIFICATE',
      `the key that ${keySetting} names is not that of the first certificate in ${files.certificate}, which is to be its own and not its authority's`,
    )
  }
  return { cert, key }
}
