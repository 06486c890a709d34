import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { shedLoad } from './shed-load.ts'

test('a refused client reads why and when to come back, and keeps the headers that were set before', async () => {
  const app = fastify()
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'max-age=60')
    reply.header('set-cookie', 'place=1; Path=/').header('set-cookie', 'other=2; Path=/')
    shedLoad(request, reply, 'UNAVAILABLE', 7)
  })
  app.get('/', async () => assert.fail('it was turned away'))
  const { statusCode, headers, body } = await app.inject({
    url: '/',
    headers: { 'accept-language': 'fr' },
  })
  assert.equal(statusCode, 503)
  assert.equal(headers['retry-after'], '7')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.deepEqual(headers['set-cookie'], ['place=1; Path=/', 'other=2; Path=/'])
  assert.match(String(headers['content-type']), /^application\/problem\+json/)
  assert.equal(headers['content-length'], String(Buffer.byteLength(body)))
  const document = JSON.parse(body)
  assert.equal(document.code, 'UNAVAILABLE')
  assert.equal(document.retryAfterSeconds, 7)
  await app.close()
})
