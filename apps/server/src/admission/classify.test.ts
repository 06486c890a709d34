import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '@sidep/contracts'
import { trafficOf } from './classify.ts'

const classesOf = (method: string, route: string | undefined) => {
  const traffic = trafficOf(method, route, undefined)
  return traffic === null ? null : [traffic.signedIn, traffic.anonymous]
}

test('work in an open session is the counter’s work, and nothing without a session is', () => {
  assert.deepEqual(classesOf('POST', routes.screenings), ['work', null])
  assert.deepEqual(classesOf('POST', routes.screeningResult), ['work', null])
  assert.deepEqual(classesOf('POST', routes.screeningsBatch), ['backlog', null])
  assert.deepEqual(classesOf('GET', routes.screenings), ['list', null])
  assert.deepEqual(classesOf('GET', routes.session), ['work', 'login-return'])
})

test('sign-ins, people, laboratories and the public have budgets of their own', () => {
  assert.deepEqual(classesOf('GET', routes.loginEcps), ['login', 'login'])
  assert.deepEqual(classesOf('GET', routes.loginEcpsCallback), ['login-return', 'login-return'])
  assert.deepEqual(classesOf('POST', routes.retrieval), ['person', 'person'])
  assert.deepEqual(classesOf('POST', routes.retrievalRenewal), ['person', 'person'])
  assert.deepEqual(classesOf('POST', '/api/laboratory/messages'), ['laboratory', 'laboratory'])
  assert.deepEqual(classesOf('GET', routes.trustBundle), ['public', 'public'])
  assert.deepEqual(classesOf('GET', '/*'), ['public', 'public'])
  assert.deepEqual(classesOf('GET', undefined), ['public', 'public'])
})

test('probes and the waiting room are always answered', () => {
  for (const route of [routes.health, routes.ready, routes.waitingRoom]) {
    assert.equal(classesOf('GET', route), null)
  }
  assert.equal(classesOf('GET', `${routes.waitingRoomPage}room.js`), null)
})

test('a route of a later module is work or a list by its method, and what it declares goes before that', () => {
  assert.deepEqual(classesOf('POST', '/api/delegations'), ['work', 'public'])
  assert.deepEqual(classesOf('GET', '/api/statistics'), ['list', 'public'])
  const declared = { signedIn: 'work', anonymous: null } as const
  assert.equal(trafficOf('GET', '/api/statistics', declared), declared)
})
