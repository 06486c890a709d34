/** Signing keys that never leave a token: SoftHSM2, in the process and in the issuing thread. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { ScreeningAnswer } from '@sidep/contracts'
import { loadTrust } from '@sidep/trust'
import { certifySigner, openAuthority } from '@sidep/trust/certificates'
import { verify } from '@sidep/verdict'
import { PKCS11 } from 'pkcs11js'
import { ensureDebianPackages } from '../../../../tools/src/debian.ts'
import { machineClock } from '../fault-testing.ts'
import { startServer } from '../index.ts'
import { systemClock, systemRandomBytes } from '../platform/clock.ts'
import type { Pkcs11Configuration } from '../platform/key-configuration.ts'
import { type SignerScope, signerScopes } from '../platform/signer.ts'
import { makeSofthsmToken, softhsmLibrary } from '../platform/softhsm-testing.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { cookieForServersOn, sampleScreening, testConfiguration } from '../platform/testing.ts'
import { readKeyFolder, readRootKey } from './key-folder.ts'
import { holdKey, SignersUnusable } from './key-holder.ts'
import { type ScheduledKey, scheduledFrom } from './key-schedule.ts'
import { openKeyModule, type Pkcs11Module } from './pkcs11.ts'
import { rotateKey } from './rotate.ts'
import { openSigners } from './signers.ts'

const run = promisify(execFile)
const pin = '271828'
const folder = mkdtempSync(join(tmpdir(), 'sidep-pkcs11-'))
let configuration: Pkcs11Configuration
let module: Pkcs11Module

before(async () => {
  ensureDebianPackages(['softhsm2', 'opensc'])
  // The library reads it from the environment of the process.
  process.env.SOFTHSM2_CONF = await makeSofthsmToken(folder, 'sidep', pin)
  // Of two people, a half each.
  const halves = [pin.slice(0, 3), pin.slice(3)]
  const pinFiles = halves.map((half, index) => {
    const file = join(folder, `pin-${index}`)
    writeFileSync(file, `${half}\n`, { mode: 0o600 })
    return file
  })
  configuration = { modulePath: softhsmLibrary(), token: 'sidep', pinFiles }
  const opened = openKeyModule(configuration)
  assert.ok(opened)
  module = opened
})
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A development folder of files, its database, and its portal's settings. */
const makePortal = async (name: string) => {
  const settings = {
    ...testConfiguration(join(folder, name), { KEYS_REFRESH_SECONDS: '1' }),
    pkcs11: configuration,
  }
  await openSigners(settings, systemClock, systemRandomBytes)
  return settings
}

type Portal = Awaited<ReturnType<typeof makePortal>>

const rootKeyOf = ({ keysDirectory }: Portal): Promise<Uint8Array> =>
  readRootKey(join(keysDirectory, 'root.key.pem'))

/** A key of the token whose certificate the portal's root makes by hand. */
const certified = async (
  settings: Portal,
  scope: SignerScope,
  format: 'raw' | 'spki',
  publicKey: Uint8Array,
): Promise<ScheduledKey> => {
  const { rootCertificate } = await readKeyFolder(settings.keysDirectory)
  const certificate = await certifySigner({
    scope,
    authority: await openAuthority(rootCertificate, await rootKeyOf(settings)),
    publicKey: await crypto.subtle.importKey(
      format,
      new Uint8Array(publicKey),
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    ),
    at: systemClock.now(),
    twoddoc: { caId: '', certificateId: '' },
    randomBytes: systemRandomBytes,
  })
  return scheduledFrom({
    scope,
    name: scope,
    certificate,
    privateKey: null,
    signsFrom: null,
    twoddoc: null,
    succession: null,
  })
}

test('a key is made in the token, signs there, and cannot be taken out', async () => {
  const settings = await makePortal('one')
  const database = await openTestDatabase()
  try {
    const key = await rotateKey(
      {
        configuration: settings,
        clock: systemClock,
        randomBytes: systemRandomBytes,
        database: database.pools.worker,
      },
      {
        scope: 'continuity',
        leadMilliseconds: 3_000,
        rootKey: await rootKeyOf(settings),
        twoddoc: null,
        by: 'test',
      },
    )
    assert.ok(existsSync(join(settings.keysDirectory, 'continuity-2.certificate.pem')))
    assert.ok(!existsSync(join(settings.keysDirectory, 'continuity-2.key.pem')))
    const held = await holdKey(key, { keys: [] }, module)
    assert.ok(held.signer)
    const bytes = systemRandomBytes(500)
    // More at once than there are sessions; each has its own.
    const { signer } = held
    const signatures = await Promise.all(Array.from({ length: 60 }, () => signer.sign(bytes)))
    for (const signature of signatures) {
      assert.equal(signature.length, 64)
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      const isGood = await crypto.subtle.verify(
        algorithm,
        held.publicKey,
        new Uint8Array(signature),
        new Uint8Array(bytes),
      )
      assert.ok(isGood)
    }
    const { stdout } = await run('pkcs11-tool', [
      ...['--module', softhsmLibrary(), '--token-label', 'sidep', '--login', '--pin', pin],
      ...['--list-objects', '--type', 'privkey'],
    ])
    assert.match(stdout, /sidep continuity-2/)
    assert.match(stdout, /always sensitive, never extractable, local/)
  } finally {
    await database.close()
  }
})

test('a pair that another tool made, under a name of its own, is found by its public key', async () => {
  const tool = (...words: string[]) =>
    run('pkcs11-tool', [
      ...['--module', softhsmLibrary(), '--token-label', 'sidep', '--login', '--pin', pin],
      ...words,
    ])
  await tool('--keypairgen', '--key-type', 'EC:prime256v1', '--id', '77', '--label', 'by hand')
  const spki = join(folder, 'public-key.der')
  await tool('--read-object', '--type', 'pubkey', '--id', '77', '-o', spki)
  const settings = await makePortal('two')
  const key = await certified(settings, 'session', 'spki', readFileSync(spki))
  assert.ok((await holdKey(key, { keys: [] }, module)).signer)
  const [inFile] = (await readKeyFolder(settings.keysDirectory)).keys
  assert.ok(inFile)
  assert.equal((await holdKey(scheduledFrom(inFile), { keys: [] }, module)).signer, null)
})

test('sessions that the module closed are opened again', async () => {
  const settings = await makePortal('three')
  const key = await certified(settings, 'bundle', 'raw', module.generate('closed'))
  const { signer } = await holdKey(key, { keys: [] }, module)
  assert.ok(signer)
  const other = new PKCS11()
  other.load(softhsmLibrary())
  for (const slot of other.C_GetSlotList(true)) other.C_CloseAllSessions(slot)
  assert.equal((await signer.sign(new Uint8Array(3))).length, 64)
})

test('a portal goes from files into the token scope by scope, and its certificates are accepted throughout', async () => {
  const settings = await makePortal('four')
  const cookie = await cookieForServersOn(settings.dataDirectory)
  const server = await startServer(settings, { pages: null, workers: false })
  const record = async (): Promise<string[]> => {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/screenings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(sampleScreening({ clock: machineClock })),
    })
    assert.equal(response.status, 201)
    const { certificate } = (await response.json()) as ScreeningAnswer
    return [certificate?.hcert ?? '', certificate?.twoddoc ?? '']
  }
  const accepted = async (texts: readonly string[]): Promise<void> => {
    const trust = await loadTrust(server.trust)
    for (const text of texts) {
      assert.equal((await verify(text, trust, new Date(), { kind: 'none' })).code, 'ACCEPTED')
    }
  }
  try {
    const old = await record()
    await accepted(old)
    const dependencies = {
      configuration: settings,
      clock: systemClock,
      randomBytes: systemRandomBytes,
      database: server.platform.database,
    }
    const rootKey = await rootKeyOf(settings)
    for (const scope of signerScopes) {
      await rotateKey(dependencies, {
        scope,
        leadMilliseconds: 3_000,
        rootKey,
        twoddoc: null,
        by: 'test',
      })
    }
    let latest = old
    while (!latest[1]?.startsWith('DC04FR99DEV2')) {
      await wait(100)
      latest = await record()
      await accepted(latest)
    }
    await accepted(old)
  } finally {
    await server.close()
  }
})

test('a token that is not there and a library that does not open are said in words', async () => {
  const settings = await makePortal('five')
  const [inFile] = (await readKeyFolder(settings.keysDirectory)).keys
  assert.ok(inFile)
  const key = scheduledFrom(inFile)
  const elsewhere = openKeyModule({ ...configuration, token: 'another' })
  await assert.rejects(holdKey(key, { keys: [] }, elsewhere), (error) => {
    assert.ok(error instanceof SignersUnusable && error.cause instanceof SignersUnusable)
    return /PKCS11_TOKEN names another/.test(error.cause.message)
  })
  assert.throws(
    () => openKeyModule({ ...configuration, modulePath: '/nowhere.so' }),
    /PKCS11_MODULE \/nowhere.so does not open/,
  )
})
