/**
 * Senders that others wrote, with the running way in: Debian's `mllp_send` (python3-hl7) and @medplum/hl7, which have no TLS
 * and send through a relay as they would through stunnel, and node-hl7-client with the certificate itself.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { Hl7Message } from '@medplum/core'
import { Hl7Client, ReturnAckCategory } from '@medplum/hl7'
import { apiPage } from '@sidep/contracts/openapi'
import { Client as NodeHl7Client, Message as NodeHl7Message } from 'node-hl7-client'
import { systemClock } from '../platform/clock.ts'
import { soundTransaction } from './fhir/testing.ts'
import {
  countsOf,
  type LaboratoryBesidePortal,
  startBesidePortal,
  storedOf,
} from './running-testing.ts'
import { messageOf, withField } from './testing.ts'

let running: LaboratoryBesidePortal
let relay: Server
let relayPort: number
let tls: { readonly ca: string; readonly cert: string; readonly key: string }

/** Plain on loopback, TLS with the laboratory's certificate from there. */
const startRelay = async (): Promise<Server> => {
  const server = createServer((plain) => {
    const secure = connectTls({
      host: '127.0.0.1',
      port: running.laboratory.port,
      servername: 'localhost',
      ...tls,
    })
    plain.pipe(secure).pipe(plain)
    for (const socket of [plain, secure]) socket.on('error', () => socket.destroy())
    plain.once('close', () => secure.destroy())
    secure.once('close', () => plain.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

before(async () => {
  running = await startBesidePortal('laboratory-foreign')
  const { authority, certificate, privateKey } = running.files
  tls = {
    ca: await readFile(authority, 'utf8'),
    cert: await readFile(certificate, 'utf8'),
    key: await readFile(privateKey, 'utf8'),
  }
  relay = await startRelay()
  relayPort = (relay.address() as AddressInfo).port
})
after(async () => {
  relay?.close()
  await running?.close()
})

const day = new Date(systemClock.now().getTime() - 86_400_000)
  .toISOString()
  .slice(0, 10)
  .replaceAll('-', '')

/** Which acknowledgements MSH-15 and MSH-16 wish for. */
interface Wish {
  readonly accept: string
  readonly application: string
}
const original: Wish = { accept: '', application: '' }
const enhanced: Wish = { accept: 'AL', application: 'NE' }
const enhancedTwice: Wish = { accept: 'AL', application: 'AL' }

const messageTo = (number: string, { accept, application }: Wish, isFaulty = false): string =>
  messageOf({
    MSH: withField('MSH', 15, accept).replace('|NE|FRA', `|${application}|FRA`),
    ...(isFaulty ? { PID: withField('PID', 7, '19791311') } : {}),
  })
    .replaceAll('20261129', day)
    .replaceAll('F001', number)
    .replaceAll('TEST00001', `M-${number}`)

/** Sends one message; code and control id of the acknowledgement that it goes by, and the place of its first ERR. */
type Send = (message: string, wish: Wish) => Promise<string>

const outcomeIn = (acknowledgement: string): string => {
  const segments = acknowledgement.split(/[\r\n]+/).map((segment) => segment.split('|'))
  const [, code, controlId] = segments.find(([name]) => name?.endsWith('MSA')) ?? []
  const place = segments.find(([name]) => name === 'ERR')?.[2]
  return [code, controlId, place].filter((part) => part !== undefined).join(' ')
}

const byMllpSend: Send = async (message) => {
  const file = join(running.folder, 'message.hl7')
  await writeFile(file, message)
  const options = ['--port', String(relayPort), '--loose', '--file', file]
  const program = spawn('mllp_send', [...options, '127.0.0.1'])
  const [output, complaint] = await Promise.all(
    [program.stdout, program.stderr].map(async (stream) => (await stream.toArray()).join('')),
  )
  assert.equal(complaint, '')
  return outcomeIn(output ?? '')
}

const byMedplum: Send = async (message, { application }) => {
  const client = new Hl7Client({ host: '127.0.0.1', port: relayPort })
  try {
    const returnAck = application === 'AL' ? ReturnAckCategory.APPLICATION : ReturnAckCategory.FIRST
    const answer = await client.sendAndWait(Hl7Message.parse(message), {
      returnAck,
      timeoutMs: 20_000,
    })
    return outcomeIn(answer.toString())
  } finally {
    await client.close()
  }
}

const byNodeHl7Client: Send = async (message) => {
  const version = '2.5.1'
  const client = new NodeHl7Client({
    host: 'localhost',
    version,
    tls: { ...tls, servername: 'localhost', rejectUnauthorized: true },
  })
  const { port } = running.laboratory
  const { promise, resolve } = Promise.withResolvers<string>()
  const connection = client.createConnection({ port, version }, async (answer) =>
    resolve(answer.getMessage().toString()),
  )
  try {
    await connection.sendMessage(new NodeHl7Message({ text: message.trimEnd() }))
    return outcomeIn(await promise)
  } finally {
    await connection.close()
  }
}

const senders: readonly [string, Send, readonly Wish[]][] = [
  ['mllp_send', byMllpSend, [original, enhanced]],
  ['@medplum/hl7', byMedplum, [original, enhanced, enhancedTwice]],
  ['node-hl7-client', byNodeHl7Client, [original, enhanced]],
]

for (const [name, send, wishes] of senders) {
  for (const [index, wish] of wishes.entries()) {
    const { accept, application } = wish
    const mode =
      accept === '' ? 'the original mode' : `the enhanced mode (${accept}, ${application})`
    test(`${name} sends by ${mode}: recorded once, and refused at the field that is wrong`, async () => {
      const number = `${name
        .replace(/[^a-z0-9]/g, '')
        .slice(0, 8)
        .toUpperCase()}${index}`
      const good = accept === '' ? 'AA' : application === 'AL' ? 'AA' : 'CA'
      const bad = accept === '' ? 'AE' : 'CE'
      for (let turn = 0; turn < 2; turn += 1) {
        assert.equal(await send(messageTo(number, wish), wish), `${good} M-${number}`)
      }
      assert.equal((await storedOf(running, number))?.state, 'final')
      assert.deepEqual(await countsOf(running, number), { certificates: 1, acts: 1 })
      const faulty = await send(messageTo(`${number}X`, wish, true), wish)
      assert.equal(faulty, `${bad} M-${number}X PID^1^7`)
    })
  }
}

/** As somebody copies it from the page. */
const fromPage = (id: string): string => {
  const page = apiPage('1.0.0', 'everyone')
  const [, shown = ''] = new RegExp(`<code id="${id}">([^<]*)</code>`).exec(page) ?? []
  return shown.replace(/&#(\d+);/g, (_mark, code) => String.fromCharCode(Number(code)))
}

const outputOf = async (program: string, words: readonly string[], input: string) => {
  const started = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] })
  started.stdin.end(input)
  const [said, complaint] = await Promise.all([
    text(started.stdout),
    text(started.stderr),
    once(started, 'exit'),
  ])
  return { said, complaint }
}

test('the script on the page for developers has its first result accepted, by the standard library alone', async () => {
  const port = String(running.laboratory.port)
  const words = ['-', '127.0.0.1', port, join(running.folder, 'laboratory')]
  const { said, complaint } = await outputOf('python3', words, fromPage('first-result'))
  assert.equal(said, 'accepted CA\n', complaint)
})

test('the script on the page has a result accepted over MLLP by openssl, and one over FHIR by curl', async () => {
  const { port, fhirPort } = running.laboratory
  const script = join(running.folder, 'result.sh')
  await writeFile(script, fromPage('first-result-shell'))
  const words = [
    script,
    'localhost',
    String(port),
    String(fhirPort),
    join(running.folder, 'laboratory'),
  ]
  const { said, complaint } = await outputOf('sh', words, '')
  assert.equal(said, 'HL7 accepted CA\nFHIR accepted 200\n', complaint)
})

test('the commands of the guide for laboratories send a message and a bundle', async () => {
  const guide = await readFile(
    join(import.meta.dirname, '../../../../docs/operating/laboratories.md'),
    'utf8',
  )
  const blocks = [...guide.matchAll(/^```\n(f=data[\s\S]*?)^```/gm)].map(([, block = '']) => block)
  assert.equal(blocks.length, 2)
  const { port, fhirPort, fhirUrl } = running.laboratory
  assert.ok(fhirUrl.endsWith('/fhir'))
  const yesterday = new Date(systemClock.now().getTime() - 86_400_000).toISOString().slice(0, 10)
  await writeFile(
    join(running.folder, 'message.hl7'),
    messageOf().replaceAll('20261129', yesterday.replaceAll('-', '')).replaceAll('001|', 'G01|'),
  )
  await writeFile(
    join(running.folder, 'bundle.json'),
    JSON.stringify(soundTransaction())
      .replaceAll('2026-11-29', yesterday)
      .replaceAll('F001', 'G002'),
  )
  const commands = blocks
    .join('')
    .replaceAll('data/laboratory', 'laboratory')
    .replaceAll('localhost:2575', `localhost:${port}`)
    .replaceAll('localhost:2577', `localhost:${fhirPort}`)
  const { said, complaint } = await outputOf(
    'sh',
    ['-c', `cd '${running.folder}'\n${commands}`],
    '',
  )
  assert.match(said, /MSA\|CA\|TEST/, complaint)
  assert.match(said, /"CapabilityStatement"/)
  assert.match(said, /"transaction-response"/)
  assert.doesNotMatch(said, /"severity":"error"/)
})
