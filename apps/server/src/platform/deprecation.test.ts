import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { tellDeprecated } from './deprecation.ts'

const deprecated = {
  since: '2027-01-01T00:00:00Z',
  sunset: '2028-01-01T00:00:00Z',
  link: 'https://portail.example/api/docs#recordScreening',
}

test('every answer of what goes out of use says since when and until when, refusals too, and others say nothing', async () => {
  const app = fastify()
  tellDeprecated(app, (_method, url) => (url === '/api/old' ? { deprecated } : {}))
  app.get('/api/old', async () => {
    throw new Error('refused')
  })
  app.get('/api/new', async () => 'new')
  const { headers, statusCode } = await app.inject('/api/old')
  assert.equal(statusCode, 500)
  assert.equal(headers.deprecation, '@1798761600')
  assert.equal(headers.sunset, 'Sat, 01 Jan 2028 00:00:00 GMT')
  assert.equal(
    headers.link,
    '<https://portail.example/api/docs#recordScreening>; rel="deprecation"; type="text/html"',
  )
  assert.equal((await app.inject('/api/new')).headers.deprecation, undefined)
  await app.close()
})
