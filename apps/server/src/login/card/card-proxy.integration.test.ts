/** The card door behind a real proxy that ends TLS: HAProxy, set up as docs/operating/card-door.md says. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { connect as connectTls, type SecureVersion } from 'node:tls'
import { demoPeople, type PemPair } from '@sidep/dev'
import { ensureDebianPackages } from '../../../../../tools/src/debian.ts'
import { freePort } from '../../platform/free-port.ts'
import { type CardPortal, makeCardBrowser, showCard, startCardPortal } from './testing.ts'

let door: CardPortal
let folder: string
let proxy: ChildProcess
let proxyUrl: string
let pharmacist: PemPair

/** The frontend that the person on duty is told to write, with the test's ports and files. */
const documentedFrontend = async (port: number): Promise<string> => {
  const guide = resolve(import.meta.dirname, '../../../../../docs/operating/card-door.md')
  const [, block] = /```\n# HAProxy[^\n]*\n([^`]+)```/.exec(await readFile(guide, 'utf8')) ?? []
  if (block === undefined) throw new Error('the guide has no frontend')
  return block
    .replace('bind :8443', `bind 127.0.0.1:${port}`)
    .replaceAll('/etc/haproxy/', `${folder}/`)
}

const untilListening = async (port: number): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isOpen) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error('HAProxy does not listen')
}

before(async () => {
  ensureDebianPackages(['haproxy'])
  folder = await mkdtemp(join(tmpdir(), 'sidep-proxy-'))
  const port = await freePort('127.0.0.1')
  proxyUrl = `https://localhost:${port}`
  door = await startCardPortal({
    environment: {
      CARD_TLS_CERTIFICATE: '',
      CARD_TLS_KEY: '',
      CARD_PUBLIC_URL: proxyUrl,
      CARD_PROXY_PORT: '0',
      CARD_PROXY_ADDRESSES: '127.0.0.1',
    },
  })
  const { authority, server } = door.cards
  await writeFile(join(folder, 'cards.pem'), `${server.certificate}${server.privateKey}`)
  await writeFile(join(folder, 'persons.pem'), authority.bundle)
  const configuration = join(folder, 'haproxy.cfg')
  await writeFile(
    configuration,
    `defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
${await documentedFrontend(port)}
backend portal_cards
  server portal 127.0.0.1:${door.portal.server.cardDoor?.proxyPort}
`,
  )
  proxy = spawn('haproxy', ['-db', '-f', configuration], { stdio: ['ignore', 'ignore', 'inherit'] })
  await untilListening(port)
  pharmacist = await door.card('pharmacist')
})
after(async () => {
  if (proxy !== undefined) {
    const ended = once(proxy, 'exit')
    proxy.kill('SIGTERM')
    await ended
  }
  await door.close()
  await rm(folder, { recursive: true, force: true })
})

test('a card signs in through the proxy, and the card port itself stays closed', async () => {
  assert.equal(door.portal.server.cardDoor?.port, 0)
  const browser = makeCardBrowser(door.url)
  const at = await browser.begin()
  assert.equal(at.origin, proxyUrl)
  assert.equal(await browser.finish(await browser.show(at, pharmacist)), '/pro/')
  const { body } = await browser.session()
  assert.equal((body.professional as { id: string }).id, demoPeople.pharmacist.nationalId)
})

test('what the proxy lets through is judged here', async () => {
  assert.equal((await showCard(proxyUrl, await door.card('expired'))).code, 'CARD_EXPIRED')
  assert.equal(
    (await showCard(proxyUrl, await door.card('other-authority'))).code,
    'CARD_AUTHORITY_UNKNOWN',
  )
  assert.equal((await showCard(proxyUrl, null)).code, 'CARD_MISSING')
})

test('a header that a client brings along is taken off by the proxy', async () => {
  const bytes = pharmacist.certificate.replace(/-----[^-]+-----|\s/g, '')
  const headers = { 'client-cert': `:${bytes}:`, 'client-cert-chain': `:${bytes}:` }
  assert.equal((await showCard(proxyUrl, null, { headers })).code, 'CARD_MISSING')
  const nurse = await showCard(proxyUrl, await door.card('nurse'), { headers, method: 'POST' })
  assert.equal(JSON.parse(nurse.text).professional.id, demoPeople.nurse.nationalId)
})

/** Connects with a card, asks once, and returns what could resume the session and whether this one was resumed. */
const askThroughProxy = (
  maxVersion: SecureVersion,
  session?: Buffer,
): Promise<{ readonly session: Buffer | undefined; readonly reused: boolean }> =>
  new Promise((done, reject) => {
    const { hostname, port } = new URL(proxyUrl)
    const socket = connectTls({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
      maxVersion,
      cert: pharmacist.certificate,
      key: pharmacist.privateKey,
      ...(session === undefined ? {} : { session }),
    })
    let last = session
    socket.on('session', (ticket: Buffer) => {
      last = ticket
    })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const reused = socket.isSessionReused()
      socket.resume()
      socket.once('close', () => done({ session: last ?? socket.getSession(), reused }))
      socket.write('GET /login/card HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    })
  })

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version}: the documented proxy resumes no session`, async () => {
    const { session } = await askThroughProxy(version)
    assert.equal((await askThroughProxy(version, session)).reused, false)
  })
}
