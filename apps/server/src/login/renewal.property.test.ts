import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renewSession, tokenEndOf } from './renewal.ts'
import { makeSession, type SessionFacts, unbound } from './session.ts'

const life = { sessionHours: 12, sessionExtensionHours: 72, sessionRenewalMinutes: 20 }
const signedInAt = new Date('2026-11-23T08:00:00.000Z')
const minutes = (count: number): Date => new Date(signedInAt.getTime() + count * 60_000)
const site = { id: '759990013', name: 'Pharmacie', postalCode: null }
const person = { id: '899790000014', familyName: 'A', firstNames: 'B', profession: '21' }

const factsOf = (delegationMinutes: number | null, extended: boolean): SessionFacts => {
  const delegation =
    delegationMinutes === null
      ? null
      : { id: 'd', endsAt: minutes(delegationMinutes), responsible: person, site }
  const begun = { device: 'd'.repeat(43), signedInAt, delegation }
  return {
    ...unbound,
    ...begun,
    person,
    door: 'ecps',
    site,
    sites: [site],
    sitesLeftOut: [],
    sessionId: 's',
    extended,
    renewBy: tokenEndOf(begun, signedInAt, life),
  }
}

const scenario = fc.record({
  at: fc.integer({ min: 0, max: 80 * 60 }),
  delegation: fc.option(fc.integer({ min: 1, max: 80 * 60 })),
  extended: fc.boolean(),
  allDoorsDown: fc.boolean(),
})

test('a renewed token never outlives its twenty minutes, the session, the extension or the delegation', () => {
  fc.assert(
    fc.property(scenario, ({ at, delegation, extended, allDoorsDown }) => {
      const session = makeSession(factsOf(delegation, extended), life)
      const renewal = renewSession(session, { statedAt: minutes(at), allDoorsDown, life })
      if (!renewal.ok) return
      const { renewBy } = renewal.facts
      assert.ok(renewBy > minutes(at))
      assert.ok(renewBy <= minutes(at + 20))
      assert.ok(renewBy <= minutes(renewal.facts.extended ? 72 * 60 : 12 * 60))
      if (delegation !== null) assert.ok(renewBy <= minutes(delegation))
    }),
  )
})

test('a session goes on exactly while it may: twelve hours, or seventy-two while every door is down', () => {
  fc.assert(
    fc.property(scenario, ({ at, delegation, extended, allDoorsDown }) => {
      const session = makeSession(factsOf(delegation, extended), life)
      const renewal = renewSession(session, { statedAt: minutes(at), allDoorsDown, life })
      const isDelegated = delegation === null || delegation > at
      const mayGoOn = at < 12 * 60 || (allDoorsDown && at < 72 * 60)
      assert.equal(renewal.ok, isDelegated && mayGoOn)
      if (renewal.ok) assert.equal(renewal.facts.extended, at >= 12 * 60)
      else assert.equal(renewal.code, isDelegated ? 'SESSION_EXPIRED' : 'DELEGATION_ENDED')
    }),
  )
})

test('a renewal changes neither who it is nor when they signed in', () => {
  const session = makeSession(factsOf(null, false), life)
  const renewal = renewSession(session, { statedAt: minutes(30), allDoorsDown: false, life })
  assert.ok(renewal.ok)
  const renewed = makeSession(renewal.facts, life)
  assert.deepEqual(
    { ...renewed, renewBy: null, expiresAt: null },
    { ...session, renewBy: null, expiresAt: null },
  )
})
