import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ofSetting } from '../../platform/setting-file.ts'
import { type Authorities, type AuthorityFault, readAuthorities } from './authorities.ts'

const certificateFile = /\.(pem|crt|cer)$/

const words: Readonly<Record<AuthorityFault, string>> = {
  BUNDLE_EMPTY: 'no PEM certificate is there (files .pem, .crt or .cer)',
  BUNDLE_WITHOUT_ISSUER: 'only roots are there: the authority for persons is needed too',
  MALFORMED: 'it cannot be read, or there are too many',
  NOT_AN_AUTHORITY: 'it may not issue certificates',
  ALGORITHM: 'its signature or key is too weak',
  WITHOUT_ROOT: 'nothing there leads from it to a root: the root is needed too',
}

const read = async (path: string): Promise<Authorities> => {
  const isFolder = (await stat(path)).isDirectory()
  const files = isFolder
    ? (await readdir(path))
        .filter((name) => certificateFile.test(name))
        .sort()
        .map((name) => join(path, name))
    : [path]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  const reading = readAuthorities(texts.join('\n'))
  if (reading.ok) return reading.value
  const { code, index } = reading
  throw new Error(
    `${index === null ? '' : `of certificate ${index + 1}: `}${words[code]} (${code})`,
  )
}

/**
 * Reads the authorities of a PEM file, or of a folder of them.
 *
 * @throws CannotStart when they cannot be used, with the place of what is wrong
 */
export const readAuthorityFiles = (path: string): Promise<Authorities> =>
  ofSetting('CARD_AUTHORITY', path, () => read(path))
