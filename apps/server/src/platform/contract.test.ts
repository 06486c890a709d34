import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '@sidep/contracts'
import { chooseSite } from '@sidep/contracts/endpoints'
import fastify, { type FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { keepToContract, schemaOf } from './contract.ts'
import { holdToContract } from './contract-testing.ts'

const served = (register: (app: FastifyInstance) => void): void => {
  const app = fastify()
  keepToContract(app)
  register(app)
}
const nothing = async (): Promise<null> => null

test('a route that the contract does not describe, or describes otherwise, is not registered', () => {
  assert.throws(
    () => served((app) => app.get('/api/nothing', nothing)),
    /GET \/api\/nothing is no endpoint/,
  )
  assert.throws(() => served((app) => app.post(routes.health, nothing)), /is no endpoint/)
  assert.throws(() => served((app) => app.post(routes.loginCard, nothing)), /is no endpoint/)
  const other = { schema: { body: Type.Object({ site: Type.String() }) } }
  assert.throws(
    () => served((app) => app.post(routes.sessionSite, other, nothing)),
    /takes another body/,
  )
  assert.throws(
    () => served((app) => app.post(routes.slips, { schema: {} }, nothing)),
    /takes another body/,
  )
  assert.throws(
    () =>
      served((app) => {
        const schema = schemaOf(chooseSite)
        app.post(routes.sessionSite, { schema, config: { act: 'fresh' } }, nothing)
      }),
    /weighs otherwise/,
  )
  served((app) => app.post(routes.sessionSite, { schema: schemaOf(chooseSite) }, nothing))
  served((app) => app.get('/verifier/', nothing))
})

test('an answer that an endpoint does not name fails the test that sees it', () => {
  const problem = (code: string) => ({
    status: 409,
    type: 'application/problem+json; charset=utf-8',
    text: JSON.stringify({ code }),
  })
  const hold = (text: string, status = 200): void =>
    holdToContract('GET', `${routes.booklets}?x=1`, { status, type: 'application/json', text })
  holdToContract('GET', routes.booklets, problem('SITE_NOT_CHOSEN'))
  assert.throws(
    () => holdToContract('GET', routes.booklets, problem('SLIPS_TOO_MANY')),
    /GET \/api\/booklets refuses with SLIPS_TOO_MANY/,
  )
  hold('{"booklets":[]}')
  assert.throws(() => hold('{"booklets":[1]}'), /another body/)
  assert.throws(() => hold('{}', 202), /answers 202/)
  // What is served besides the contract is not its business.
  holdToContract('GET', '/verifier/', { status: 418, type: 'text/html', text: '' })
})
