/**
 * `sidep bench handshakes`: full TLS 1.3 handshakes with a client certificate at the card port, beside the same at
 * `openssl s_server`. Both are asked by `openssl s_time` with the same card; they take turns in short rounds. The
 * number is handshakes a second of the server's own processor time, so that the client's core does not count. The
 * card port also judges the card, makes an assertion and answers in HTTP; `s_server` verifies the chain and answers.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { connect } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { operatorRoutes, routes } from '@sidep/contracts'
import { cardFiles, portalFiles, startCardAuthority } from '@sidep/dev'
import { freePort } from '@sidep/server/platform/free-port.ts'
import { startPortalProcess } from './portal-process.ts'
import { processMilliseconds } from './processor-time.ts'
import { median, quantile, rounded } from './statistics.ts'

export interface HandshakeBenchOptions {
  /** How long to measure, both servers together; at least 8 are taken. */
  readonly seconds: number
}

export interface HandshakeBenchResult {
  readonly scenario: 'handshakes'
  readonly seconds: number
  /** As many as one client at a time can make. */
  readonly offeredPerSecond: number
  readonly donePerSecond: number
  /** Handshakes at the card port after which the card was not accepted. */
  readonly failed: number
  readonly lost: 0
  readonly duplicated: 0
  /** From connecting to the answer, one client, card in hand. */
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  readonly cores: number
  readonly rounds: number
  /** Card port: a second of the server's processor time; medians of the rounds. */
  readonly perSecondPerCore: number
  /** The same at `openssl s_server`. */
  readonly opensslPerSecondPerCore: number
  readonly shareOfOpenssl: number
}

const run = promisify(execFile)
const roundSeconds = 2
const roundsMin = 2
const latencySamples = 150
const startMillisecondsMax = 10_000
const path = `${routes.loginCard}?state=${'b'.repeat(43)}`

interface Target {
  readonly port: number
  /** Processor time that the server has used so far. */
  readonly processorMilliseconds: () => Promise<number>
  readonly path: string
  readonly perCore: number[]
  readonly perSecond: number[]
  handshakes: number
}

interface Card {
  readonly certificate: string
  readonly privateKey: string
}

const untilListening = async (port: number): Promise<void> => {
  const deadline = performance.now() + startMillisecondsMax
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await wait(50)
    } finally {
      socket.destroy()
    }
  }
}

const startOpenssl = async (folder: string): Promise<{ child: ChildProcess; port: number }> => {
  const { authority, serverCertificate, serverKey } = portalFiles(folder)
  const port = await freePort('127.0.0.1')
  const child = spawn(
    'openssl',
    [
      ...['s_server', '-accept', `127.0.0.1:${port}`, '-quiet', '-www', '-no_ticket'],
      ...['-cert', serverCertificate, '-key', serverKey],
      // Exactly as much is asked of the client: its certificate, and a chain of two.
      ...['-CAfile', authority, '-Verify', '2', '-verify_return_error'],
    ],
    { stdio: 'ignore' },
  )
  await untilListening(port)
  return { child, port }
}

/** One round of `s_time`: as many new connections as one client makes. */
const measure = async (target: Target, { certificate, privateKey }: Card): Promise<void> => {
  const before = await target.processorMilliseconds()
  const start = performance.now()
  const { stdout } = await run('openssl', [
    ...['s_time', '-connect', `127.0.0.1:${target.port}`, '-new', '-tls1_3'],
    ...['-cert', certificate, '-key', privateKey],
    ...['-time', String(roundSeconds), '-www', target.path],
  ])
  const seconds = (performance.now() - start) / 1000
  const count = Number(/^(\d+) connections in \d+ real seconds/m.exec(stdout)?.[1])
  if (!(count > 0)) throw new Error(`openssl s_time made no connection: ${stdout.slice(-200)}`)
  target.handshakes += count
  target.perCore.push((count * 1000) / ((await target.processorMilliseconds()) - before))
  target.perSecond.push(count / seconds)
}

const askOnce = (port: number, cert: Buffer, key: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const start = performance.now()
    request(
      { host: '127.0.0.1', port, path, agent: false, rejectUnauthorized: false, cert, key },
      (response) => {
        response.resume()
        response.once('end', () => resolve(performance.now() - start))
      },
    )
      .once('error', reject)
      .end()
  })

const latenciesOf = async (port: number, { certificate, privateKey }: Card): Promise<number[]> => {
  const [cert, key] = await Promise.all([readFile(certificate), readFile(privateKey)])
  const samples: number[] = []
  for (let sample = 0; sample < latencySamples; sample += 1) {
    samples.push(await askOnce(port, cert, key))
  }
  return samples.sort((left, right) => left - right)
}

/** How many cards the portal says it has accepted. */
const acceptedAt = async (url: string): Promise<number> => {
  const text = await (await fetch(`${url}${operatorRoutes.metrics}`)).text()
  return Number(/^sidep_card_sign_ins_total\{code="CARD_SEEN"\} (\d+)$/m.exec(text)?.[1] ?? 0)
}

const untilOpen = async (url: string): Promise<void> => {
  const deadline = performance.now() + startMillisecondsMax
  for (;;) {
    const { doors } = (await (await fetch(`${url}${routes.doors}`)).json()) as {
      doors: { door: string; state: string }[]
    }
    if (doors.some(({ door, state }) => door === 'card' && state === 'up')) return
    if (performance.now() > deadline) throw new Error('the card door did not open')
    await wait(100)
  }
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

const newTarget = (
  port: number,
  at: string,
  processorMilliseconds: () => Promise<number>,
): Target => ({
  port,
  processorMilliseconds,
  path: at,
  perCore: [],
  perSecond: [],
  handshakes: 0,
})

/** Runs the rounds. @throws where there is no `openssl` program, or no /proc to read processor time from */
export const benchHandshakes = async ({
  seconds,
}: HandshakeBenchOptions): Promise<HandshakeBenchResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidep-handshakes-'))
  const cardsFolder = join(folder, 'cards')
  const cards = await startCardAuthority({ port: 0, folder: cardsFolder })
  const cardPort = await freePort('127.0.0.1')
  const { authority, serverCertificate, serverKey } = portalFiles(cardsFolder)
  const portal = await startPortalProcess({
    CARD_PORT: String(cardPort),
    CARD_AUTHORITY: authority,
    CARD_TLS_CERTIFICATE: serverCertificate,
    CARD_TLS_KEY: serverKey,
    CARD_REVOCATION_LISTS: cards.revocationLists.join(','),
  })
  const openssl = await startOpenssl(cardsFolder)
  try {
    await untilOpen(portal.url)
    const card = cardFiles(cardsFolder, 'pharmacist')
    const latencies = await latenciesOf(cardPort, card)
    const door = newTarget(
      cardPort,
      path,
      async () => (await portal.processorTime()).serverMilliseconds,
    )
    const reference = newTarget(openssl.port, '/', async () =>
      processMilliseconds(openssl.child.pid ?? 0),
    )
    const rounds = Math.max(roundsMin, Math.floor(seconds / (2 * roundSeconds)))
    const acceptedBefore = await acceptedAt(portal.operatorUrl)
    for (let round = 0; round < rounds; round += 1) {
      await measure(door, card)
      await measure(reference, card)
    }
    const accepted = (await acceptedAt(portal.operatorUrl)) - acceptedBefore
    const perSecondPerCore = median(door.perCore)
    const opensslPerSecondPerCore = median(reference.perCore)
    const donePerSecond = rounded(median(door.perSecond))
    return {
      scenario: 'handshakes',
      seconds: 2 * roundSeconds * rounds,
      offeredPerSecond: donePerSecond,
      donePerSecond,
      failed: Math.max(0, door.handshakes - accepted),
      lost: 0,
      duplicated: 0,
      p50Milliseconds: rounded(quantile(latencies, 0.5)),
      p99Milliseconds: rounded(quantile(latencies, 0.99)),
      cores: availableParallelism(),
      rounds,
      perSecondPerCore: rounded(perSecondPerCore, 0),
      opensslPerSecondPerCore: rounded(opensslPerSecondPerCore, 0),
      shareOfOpenssl: rounded(perSecondPerCore / opensslPerSecondPerCore, 2),
    }
  } finally {
    await end(openssl.child)
    await portal.close()
    await cards.close()
    await rm(folder, { recursive: true, force: true })
  }
}
