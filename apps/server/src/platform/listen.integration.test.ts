/** Real connections on real sockets. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import fastify, { type FastifyInstance } from 'fastify'
import { freePort } from './free-port.ts'
import { endIdleConnections } from './idle-connections.ts'
import { claimOf, listenTogether } from './listen.ts'

const host = '127.0.0.1'
let app: FastifyInstance
let port: number
let stop: () => Promise<void>
/** Requests under way; each is answered when its function is called. */
let underWay: (() => void)[]

beforeEach(async () => {
  underWay = []
  app = fastify({ forceCloseConnections: 'idle', keepAliveTimeout: 3_600_000 })
  endIdleConnections(app)
  app.get('/slow', (_, reply) => {
    underWay.push(() => reply.send('done'))
  })
  port = await freePort(host)
  stop = await listenTogether(app, { host, port, backlog: 512 })
})
afterEach(() => stop())

/** Connects so many from another thread while this one takes none. */
const connectTogether = (count: number): Worker => {
  const connected = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(
    `const { connect } = require('node:net')
    const { workerData: { connected, port, host, count } } = require('node:worker_threads')
    for (let index = 0; index < count; index += 1)
      connect(port, host, () => Atomics.add(connected, 0, 1) === count - 1 && Atomics.notify(connected, 0))`,
    { eval: true, workerData: { connected, port, host, count } },
  )
  for (let seen = 0; seen < count; seen = Atomics.load(connected, 0)) {
    Atomics.wait(connected, 0, seen, 10)
  }
  return worker
}

test('many who connect at once are taken several a round', async () => {
  const count = 64
  let taken = 0
  app.server.on('connection', () => {
    taken += 1
  })
  const worker = connectTogether(count)
  assert.equal(taken, 0)
  let rounds = 0
  while (taken < count) {
    await new Promise((resolve) => setImmediate(resolve))
    rounds += 1
  }
  await worker.terminate()
  assert.ok(rounds < count / 2, `${rounds} rounds`)
})

const open = async (): Promise<{ socket: Socket; text: Promise<string> }> => {
  const socket = connect(port, host)
  await once(socket, 'connect')
  const chunks: Buffer[] = []
  const text = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('close', () => resolve(Buffer.concat(chunks).toString()))
  })
  return { socket, text }
}

test('at the end, whoever is under way is answered and whoever rests is not waited for', async () => {
  const idle = await Promise.all(Array.from({ length: 16 }, open))
  const busy = await Promise.all(Array.from({ length: 32 }, open))
  for (const { socket } of busy) socket.write('GET /slow HTTP/1.1\r\nhost: portal\r\n\r\n')
  while (underWay.length < busy.length) await new Promise((resolve) => setImmediate(resolve))
  let isOver = false
  const stopped = stop().then(() => {
    isOver = true
  })
  await Promise.all(idle.map(({ text }) => text))
  assert.equal(isOver, false)
  for (const answer of underWay) answer()
  const answers = await Promise.all(busy.map(({ text }) => text))
  for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 200 .*done$/s)
  await stopped
})

test('a port that is taken is refused, although sockets of ours could share it', async () => {
  const second = fastify()
  await assert.rejects(listenTogether(second, { host, port, backlog: 1 }), { code: 'EADDRINUSE' })
  await second.close()
})

test('a port that another of ours has found free a moment before, and not taken yet, is refused by its number', async () => {
  const free = await freePort(host)
  const other = createServer().listen({ path: claimOf(host, free) })
  await once(other, 'listening')
  const late = fastify()
  const address = { host, port: free, backlog: 512 }
  await assert.rejects(listenTogether(late, address), { code: 'EADDRINUSE', port: free })
  other.close()
  await once(other, 'close')
  const end = await listenTogether(late, address)
  await end()
})
