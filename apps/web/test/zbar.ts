import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * The QR codes that zbarimg finds in pictures, sorted. Its readers of bars now and then see some in the noise of a QR
 * code, and say a number that nobody printed; they are left out.
 */
export const zbarQrCodes = async (...pictures: readonly string[]): Promise<string[]> => {
  const only = ['-Sdisable', '-Sqrcode.enable']
  const { stdout } = await run('zbarimg', ['--quiet', '--raw', ...only, ...pictures])
  return stdout.trim().split('\n').sort()
}
