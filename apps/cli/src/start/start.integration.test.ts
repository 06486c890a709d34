import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { freePort } from '@sidep/server/platform/free-port.ts'
import {
  type CommandRun,
  makeTemporaryFolder,
  processesNaming,
  removeFolder,
  runCommand,
} from '../testing.ts'

let folder: string

before(async () => {
  folder = await makeTemporaryFolder()
})
after(() => removeFolder(folder))

const start = (environment: Readonly<Record<string, string>>): CommandRun =>
  runCommand(['start', '--no-build', '--no-watch'], folder, {
    DATA_DIR: join(folder, 'data'),
    PORT: '0',
    ...environment,
  })

/** The portal's address once it has been said. */
const addressOf = async (run: CommandRun): Promise<string> => {
  const ended = run.finished.then(({ stderr }) => {
    throw new Error(`ended early: ${stderr}`)
  })
  const said = async (): Promise<string> => {
    for (;;) {
      const address = /Counter +(http:\/\/\S+)\/pro\//.exec(run.stdout())?.[1]
      if (address !== undefined && run.stdout().includes('Ctrl-C')) return address
      await new Promise((resolve) => run.child.stdout?.once('data', resolve))
    }
  }
  return Promise.race([said(), ended])
}

test('start says its addresses, answers, fills the directory once, and stops without a trace', async () => {
  const first = start({})
  const address = await addressOf(first)
  assert.equal((await fetch(`${address}/readyz`)).status, 200)
  assert.match(first.stdout(), /(?<!\d)\d+ invented professionals imported/)
  assert.match(first.stdout(), /899\d{9} {2}Camille/)
  const cards = /Import one into the browser .*\n +(\S+)/.exec(first.stdout())?.[1] ?? ''
  const cardPort = /Card port +(\S+)/.exec(first.stdout())?.[1]
  assert.ok(cardPort?.startsWith('https://localhost:'))
  assert.ok((await readdir(cards)).includes('pharmacist.key.pem'))
  const mailbox = /Mail and SMS +(\S+)/.exec(first.stdout())?.[1]
  assert.equal((await fetch(mailbox ?? '')).status, 200)
  // Every address that is said answers, and every file is there.
  const addresses = first.stdout().match(/http:\/\/\S+/g) ?? []
  assert.ok(addresses.some((said) => said.endsWith('/telephone')))
  for (const said of addresses) {
    const { status } = await fetch(said, { redirect: 'manual' })
    assert.ok(status < 400, `${said}: ${status}`)
  }
  const authority = /trust the authority .*\n +(\S+)/.exec(first.stdout())?.[1] ?? ''
  assert.match(await readFile(authority, 'utf8'), /BEGIN CERTIFICATE/)
  assert.match(first.stdout(), /refused: no place with a FINESS number/)
  first.child.kill('SIGTERM')
  assert.equal((await first.finished).exitCode, 0)
  assert.deepEqual(await processesNaming(folder), [])

  const second = start({})
  await addressOf(second)
  assert.doesNotMatch(second.stdout(), /invented professionals imported/)
  second.child.kill('SIGINT')
  assert.equal((await second.finished).exitCode, 0)
  assert.deepEqual(await processesNaming(folder), [])
})

test('start in production without configuration ends with 78 and says everything that is missing', async () => {
  const { exitCode, stderr, stdout } = await start({ SIDEP_MODE: 'production' }).finished
  assert.equal(exitCode, 78)
  assert.equal(stdout, '')
  for (const key of ['PUBLIC_URL', 'KEYS_DIR', 'KEY_ENCRYPTION_KEY', 'ECPS_ISSUER', 'SMTP_URL']) {
    assert.match(stderr, new RegExp(`${key} is missing`))
  }
})

test('start on a taken port says so at once', async () => {
  const port = await freePort('127.0.0.1')
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve))
  const { exitCode, stderr } = await start({ PORT: String(port) }).finished
  assert.equal(exitCode, 78)
  assert.match(stderr, new RegExp(`port ${port} is taken`))
  await new Promise((resolve) => taken.close(resolve))
})

test('stand-ins stay away from what the environment names; nobody reads what it says any more, and it goes on and stops whole', async () => {
  const run = start({
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'a@example.test',
    SMS_GATEWAY_URL: 'http://127.0.0.1:9',
    SMS_GATEWAY_TOKEN: 'token',
  })
  await addressOf(run)
  assert.doesNotMatch(run.stdout(), /Mail and SMS/)
  run.child.stdout?.destroy()
  run.child.stderr?.destroy()
  run.child.kill('SIGTERM')
  assert.equal((await run.finished).exitCode, 0)
  assert.deepEqual(await processesNaming(folder), [])
})

/** Ends with one sentence and a code, and leaves nothing running. */
const refused = async (environment: Readonly<Record<string, string>>, sentence: RegExp) => {
  const { exitCode, stderr } = await start(environment).finished
  assert.equal(exitCode, 78, stderr)
  assert.match(stderr.trim(), sentence)
  assert.equal(stderr.trim().split('\n').length, 1, stderr)
}

test('a Ctrl-C that comes twice, as under npm, or more often, ends everything once', async () => {
  const run = start({})
  await addressOf(run)
  run.child.kill('SIGINT')
  run.child.kill('SIGINT')
  // And again and again, to its last moment, unless that is later than the same request may come.
  const again = setInterval(() => run.child.kill('SIGINT'), 2)
  setTimeout(() => clearInterval(again), 800)
  const { exitCode, stdout } = await run.finished
  clearInterval(again)
  assert.equal(exitCode, 0)
  assert.equal(stdout.split('Stopping').length, 2)
  assert.deepEqual(await processesNaming(folder), [])
})

test('a folder where no data can be kept is said in one sentence, at once', async () => {
  await refused(
    { DATA_DIR: '/proc/sidep' },
    /^sidep does not start: DATA_FOLDER_UNUSABLE: the data folder \/proc\/sidep /,
  )
  await refused({ DATA_DIR: '/etc/hostname/data' }, /a part of it is a file/)
})

test('a setting that names a file which is not there is said with its code, and no stack', async () => {
  await refused(
    {
      CARD_AUTHORITY: '/nowhere/cards',
      CARD_REVOCATION_LISTS: 'http://127.0.0.1:9/persons.crl',
      CARD_TLS_CERTIFICATE: '/nowhere/certificate.pem',
      CARD_TLS_KEY: '/nowhere/key.pem',
    },
    /^sidep does not start: FILE_ABSENT: CARD_AUTHORITY names \/nowhere\/cards, /,
  )
  assert.deepEqual(await processesNaming(folder), [])
})

test('a card port asked for on purpose is that one or none', async () => {
  const port = await freePort('127.0.0.1')
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve))
  await refused({ CARD_PORT: String(port) }, new RegExp(`port ${port} is taken.* CARD_PORT`))
  await new Promise((resolve) => taken.close(resolve))
})

test('a second portal on the same data folder is refused in one sentence, and the first goes on', async () => {
  const first = start({})
  const address = await addressOf(first)
  await refused({}, /another sidep runs on .*DATA_DIR/)
  assert.equal((await fetch(`${address}/readyz`)).status, 200)
  first.child.kill('SIGTERM')
  assert.equal((await first.finished).exitCode, 0)
  assert.deepEqual(await processesNaming(folder), [])
})

test('another key-encryption key than the data was kept under is said with what to do', async () => {
  const other = Buffer.alloc(32, 7).toString('base64')
  await refused({ KEY_ENCRYPTION_KEY: other }, /give KEY_ENCRYPTION_KEY its former value/)
  assert.deepEqual(await processesNaming(folder), [])
})
