/**
 * `npm run test:debian -- PATTERN …`: the integration tests whose path contains a pattern, all without one, on Debian's
 * PostgreSQL 15, in a cluster of its own that is made for it and removed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { ensureDebianPackages } from './debian.ts'

const root = resolve(import.meta.dirname, '../..')
const bin = '/usr/lib/postgresql/15/bin'
const lookMilliseconds = 100
const filesAtOnce = 2

/** PostgreSQL refuses to run as root: then it is the user that Debian's package made for it. */
const user = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (option: string): number =>
    Number(spawnSync('id', [option, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

const patterns = process.argv.slice(2)
const files = globSync('apps/server/src/**/*.integration.test.ts', { cwd: root }).filter(
  (file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)),
)
if (files.length === 0) throw new Error(`no integration test is named by ${patterns.join(', ')}`)

ensureDebianPackages(['postgresql-15'])
const folder = mkdtempSync(join(tmpdir(), 'sidep-debian-'))
const as = user()
if (as !== undefined) chownSync(folder, as.uid, as.gid)
chmodSync(folder, 0o700)
const data = join(folder, 'data')
const made = spawnSync(
  join(bin, 'initdb'),
  ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8'],
  {
    ...as,
    cwd: folder,
    encoding: 'utf8',
  },
)
if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
const port = await freePort('127.0.0.1')
const server = spawn(
  join(bin, 'postgres'),
  ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'max_connections=300'],
  { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] },
)
const isReady = (): boolean =>
  spawnSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).status === 0
try {
  while (server.exitCode === null && !isReady()) await wait(lookMilliseconds)
  const { status } = spawnSync(
    process.execPath,
    ['--test', `--test-concurrency=${filesAtOnce}`, ...files],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        SIDEP_TEST_DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/postgres`,
      },
    },
  )
  process.exitCode = status ?? 1
} finally {
  if (server.exitCode === null) {
    server.kill('SIGINT')
    await once(server, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
}
