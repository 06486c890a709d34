/** Real connections: what is not read cannot be seen by injected requests. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import {
  type EarlyRetryThrottle,
  makeEarlyRetryThrottle,
  unreadMilliseconds,
  unreadMillisecondsMax,
} from './early-retries.ts'
import { shedLoad } from './shed-load.ts'

const retryAfterSeconds = 5
/** Shorter than a connection is left for. */
const briefSeconds = 1

let app: FastifyInstance
let port: number
let now = 0
let earlyRetries: EarlyRetryThrottle
/** Requests that were read. */
let read = 0

before(async () => {
  app = fastify({ trustProxy: (address) => address === '127.0.0.1' })
  app.get('/refused', async (request, reply) => {
    read += 1
    const { session } = request.headers
    earlyRetries.saw(request, typeof session === 'string' ? session : undefined)
    earlyRetries.refused(request, reply, 'work', retryAfterSeconds)
    return reply.code(503).send('later')
  })
  app.get('/refused-briefly', async (request, reply) => {
    earlyRetries.refused(request, reply, 'login', briefSeconds)
    return reply.code(503).send('later')
  })
  // As admission does it: before the body is read.
  app.addHook('onRequest', async (request, reply) => {
    if (request.url !== '/refused-unread') return
    read += 1
    earlyRetries.refused(request, reply, 'work', retryAfterSeconds)
    shedLoad(request, reply, 'UNAVAILABLE', retryAfterSeconds)
  })
  app.post('/refused-unread', async () => assert.fail('it was refused'))
  app.get('/done', async () => {
    read += 1
    return 'done'
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
after(() => app.close())
beforeEach(() => {
  read = 0
  now += 1_000_000
  earlyRetries = makeEarlyRetryThrottle(() => now)
})

interface Client {
  readonly socket: Socket
  send(path: string, headers?: string): void
  /** Until this many answers have come in all. */
  answers(count: number): Promise<void>
}

const open = async (): Promise<Client> => {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  return {
    socket,
    send: (path, headers = '') => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: portal\r\n${headers}\r\n`)
    },
    answers: async (count) => {
      while (text.split('HTTP/1.1 ').length - 1 < count) await once(socket, 'data')
    },
  }
}

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

/** A round trip on another connection: whatever could be read by now has been. */
const settle = async (): Promise<void> => {
  const other = await open()
  other.send('/done')
  await other.answers(1)
  other.socket.destroy()
  read -= 1
}

const refuseTimes = async (client: Client, times: number, headers = ''): Promise<void> => {
  for (let count = 1; count <= times; count += 1) {
    client.send('/refused', headers)
    await client.answers(count)
  }
}

test('a client that comes back too early three times is answered each time, and then not read for a while', async () => {
  const client = await open()
  await refuseTimes(client, 3)
  await until(() => earlyRetries.unread === 1)
  client.send('/done')
  await settle()
  assert.equal(read, 3)
  now += unreadMilliseconds
  earlyRetries.tick()
  await client.answers(4)
  assert.equal(read, 4)
  assert.equal(earlyRetries.unread, 0)
  client.socket.destroy()
})

test('a client that goes on coming back early is left unread for longer, and read as before once it waits as told', async () => {
  const client = await open()
  await refuseTimes(client, 3)
  await until(() => earlyRetries.unread === 1)
  client.send('/refused')
  now += unreadMilliseconds
  earlyRetries.tick()
  await client.answers(4)
  await until(() => earlyRetries.unread === 1)
  now += unreadMilliseconds
  earlyRetries.tick()
  assert.equal(earlyRetries.unread, 1)
  now += unreadMillisecondsMax - unreadMilliseconds
  earlyRetries.tick()
  assert.equal(earlyRetries.unread, 0)
  now += retryAfterSeconds * 1_000
  client.send('/refused')
  await client.answers(5)
  await settle()
  assert.equal(earlyRetries.unread, 0)
  client.socket.destroy()
})

test('a request that waited in an unread connection counts as too early, although its time has come meanwhile', async () => {
  const client = await open()
  for (let count = 1; count <= 3; count += 1) {
    client.send('/refused-briefly')
    await client.answers(count)
  }
  await until(() => earlyRetries.unread === 1)
  client.send('/refused-briefly')
  now += briefSeconds * 1_000
  earlyRetries.tick()
  await client.answers(4)
  await until(() => earlyRetries.unread === 1)
  client.socket.destroy()
})

test('a client that posts is left unread as well, once the rest of its body has been taken off the connection', async () => {
  const client = await open()
  const post = (): void => {
    client.socket.write(
      'POST /refused-unread HTTP/1.1\r\nhost: portal\r\ncontent-length: 700\r\n\r\n',
    )
    client.socket.write('y'.repeat(700))
  }
  for (let count = 1; count <= 3; count += 1) {
    post()
    await client.answers(count)
  }
  await until(() => earlyRetries.unread === 1)
  post()
  await settle()
  assert.equal(read, 3)
  now += unreadMilliseconds
  earlyRetries.tick()
  await client.answers(4)
  assert.equal(read, 4)
  client.socket.destroy()
})

test('a client that waits as told is always read', async () => {
  const client = await open()
  for (let count = 1; count <= 6; count += 1) {
    client.send('/refused')
    await client.answers(count)
    now += retryAfterSeconds * 1_000
  }
  assert.equal(earlyRetries.unread, 0)
  client.socket.destroy()
})

test('a connection that carries several sessions is a proxy’s, and always read', async () => {
  const client = await open()
  for (let count = 1; count <= 8; count += 1) {
    client.send('/refused', `session: ${count % 3}\r\n`)
    await client.answers(count)
  }
  assert.equal(earlyRetries.unread, 0)
  client.socket.destroy()
})

test('a connection of a trusted proxy is always read', async () => {
  const client = await open()
  await refuseTimes(client, 8, 'x-forwarded-for: 192.0.2.1\r\n')
  assert.equal(earlyRetries.unread, 0)
  client.socket.destroy()
})

test('a connection that ends while it is not read is forgotten', async () => {
  const client = await open()
  await refuseTimes(client, 3)
  await until(() => earlyRetries.unread === 1)
  client.socket.destroy()
  now += unreadMilliseconds
  earlyRetries.tick()
  assert.equal(earlyRetries.unread, 0)
})

test('a refused request whose body was not read does not disturb the next one', async () => {
  const client = await open()
  await refuseTimes(client, 2)
  const body = 'x'.repeat(50_000)
  client.socket.write(
    `GET /refused HTTP/1.1\r\nhost: portal\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await client.answers(3)
  client.send('/done')
  await until(() => earlyRetries.unread === 1)
  now += unreadMilliseconds
  earlyRetries.tick()
  await client.answers(4)
  assert.equal(read, 4)
  client.socket.destroy()
})
