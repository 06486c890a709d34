import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { type EndedSessions, makeEndedSessions, type SessionEnd } from './ended-sessions.ts'
import { makeSession, type Session, type SessionFacts } from './session.ts'

const life = { sessionHours: 12, sessionExtensionHours: 72, sessionRenewalMinutes: 20 }
const signedInAt = new Date('2026-11-23T08:00:00.000Z')
const seconds = (count: number): Date => new Date(signedInAt.getTime() + count * 1000)
const person = { id: '899790000014', familyName: 'A', firstNames: 'B', profession: '21' }
const site = { id: '759990013', name: 'Pharmacie', postalCode: null }

const sessionOf = (changes: Partial<SessionFacts> = {}): Session =>
  makeSession(
    {
      person,
      device: 'key',
      providerSession: 'sid',
      providerSubject: 'sub',
      delegation: { id: 'delegation', endsAt: seconds(3_600), responsible: person, site },
      door: 'ecps',
      site,
      sites: [],
      sitesLeftOut: [],
      sessionId: 'session',
      extended: false,
      signedInAt,
      renewBy: seconds(1_200),
      ...changes,
    },
    life,
  )

let list: EndedSessions
beforeEach(() => {
  list = makeEndedSessions()
})
const entry = (changes: Partial<SessionEnd>): SessionEnd => ({
  kind: 'session',
  subject: 'session',
  before: seconds(10),
  exceptSessionId: null,
  expiresAt: seconds(100),
  ...changes,
})

for (const [kind, subject] of [
  ['session', 'session'],
  ['professional', '899790000014'],
  ['device', 'key'],
  ['provider-session', 'sid'],
  ['provider-subject', 'sub'],
  ['delegation', 'delegation'],
] as const) {
  test(`an entry of kind ${kind} ends the sessions of its subject signed in by then, and no others`, () => {
    assert.equal(list.ends(sessionOf()), null)
    list.add(entry({ kind, subject }))
    assert.equal(list.ends(sessionOf()), kind)
    assert.equal(list.ends(sessionOf({ signedInAt: seconds(11) })), null)
    list = makeEndedSessions()
    list.add(entry({ kind, subject: 'somebody else' }))
    assert.equal(list.ends(sessionOf()), null)
  })
}

test('the session that ended all others goes on', () => {
  list.add(entry({ kind: 'professional', subject: person.id, exceptSessionId: 'session' }))
  assert.equal(list.ends(sessionOf()), null)
  assert.equal(list.ends(sessionOf({ sessionId: 'stolen' })), 'professional')
})

test('an older row read again does not soften a newer one', () => {
  const newer = entry({ kind: 'professional', subject: person.id, before: seconds(20) })
  list.add(newer)
  list.add({ ...newer, before: seconds(5), exceptSessionId: 'session' })
  assert.equal(list.ends(sessionOf({ signedInAt: seconds(15) })), 'professional')
})

test('an entry goes when no session that it could end is open any more', () => {
  list.add(entry({}))
  list.sweep(seconds(99))
  assert.equal(list.size, 1)
  list.sweep(seconds(100))
  assert.equal(list.size, 0)
})
