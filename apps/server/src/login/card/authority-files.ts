import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Authorities, readAuthorities } from './authorities.ts'

const certificateFile = /\.(pem|crt|cer)$/

/**
 * Reads the authorities of a PEM file, or of a folder of them.
 *
 * @throws when they cannot be used, with the place of what is wrong; the server does not start then
 */
export const readAuthorityFiles = async (path: string): Promise<Authorities> => {
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
  const where = reading.index === null ? '' : `, certificate ${reading.index + 1}`
  throw new Error(`CARD_AUTHORITY cannot be used: ${reading.code}${where}`)
}
