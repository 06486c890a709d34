/** For tests: a token of SoftHSM2 in a folder of its own. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where Debian puts the library. */
export const softhsmLibrary = (): string => {
  const path = [
    '/usr/lib/softhsm/libsofthsm2.so',
    '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
    '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  ].find((place) => existsSync(place))
  if (path === undefined) throw new Error('libsofthsm2.so is not where Debian puts it')
  return path
}

/** Makes an empty token. @returns the value of SOFTHSM2_CONF by which programs find it */
export const makeSofthsmToken = async (
  folder: string,
  label: string,
  pin: string,
): Promise<string> => {
  await mkdir(join(folder, 'tokens'))
  const configuration = join(folder, 'softhsm2.conf')
  const settings = [
    `directories.tokendir = ${join(folder, 'tokens')}`,
    'objectstore.backend = file',
    'log.level = ERROR',
  ]
  await writeFile(configuration, `${settings.join('\n')}\n`)
  await run(
    'softhsm2-util',
    ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', '31415926'],
    { env: { ...process.env, SOFTHSM2_CONF: configuration } },
  )
  return configuration
}
