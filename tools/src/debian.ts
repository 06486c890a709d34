/** Programs that tests use from outside npm: found, installed from Debian's packages, or a failure that says how. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program that each package brings, to see whether it is there. */
const programOf: Record<string, string> = {
  chromium: 'chromium',
  'chromium-headless-shell': 'chromium-headless-shell',
  'poppler-utils': 'pdftoppm',
  'zbar-tools': 'zbarimg',
  'dmtx-utils': 'dmtxread',
  softhsm2: 'softhsm2-util',
  opensc: 'pkcs11-tool',
  curl: 'curl',
  prometheus: 'promtool',
  'python3-hl7': 'mllp_send',
  haproxy: 'haproxy',
  systemd: 'systemd-analyze',
}

const onPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/** ImageMagick is looked for by its package: a `convert` on the path may be something else. */
const present = (name: string): boolean => {
  const program = programOf[name]
  if (program !== undefined) return onPath(program)
  return (
    spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { encoding: 'utf8' }).stdout ===
    'installed'
  )
}

const apt = (...args: string[]): boolean =>
  spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status === 0

/**
 * Makes sure the packages' programs are there.
 * @throws when one is missing and cannot be installed, with the command that would.
 */
export const ensureDebianPackages = (names: readonly string[]): void => {
  const missing = names.filter((name) => !present(name))
  if (missing.length === 0) return
  const install = ['install', '-y', '--no-install-recommends', ...missing]
  if (apt(...install) || (apt('update') && apt(...install))) return
  throw new Error(
    `missing: ${missing.join(', ')}. Install with: apt-get install ${missing.join(' ')}`,
  )
}
