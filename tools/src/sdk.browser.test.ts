/** The SDK's storage in a real browser: what was entered while the portal was away outlives the browser, and is recorded once. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import type { ScreeningInput } from '@sidep/contracts'
import { answerOverHttp, FakePortal } from '@sidep/dev/portal'
import type { Outbox, Outcome } from '@sidep/sdk'
import { build } from 'esbuild'
import { launchKillableChromium } from './chromium.ts'

declare global {
  interface Window {
    outbox: Outbox
  }
}

const portal = new FakePortal({ now: () => new Date() })
portal.isSignedIn = true
// A booklet is of numbers that are sound.
const owner = { professionalId: '899700075122', siteId: '750712184' }
portal.sites = [{ id: owner.siteId, name: 'Pharmacie de test', postalCode: '75004' }]
portal.professional = { ...portal.professional, id: owner.professionalId }

/** What a vendor's page is made of. */
const script = `
import { openBrowserStorage, openOutbox, surroundings, webKeys } from '@sidep/sdk/browser'
const storage = await openBrowserStorage('outbox')
window.outbox = await openOutbox({
  portal: location.origin,
  fetch: (url, init) => fetch(url, init),
  authorization: { headers: async () => ({}), renew: () => false },
  owner: ${JSON.stringify(owner)},
  store: storage.outbox,
  keys: webKeys(storage.keyPairs, () => true),
  surroundings,
})
document.title = 'ready'`

let profile = ''
let url = ''
const html = '<!doctype html><title>Logiciel</title><script type="module" src="/page.js"></script>'
let page = ''
const server = createServer((request, response) => {
  const { url: path = '/' } = request
  const own = { '/': ['text/html', html], '/page.js': ['text/javascript', page] }[path]
  if (own !== undefined) {
    response.writeHead(200, { 'content-type': `${own[0]}; charset=utf-8` }).end(own[1])
    return
  }
  answerOverHttp(portal, request, response).catch((error: unknown) =>
    response.destroy(error as Error),
  )
})

before(async () => {
  profile = await mkdtemp(join(tmpdir(), 'sidep-sdk-profile-'))
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: resolve(import.meta.dirname) },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  })
  page = outputFiles[0]?.text ?? ''
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
after(async () => {
  server.close()
  server.closeAllConnections()
  await rm(profile, { recursive: true, force: true, maxRetries: 5 })
})

const screening = (familyName: string): Omit<ScreeningInput, 'id'> => ({
  person: { familyName, firstNames: 'ANNE', birthDate: '1984-02-29', sex: 'F' },
  kind: 'antigen',
  device: '1232',
  sampledAt: new Date(Date.now() - 20 * 60_000).toISOString(),
  result: 'negative',
})

test('entered while the portal is away, killed, opened again and its answer lost: the portal has each screening once', async (context) => {
  const open = async () => {
    const opened = await launchKillableChromium(profile)
    context.after(() => opened.kill())
    await opened.page.goto(url)
    await opened.page.waitForFunction(() => document.title === 'ready')
    const enter = (familyName: string): Promise<Outcome> =>
      opened.page.evaluate(
        (input) => window.outbox.record({ id: window.outbox.newId(), ...input }),
        screening(familyName),
      )
    const waiting = () => opened.page.evaluate(() => window.outbox.lines().length)
    const send = () => opened.page.evaluate(() => window.outbox.hurry())
    return { ...opened, enter, waiting, send }
  }
  const first = await open()
  await first.send()
  assert.equal(portal.booklets.inForce.length, 1)
  portal.faults.list = [{ kind: 'unreachable', on: 'everything' }]
  const kept = await first.enter('TESTNOM')
  assert.ok(kept.kind === 'kept' && kept.provisional?.code.startsWith('FC1:'), JSON.stringify(kept))
  // Right after the answer: what is durable then is all that there will be.
  await first.kill()

  const second = await open()
  assert.equal(await second.waiting(), 1)
  // Signed by the key of before, which nobody can export.
  const again = await second.enter('TESTNOM BIS')
  assert.ok(again.kind === 'kept' && again.provisional, JSON.stringify(again))
  const shown = await second.page.evaluate(async () => {
    const request = indexedDB.open('outbox')
    const database = await new Promise<IDBDatabase>((done, failed) => {
      request.onsuccess = () => done(request.result)
      request.onerror = () => failed(request.error)
    })
    const all = database.transaction('entries').objectStore('entries').getAll()
    const entries = await new Promise<{ readonly bytes: ArrayBuffer }[]>((done) => {
      all.onsuccess = () => done(all.result)
    })
    return entries.map(({ bytes }) => new TextDecoder('latin1').decode(bytes)).join()
  })
  assert.ok(shown.length > 100)
  assert.doesNotMatch(shown, /TESTNOM/)

  portal.faults.list = [{ kind: 'answer-lost', times: 1 }]
  await second.send()
  assert.equal(portal.books.screenings.size, 2)
  assert.equal(await second.waiting(), 2)
  await second.kill()

  const third = await open()
  assert.equal(await third.waiting(), 2)
  await third.send()
  await third.page.waitForFunction(() =>
    window.outbox.lines().every(({ state }) => state === 'definitive'),
  )
  await third.kill()
  assert.equal(portal.books.screenings.size, 2)
  assert.equal(portal.books.documents.size, 2)
  assert.deepEqual(portal.books.breaches, [])
  assert.equal(portal.batches.length, 2)
})
