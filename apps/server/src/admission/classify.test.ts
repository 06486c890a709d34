import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '@sidep/contracts'
import * as endpoints from '@sidep/contracts/endpoints'
import { doorOf, trafficOf } from './classify.ts'

const classesOf = (method: string, route: string | undefined) => {
  const traffic = trafficOf(method, route)
  return traffic === null ? null : [traffic.signedIn, traffic.anonymous]
}

test('work in an open session is the counter’s work, and nothing without a session is', () => {
  assert.deepEqual(classesOf('POST', routes.screenings), ['work', null])
  assert.deepEqual(classesOf('POST', routes.screeningResult), ['work', null])
  assert.deepEqual(classesOf('POST', routes.screeningsBatch), ['backlog', null])
  assert.deepEqual(classesOf('POST', routes.reconciliations), ['backlog', null])
  assert.deepEqual(classesOf('GET', routes.screenings), ['list', null])
  assert.deepEqual(classesOf('HEAD', routes.screenings), ['list', null])
  assert.deepEqual(classesOf('GET', routes.session), ['work', 'login-return'])
  assert.deepEqual(classesOf('POST', routes.delegations), ['work', 'public'])
  for (const endpoint of Object.values(endpoints)) {
    const { path, method, access, traffic } = endpoint
    if (access !== 'site') continue
    assert.notEqual(traffic?.anonymous, 'work', `${method} ${path}`)
  }
})

test('sign-ins, people and the public have budgets of their own', () => {
  assert.deepEqual(classesOf('GET', routes.loginEcps), ['login', 'login'])
  assert.deepEqual(classesOf('GET', routes.loginEcpsCallback), ['login-return', 'login-return'])
  assert.deepEqual(classesOf('POST', routes.retrieval), ['person', 'person'])
  assert.deepEqual(classesOf('POST', routes.retrievalRenewal), ['person', 'person'])
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

test('only where a sign-in begins does somebody go through the waiting room', () => {
  assert.equal(doorOf('GET', routes.loginEcps), 'ecps')
  assert.equal(doorOf('POST', routes.loginEcpsBackchannel), 'ecps')
  assert.equal(doorOf('GET', routes.loginCard), 'card')
  assert.equal(doorOf('GET', routes.loginEcpsCallback), undefined)
  assert.equal(doorOf('POST', routes.loginEcpsBackchannelPoll), undefined)
})
