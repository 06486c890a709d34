/**
 * What `npm ci --omit=dev` leaves is enough to run a portal. The copy has our own rooms that the lock file does not mark
 * as development's, and beside them the packages from elsewhere that it does not either.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { operatorRoutes, routes } from '@sidep/contracts'
import { startFaultyProxy } from '@sidep/server/platform/faulty-proxy.ts'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { openTestDatabases } from '@sidep/server/platform/test-databases.ts'
import { makeTemporaryFolder, removeFolder } from './testing.ts'

const repository = resolve(import.meta.dirname, '../../..')

interface LockEntry {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly link?: boolean
  readonly resolved?: string
}

const lockEntries = async (): Promise<[place: string, entry: LockEntry][]> => {
  const text = await readFile(join(repository, 'package-lock.json'), 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, LockEntry> }
  // A link is what it leads to.
  return Object.entries(packages).filter(
    ([place, { dev, resolved = '' }]) =>
      place !== '' && dev !== true && packages[resolved]?.dev !== true,
  )
}

const notCopied = /\/node_modules(\/|$)|\.test\.tsx?$/

/** Where the test's copy is, and what was left out of it. */
let folder: string
let copy: string
const stack = new AsyncDisposableStack()

before(async () => {
  folder = await makeTemporaryFolder()
  stack.defer(() => removeFolder(folder))
  copy = join(folder, 'portal')
  for (const [place, { link, resolved = '' }] of await lockEntries()) {
    // What is within a package comes with it.
    if (place.lastIndexOf('node_modules/') > 0) continue
    const target = join(copy, place)
    await mkdir(dirname(target), { recursive: true })
    if (!place.startsWith('node_modules/')) {
      const wanted = (source: string): boolean => !notCopied.test(source.slice(repository.length))
      await cp(join(repository, place), target, { recursive: true, filter: wanted })
    } else {
      const source = link === true ? join(copy, resolved) : join(repository, place)
      await symlink(relative(dirname(target), source), target)
    }
  }
  await cp(join(repository, 'package.json'), join(copy, 'package.json'))
})
after(() => stack.disposeAsync())

interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string>>

const begin = (words: readonly string[], environment: Environment = {}): ChildProcess =>
  spawn(process.execPath, [join(copy, 'apps/cli/src/main.ts'), ...words], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const finish = async (child: ChildProcess): Promise<Finished> => {
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => {
    said.stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    said.stderr += chunk
  })
  return new Promise((done) => {
    child.once('close', (exitCode) => done({ exitCode, ...said }))
  })
}

const sidep = (words: readonly string[], environment?: Environment): Promise<Finished> =>
  finish(begin(words, environment))

test('neither stand-ins nor load generator nor simulator nor tools nor what builds pages is installed', async () => {
  const places = (await lockEntries()).map(([place]) => place)
  const names = [
    '@sidep/dev',
    '@sidep/bench',
    '@sidep/sim',
    '@sidep/tools',
    'oidc-provider',
    'vite',
  ]
  for (const name of [...names, 'typescript', 'playwright-core', 'smtp-server', 'react']) {
    assert.ok(!places.includes(`node_modules/${name}`), name)
  }
  assert.ok(places.includes('node_modules/fastify'))
  assert.ok(!places.some((place) => /^(?:dev|bench|sim|tools)(?:\/|$)/.test(place)))
})

/** What stands on stand-ins, load or simulator. */
const leftOut = ['bench', 'simulate', 'demo', 'drill', 'sandbox', 'conformance'] as const

for (const name of leftOut) {
  test(`there, sidep ${name} says in one sentence that it is left out, and ends with 69`, async () => {
    const { exitCode, stdout, stderr } = await sidep([name, '--help'])
    assert.deepEqual([exitCode, stdout], [69, ''])
    assert.match(stderr, new RegExp(`^sidep: ${name} needs .* npm ci without --omit=dev\\n$`))
  })
}

test('there, a portal for development says so as well, and leaves nothing running', async () => {
  const environment = { DATA_DIR: join(folder, 'data'), PORT: '0' }
  const { exitCode, stderr } = await sidep(['start'], environment)
  assert.equal(exitCode, 69)
  assert.match(stderr, /^sidep: without SIDEP_MODE=production, start needs .*\n$/)
})

test('there, every other command is whole', async () => {
  const { stdout } = await sidep(['--help'])
  const names = [...stdout.matchAll(/^ {2}([a-z-]+) (?:\[options\] )?.* {2}/gm)].map(
    ([, name = '']) => name,
  )
  const others = names.filter((name) => ![...leftOut, 'help'].some((other) => other === name))
  assert.ok(others.includes('start') && others.includes('verify') && others.length > 8, stdout)
  for (const name of others) {
    const { exitCode, stderr } = await sidep([name, '--help'])
    assert.deepEqual([exitCode, stderr], [0, ''], name)
  }
})

test('there, a production portal starts on a PostgreSQL, serves its pages and stops', async () => {
  const databases = await openTestDatabases(folder)
  stack.defer(() => databases.close())
  const database = await databases.reach(0)
  const way = await startFaultyProxy(database.upstream)
  stack.defer(() => way.close())
  const keys = join(folder, 'keys')
  assert.equal((await sidep(['keys', '--folder', keys])).exitCode, 0)
  const port = await freePort('127.0.0.1')
  const operatorPort = await freePort('127.0.0.1')
  const child = begin(['start', '--no-watch'], {
    SIDEP_MODE: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    OPERATOR_PORT: String(operatorPort),
    PUBLIC_URL: 'https://portail.example',
    DATABASE_URL: database.urlThrough(way.port),
    KEYS_DIR: keys,
    KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    KEY_EPOCHS_FILE: join(folder, 'key-epochs'),
    ECPS_ISSUER: 'https://127.0.0.1:9',
    ECPS_CLIENT_ID: 'portal',
    ECPS_CLIENT_SECRET: 'secret',
    SMTP_URL: 'smtps://127.0.0.1:9',
    MAIL_FROM: 'portail@example.org',
    SMS_GATEWAY_URL: 'https://127.0.0.1:9',
    SMS_GATEWAY_TOKEN: 'token',
    STOP_PAUSE_SECONDS: '0',
    LOG_LEVEL: 'fatal',
  })
  const finished = finish(child)
  await new Promise<void>((started, reject) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('sidep listens on')) started()
    })
    void finished.then(({ stderr }) => reject(new Error(stderr)))
  })
  const status = async (at: number, path: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${at}${path}`)).status
  assert.equal(await status(port, routes.ready), 200)
  assert.equal(await status(port, routes.trustBundle), 200)
  assert.equal(await status(port, '/pro/'), 200)
  assert.equal(await status(operatorPort, operatorRoutes.metrics), 200)
  child.kill('SIGTERM')
  const { exitCode, stderr } = await finished
  assert.deepEqual([exitCode, stderr], [0, ''])
})
