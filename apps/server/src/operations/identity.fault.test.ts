/**
 * A portal as a process of its own that says everything it can, a watcher beside it, and its end: who was entered, and by whom, is
 * in nothing that either of them wrote; and the watcher says what is the matter when every process of the portal is dead.
 */
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { routes, type ScreeningAnswer } from '@sidep/contracts'
import {
  endProcess,
  killDatabase,
  machineClock,
  startServerProcess,
  temporaryFolder,
  untilReady,
} from '../fault-testing.ts'
import { systemRandomBytes } from '../platform/clock.ts'
import { freePort } from '../platform/free-port.ts'
import { cookieForServersOn, sampleScreening } from '../platform/testing.ts'
import { spanAttributes } from '../platform/tracing/spans.ts'
import { startSpanReceiver } from '../platform/tracing/testing.ts'
import { makeMessengers } from './notify/messengers.ts'
import { openSignalSource } from './signals/signal-source.ts'
import { parseWatchConfiguration } from './watch-configuration.ts'
import { startWatcher } from './watcher.ts'

const folder = temporaryFolder('identity')
const port = await freePort('127.0.0.1')
const url = `http://localhost:${port}`

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await wait(50)
}

/** Every file below a folder, as text. */
const textsBelow = async (path: string): Promise<string[]> => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))
}

/** As logs and figures might have it: with capitals, without accents, spaces and dashes. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s.-]/g, '')

test('nobody is in what the portal and the watcher write, and the watcher outlives the portal', async () => {
  const cookie = await cookieForServersOn(folder, { professionalId: '899700075122' })
  const operatorPort = await freePort('127.0.0.1')
  const traces = await startSpanReceiver()
  after(() => traces.close())
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: traces.url }
  const portal = await startServerProcess(folder, port, {
    LOG_LEVEL: 'debug',
    OPERATOR_PORT: String(operatorPort),
    ...tracing,
  })
  after(() => endProcess(portal, 'SIGKILL'))
  after(() => killDatabase(folder))
  let log = ''
  for (const stream of [portal.stdout, portal.stderr])
    stream?.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  await untilReady(portal, port)

  const screening = sampleScreening({ clock: machineClock })
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        cookie,
        origin: url,
        'content-type': 'application/json',
        // What a sender says of its trace may say anything of anybody.
        traceparent: `00-${'899700075122'.padStart(32, '0')}-${'33612345678'.padStart(16, '0')}-01`,
        tracestate: `vendor=${screening.person.familyName}`,
        baggage: `name=${screening.person.familyName}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const recorded = await ask('POST', routes.screenings, screening)
  assert.equal(recorded.status, 201)
  const { certificate } = (await recorded.json()) as ScreeningAnswer
  const code = new URL(certificate?.retrieval ?? assert.fail('no link')).hash.slice(1)
  // The same where it does not belong.
  const { familyName, firstNames, contact } = screening.person
  const misplaced = { ...screening, [familyName]: firstNames, device: contact?.email }
  assert.ok((await ask('POST', routes.screenings, misplaced)).status >= 400)
  await ask('POST', routes.screeningSearch, { text: familyName })
  await ask('GET', `/api/${encodeURIComponent(familyName)}?phone=${contact?.phone}`)
  await ask('POST', routes.retrieval, { code, birthDate: '1987-03-10' })
  await ask('POST', routes.retrieval, { code, birthDate: screening.person.birthDate })
  const door = await ask('GET', `${routes.loginEcps}?return=/pro/?nom=${familyName}`)
  assert.equal(door.status, 303)
  const heartbeat = { offline: null, numbersUsed: 1, waiting: 0, lostSignIns: ['ecps'] }
  assert.equal((await ask('POST', routes.heartbeats, heartbeat)).status, 204)
  await until(() => log.includes('sign-in failed'))

  const signals = openSignalSource({ databaseUrl: null, dataDirectory: folder })
  after(() => signals.close())
  const lately = async () => (await signals.read(machineClock.now(), null))?.lately ?? []
  await until(async () => (await lately()).length >= 3)
  const met = JSON.stringify(await lately())
  const figures = await (await fetch(`http://127.0.0.1:${operatorPort}/metrics`)).text()
  assert.match(figures, /^sidep_screenings_total/m)

  const parsed = parseWatchConfiguration(
    {
      PUBLIC_URL: url,
      DATA_DIR: folder,
      WATCH_PORT: '0',
      WATCH_SECONDS: '1',
      WATCH_ECPS: 'none',
      ...tracing,
    },
    folder,
  )
  assert.ok(parsed.ok, JSON.stringify(parsed))
  const begunAt = performance.now()
  const startedAt = Date.now()
  const watcher = await startWatcher(
    { ...parsed.value, intervalMilliseconds: 200 },
    {
      // Six seconds in one: a failure of half a minute need not take that long here.
      clock: { now: () => new Date(startedAt + (performance.now() - begunAt) * 6) },
      randomBytes: systemRandomBytes,
      messengers: makeMessengers(parsed.value),
      signals,
      say: (line) => {
        log += `${line}\n`
      },
      publish: null,
    },
  )
  const page = async (): Promise<string> => (await fetch(`${watcher.url}/`)).text()
  await until(async () => (await page()).includes('Tout fonctionne'))
  // What a probe asks of the portal is in the trace that the probe began.
  const spans = ['probe', `POST ${routes.screenings}`, 'record', 'issue', 'transaction']
  await until(() => spans.every((name) => traces.names().includes(name)))
  await endProcess(portal, 'SIGKILL')
  await until(async () => (await page()).includes('Panne en cours'))
  const index = join(parsed.value.folder, 'etat', 'index.html')
  await until(async () => (await readFile(index, 'utf8')).includes('Panne en cours'))
  const watched = await (await fetch(`${watcher.operatorUrl}/metrics`)).text()
  assert.match(watched, /^sidep_watch_component_failing\{component="bundle"\} 1$/m)
  await watcher.close()
  const keys = traces.bodies.flatMap((body) => [...body.matchAll(/\{"key":"([^"]+)"/g)])
  const own = new Set<string>([...spanAttributes, 'service.name', 'service.version'])
  own.add('service.instance.id')
  assert.deepEqual(
    [...new Set(keys.map(([, key = '']) => key))].filter((key) => !own.has(key)),
    [],
  )

  const written = [...(await textsBelow(parsed.value.folder)), ...traces.bodies]
  const all = [log, met, figures, watched, ...written].map(plain)
  assert.ok(all.length > 5)
  const identities = [
    familyName,
    firstNames,
    screening.person.birthDate,
    contact?.phone ?? '',
    '+33612345678',
    '33612345678',
    contact?.email ?? '',
    code,
    '899700075122',
    'MARTIN',
    'Camille',
  ]
  // What is looked for is found where it is.
  assert.ok(plain(JSON.stringify(screening)).includes(plain(familyName)))
  assert.deepEqual(
    identities.filter((identity) => all.some((text) => text.includes(plain(identity)))),
    [],
  )
})
