/** Real connections: an injected request has none. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { endIdleConnections } from './idle-connections.ts'

let app: FastifyInstance
let port: number
/** Lets the request under way be answered; null: there is none. */
let answer: (() => void) | null

beforeEach(async () => {
  answer = null
  // A connection that is left open would be waited for as long as a stop may take, and longer.
  app = fastify({ forceCloseConnections: 'idle', keepAliveTimeout: 3_600_000 })
  endIdleConnections(app)
  app.get(
    '/slow',
    () =>
      new Promise((resolve) => {
        answer = () => resolve('done')
      }),
  )
  app.get('/quick', async () => 'done')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterEach(() => app.close())

const open = async (): Promise<{ socket: Socket; text: () => string }> => {
  const accepted = once(app.server, 'connection')
  const socket = connect(port, '127.0.0.1')
  await Promise.all([once(socket, 'connect'), accepted])
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  return { socket, text: () => text }
}
const ask = (socket: Socket, path: string): void => {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: portal\r\n\r\n`)
}

test('a connection that has not asked for anything does not hold up the end', async () => {
  const { socket } = await open()
  const ended = once(socket, 'close')
  await app.close()
  await ended
})

test('nor does one that rests after an answer; one at work is answered first, and ends then', async () => {
  const idle = await open()
  ask(idle.socket, '/quick')
  await once(idle.socket, 'data')
  const busy = await open()
  ask(busy.socket, '/slow')
  while (answer === null) await new Promise((resolve) => setImmediate(resolve))
  const restingEnded = once(idle.socket, 'close')
  const busyEnded = once(busy.socket, 'close')
  const closed = app.close()
  await restingEnded
  assert.equal(busy.text(), '')
  answer()
  await busyEnded
  assert.match(busy.text(), /^HTTP\/1.1 200[\s\S]*done$/)
  await closed
})
