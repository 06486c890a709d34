import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { answerIn, makeLeanConnections, requestBytes } from './lean-connections.ts'

test('an answer ends after its length, one without content after its head, and half a head says nothing', () => {
  const whole = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc')
  assert.deepEqual(answerIn(whole), { status: 200, end: whole.length })
  const unchanged = Buffer.from(
    'HTTP/1.1 304 Not Modified\r\netag: "1"\r\ncontent-length: 3\r\n\r\n',
  )
  assert.deepEqual(answerIn(unchanged), { status: 304, end: unchanged.length })
  assert.equal(answerIn(whole.subarray(0, 20)), null)
  assert.throws(() => answerIn(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')), /ANSWER_WITHOUT_LENGTH/)
})

test('more are asked than there are connections: each gets its own answer, and no connection is opened twice', async (context) => {
  let opened = 0
  const server = createServer(({ url = '' }, response) => {
    response.statusCode = Number(url.slice(1))
    response.setHeader('content-length', response.statusCode === 304 ? 0 : 40_000)
    response.end(response.statusCode === 304 ? undefined : Buffer.alloc(40_000))
  })
  server.on('connection', () => {
    opened += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connections = makeLeanConnections(origin, 2)
  context.after(() => {
    connections.close()
    server.close()
  })
  const statuses = [200, 304, 404, 200, 304, 503]
  const asked = statuses.map((status) =>
    connections.ask(requestBytes(origin, `/${status}`, { accept: '*/*' })),
  )
  assert.deepEqual(await Promise.all(asked), statuses)
  assert.equal(opened, 2)
})

test('a server that hangs up fails the request, and the next one opens the connection anew', async (context) => {
  let requests = 0
  const server = createServer((_, response) => {
    requests += 1
    if (requests === 1) response.destroy()
    else response.setHeader('content-length', 0).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connections = makeLeanConnections(origin, 1)
  context.after(() => {
    connections.close()
    server.close()
  })
  const request = requestBytes(origin, '/', {})
  await assert.rejects(connections.ask(request))
  assert.equal(await connections.ask(request), 200)
})
