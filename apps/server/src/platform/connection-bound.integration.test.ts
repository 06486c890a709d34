/** Real connections: an injected request has none. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { boundConnections, connectionsMaxOf } from './connection-bound.ts'

let app: FastifyInstance
let port: number
/** Lets the requests under way be answered. */
let answers: (() => void)[]

beforeEach(async () => {
  answers = []
  app = fastify({ forceCloseConnections: true, keepAliveTimeout: 3_600_000 })
  boundConnections(app, 4)
  app.post('/slow', () => new Promise((resolve) => answers.push(() => resolve('done'))))
  app.get('/quick', async () => 'done')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterEach(() => app.close())

interface Client {
  readonly socket: Socket
  readonly ended: Promise<unknown>
}
const open = async (from: string, said = ''): Promise<Client> => {
  const accepted = once(app.server, 'connection')
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  socket.on('error', () => undefined).resume()
  const ended = once(socket, 'close')
  await Promise.all([once(socket, 'connect'), accepted])
  if (said !== '') socket.write(said)
  return { socket, ended }
}
const post = (body: string, length = body.length): string =>
  `POST /slow HTTP/1.1\r\nhost: portal\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`
const status = async ({ socket }: Client): Promise<string> => {
  socket.write('GET /quick HTTP/1.1\r\nhost: portal\r\n\r\n')
  const [chunk] = await once(socket, 'data')
  return String(chunk).slice(9, 12)
}
const underWay = async (count: number): Promise<void> => {
  while (answers.length < count) await new Promise((resolve) => setImmediate(resolve))
}

test('of many silent ones the oldest makes room; who is of another address stays', async () => {
  const other = await open('127.0.0.2')
  const silent = [
    await open('127.0.0.1'),
    await open('127.0.0.1', 'GET / HT'),
    await open('127.0.0.1'),
  ]
  const next = await open('127.0.0.3')
  await silent[0]?.ended
  assert.equal(await status(next), '200')
  assert.equal(await status(other), '200')
})

test('one whose body does not come makes room as a silent one does, and one at rest too', async () => {
  const halves = [await open('127.0.0.1', post('{', 20)), await open('127.0.0.1', post('{', 20))]
  const rested = await open('127.0.0.1')
  assert.equal(await status(rested), '200')
  await open('127.0.0.2')
  for (const [index, from] of ['127.0.0.3', '127.0.0.4'].entries()) {
    assert.equal(await status(await open(from)), '200')
    await halves[index]?.ended
  }
})

test('while all are worked on the newest is not taken, and none of them is cut', async () => {
  const busy: Client[] = []
  for (let count = 1; count <= 4; count += 1) {
    busy.push(await open('127.0.0.1', post('{}')))
    await underWay(count)
  }
  await (await open('127.0.0.2')).ended
  const answered = Promise.all(
    busy.map(async ({ socket }) => String((await once(socket, 'data'))[0])),
  )
  for (const answer of answers) answer()
  for (const text of await answered) assert.match(text, /^HTTP\/1.1 200/)
})

test('as many are taken as the process has files for', () => {
  const limits =
    'Limit  Soft Limit  Hard Limit  Units\nMax open files            1000                 4096     files\n'
  assert.equal(
    connectionsMaxOf(() => limits),
    800,
  )
  assert.equal(
    connectionsMaxOf(() => limits.replace('1000', 'unlimited')),
    20_000,
  )
  assert.equal(
    connectionsMaxOf(() => {
      throw new Error('ENOENT')
    }),
    5_000,
  )
})
