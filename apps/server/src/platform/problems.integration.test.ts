import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import fastify from 'fastify'
import { installProblems } from './problems.ts'

const infoLevel = 30

interface LogLine {
  readonly level: number
  readonly code?: string
}

test('a client that leaves in the middle of its body is logged as refused, not as a failure of ours', async (context) => {
  const { promise: line, resolve: logged } = Promise.withResolvers<LogLine>()
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const read: LogLine = JSON.parse(String(chunk))
      if (read.code !== undefined) logged(read)
      done()
    },
  })
  const app = fastify({ logger: { level: 'info', stream } })
  context.after(() => app.close())
  installProblems(app)
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  app.addHook('onRequest', async () => arrive())
  app.post('/', async () => 'whole')
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const client = connect(Number(port), '127.0.0.1')
  client.write(
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  )
  await arrived
  client.destroy()
  const { level, code } = await line
  assert.deepEqual([level, code], [infoLevel, 'REQUEST_MALFORMED'])
})
