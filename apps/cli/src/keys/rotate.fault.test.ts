/**
 * Every key of a portal of two processes is changed while screenings come in: none fails, and no certificate is refused,
 * neither by a verifier that asks for the bundle again and again nor with the bundle that it had just before.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { issueSlip, makeSlipSerial } from '@sidep/continuity'
import type { ScreeningAnswer } from '@sidep/contracts'
import { base64ToBytes, bytesToHex, coseHeader, parseCoseSign1 } from '@sidep/encoding'
import { parseFiness } from '@sidep/identifiers'
import { type RunningServer, startServer } from '@sidep/server'
import {
  endProcess,
  machineClock,
  startServerProcess,
  temporaryFolder,
} from '@sidep/server/fault-testing.ts'
import { openSigners } from '@sidep/server/issuance/signers.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { openDatabaseBesides } from '@sidep/server/platform/database.ts'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { type SignerScope, signerScopes } from '@sidep/server/platform/signer.ts'
import {
  cookieForServersOn,
  sampleScreening,
  testConfiguration,
  testSites,
} from '@sidep/server/platform/testing.ts'
import { followBundle, loadTrust, type Trust } from '@sidep/trust'
import { verify } from '@sidep/verdict'
import { runCommand } from '../testing.ts'

process.env.KEYS_REFRESH_SECONDS = '1'
// One name for all of the load: nobody is to be asked for another sign-in.
process.env.PACE_SCREENINGS_PER_HOUR = '100000'
const folder = temporaryFolder('rotate')
const kept = join(folder, 'bundle.cose')
const environment = { DATA_DIR: folder, KEYS_DIR: '', DATABASE_URL: '', KEYS_REFRESH_SECONDS: '1' }
/** The least that is allowed: three readings of the schedule. */
const ahead = '3s'

interface Portal {
  readonly urls: readonly string[]
  readonly cookie: string
}

const post = (url: string, path: string, cookie: string, body: unknown): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })

interface Polled {
  readonly trust: Trust
  readonly keyId: string
}

const bundleOf = async (url: string | undefined): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(`${url}/trust/bundle`)).arrayBuffer())

/** A verifier that was shipped with an anchor and asks one process after the other. */
const makeVerifier = async ({ urls }: Portal) => {
  const answer: { spki: string } = JSON.parse(await (await fetch(`${urls[0]}/trust/anchor`)).text())
  const spki = base64ToBytes(answer.spki)
  assert.ok(spki.ok)
  let anchor: Uint8Array = spki.value
  let turn = 0
  const poll = async (): Promise<Polled> => {
    turn += 1
    const bytes = await bundleOf(urls[turn % urls.length])
    // Two processes change at the same moment by two clocks: an anchor is left behind only by what comes after it.
    const opened = await followBundle(bytes, anchor, new Date())
    assert.ok(opened.ok, opened.ok ? '' : opened.code)
    const cose = parseCoseSign1(bytes, { maxBytes: bytes.length })
    assert.ok(cose.ok)
    const keyId = cose.value.protectedHeader.get(coseHeader.keyId)
    assert.ok(keyId instanceof Uint8Array)
    return { trust: await loadTrust(opened.value.content), keyId: bytesToHex(keyId) }
  }
  return {
    poll,
    bytes: () => bundleOf(urls[0]),
    /** Holds to the key that signs now, as a page does after each bundle. */
    async follow(): Promise<void> {
      const bytes = await bundleOf(urls[0])
      const opened = await followBundle(bytes, anchor, new Date())
      assert.ok(opened.ok)
      anchor = opened.value.anchor
    },
  }
}

interface Ledger {
  readonly failed: string[]
  readonly refused: string[]
  /** Certificates by who asked for them, first to last. */
  readonly texts: string[]
}

/** One counter that sends without end, and checks what it gets with the bundle of before and of after. */
const sendUntil = async (
  { urls, cookie }: Portal,
  verifier: Awaited<ReturnType<typeof makeVerifier>>,
  ledger: Ledger,
  stopping: AbortSignal,
): Promise<void> => {
  for (let index = 0; !stopping.aborted; index += 1) {
    const before = await verifier.poll()
    const response = await post(
      urls[index % urls.length] ?? '',
      '/api/screenings',
      cookie,
      sampleScreening({ clock: machineClock }),
    )
    if (response.status !== 201) {
      ledger.failed.push(await response.text())
      continue
    }
    const { certificate } = (await response.json()) as ScreeningAnswer
    const after = await verifier.poll()
    for (const text of [certificate?.hcert ?? '', certificate?.twoddoc ?? '']) {
      ledger.texts.push(text)
      for (const { trust } of [before, after]) {
        const { verdict, code } = await verify(text, trust, new Date(), { kind: 'none' })
        if (verdict !== 'accepted') ledger.refused.push(code)
      }
    }
  }
}

const sidep = async (...words: string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await runCommand(words, folder, environment).finished
  assert.equal(exitCode, 0, stderr)
  return stdout
}

/** A sheet as the portal prints it, which asks for a sign-in of minutes ago: signed here with the key of its folder. */
const printSlip = async (): Promise<string> => {
  const { scopes } = await openSigners(testConfiguration(folder), systemClock, systemRandomBytes)
  const { keyId, sign } = scopes.continuity
  const site = parseFiness(testSites.parvis.id)
  assert.ok(site.ok)
  const issuedAt = new Date(Math.floor(Date.now() / 1_000) * 1_000)
  const grant = {
    serial: makeSlipSerial(site.value, 1, systemRandomBytes),
    siteName: testSites.parvis.name,
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + 30 * 86_400_000),
  }
  return issueSlip(grant, keyId, sign, 'https://sidep.example')
}

interface ListedKey {
  readonly scope: SignerScope
  readonly keyId: string
  readonly state: 'next' | 'current' | 'retired'
}

const listed = async (): Promise<readonly ListedKey[]> =>
  JSON.parse(await sidep('keys', '--list', '--json')).keys

const currentOf = (keys: readonly ListedKey[], scope: SignerScope): string =>
  keys.find((key) => key.scope === scope && key.state === 'current')?.keyId ?? ''

const openPortal = async () => {
  const port = await freePort('127.0.0.1')
  const cookie = await cookieForServersOn(folder)
  const child = await startServerProcess(folder, port)
  const second: RunningServer = await startServer(
    testConfiguration(folder, { KEYS_REFRESH_SECONDS: '1', PACE_SCREENINGS_PER_HOUR: '100000' }),
    { pages: null, workers: false, database: await openDatabaseBesides(null, folder) },
  )
  const portal: Portal = {
    urls: [`http://127.0.0.1:${port}`, `http://127.0.0.1:${second.port}`],
    cookie,
  }
  const close = async (): Promise<void> => {
    await second.close()
    await endProcess(child, 'SIGTERM')
  }
  return { portal, close }
}

test('each scope is rotated under load in a portal of two processes: nothing fails, nothing is refused', {
  timeout: 300_000,
}, async (context) => {
  const { portal, close } = await openPortal()
  const verifier = await makeVerifier(portal)
  const ledger: Ledger = { failed: [], refused: [], texts: [] }
  const stopping = new AbortController()
  const load = [1, 2].map(() => sendUntil(portal, verifier, ledger, stopping.signal))
  try {
    const slip = await printSlip()
    const before = await listed()
    const oldBundleKey = (await verifier.poll()).keyId
    assert.equal(oldBundleKey, currentOf(before, 'bundle'))

    for (const scope of signerScopes) await sidep('keys', '--rotate', scope, '--ahead', ahead)
    // Both processes sign the bundle with the new key: it was rotated before the last scopes, whose time is soon.
    const isTurned = async (): Promise<boolean> =>
      (await verifier.poll()).keyId !== oldBundleKey &&
      (await verifier.poll()).keyId !== oldBundleKey
    while (!(await isTurned())) await wait(100)
    let after = await listed()
    const isCurrent = (scope: SignerScope): boolean =>
      currentOf(after, scope) !== currentOf(before, scope)
    while (!signerScopes.every(isCurrent)) after = await listed()
    // What is asked for from here on is signed with new keys.
    const enough = ledger.texts.length + 20
    while (ledger.texts.length < enough) await wait(50)
    stopping.abort()
    await Promise.all(load)
    context.diagnostic(`${ledger.texts.length / 2} screenings`)
    assert.deepEqual(ledger.failed, [])
    assert.deepEqual(ledger.refused, [])

    await verifier.follow()
    const { trust } = await verifier.poll()
    const at = new Date()
    const judge = (text: string, by: Trust = trust) => verify(text, by, at, { kind: 'none' })
    assert.equal((await judge(slip)).verdict, 'accepted', 'a slip that the retired key signed')
    assert.equal((await judge(ledger.texts[0] ?? '')).verdict, 'accepted', 'an old certificate')

    // The keys before are stolen: what they signed is refused from the next bundle on, what the new ones sign is not.
    for (const scope of ['dcc', 'session'] as const) {
      await sidep('keys', '--revoke', `${scope}/${currentOf(before, scope)}`)
    }
    let known = trust
    while ((await judge(ledger.texts[0] ?? '', known)).verdict === 'accepted') {
      known = (await verifier.poll()).trust
    }
    assert.equal((await judge(ledger.texts.at(-2) ?? '', known)).verdict, 'accepted')
    const ended = async (url: string): Promise<boolean> => {
      const body = sampleScreening({ clock: machineClock })
      return (await post(url, '/api/screenings', portal.cookie, body)).status === 401
    }
    for (const url of portal.urls) while (!(await ended(url))) await wait(100)
    writeFileSync(kept, await verifier.bytes())
  } finally {
    stopping.abort()
    await Promise.allSettled(load)
    await close()
  }
  // Heads that the retired key signed, and a digest that a verifier has, agree with what is there.
  const audited = JSON.parse(await sidep('audit', '--check', '--against', kept, '--json'))
  assert.equal(audited.ok, true)
})
