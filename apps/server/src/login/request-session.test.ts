import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { makeCookies } from './cookies.ts'
import { makeGuards } from './guards.ts'
import type { Session } from './session.ts'

const origin = 'https://depistage.example'
const session = {
  sessionId: 's',
  professionalId: '810003456789',
  site: { id: '750712184', name: 'Pharmacie', postalCode: null },
  delegation: null,
} as unknown as Session
const reply = {} as FastifyReply

const requestWith = (cookie: string | undefined): FastifyRequest =>
  ({ method: 'GET', headers: { cookie }, actor: null }) as unknown as FastifyRequest

const arrange = () => {
  let checked = 0
  let ended: 'session' | null = null
  const guards = makeGuards(
    {
      cookies: makeCookies(origin),
      tokens: {
        verify: async () => {
          checked += 1
          return { ok: true, session }
        },
      },
    },
    origin,
    { endedBy: () => ended, isTokenOver: () => false },
    { now: () => new Date(0) },
    { sessionRenewalMinutes: 20 },
  )
  return {
    guards,
    checked: () => checked,
    end: () => {
      ended = 'session'
    },
  }
}

test('a token is checked once for all who ask about its request', async () => {
  const { guards, checked } = arrange()
  const request = requestWith('__Host-sidep-session=token')
  await Promise.all([guards.sessionOf(request), guards.personOf(request)])
  await guards.requireSite(request, reply)
  assert.equal(checked(), 1)
  assert.equal(request.actor, session)
  await guards.sessionOf(requestWith('__Host-sidep-session=token'))
  assert.equal(checked(), 2, 'another request is checked for itself')
})

test('a session that ends while its request waits is refused with SESSION_REVOKED, checked or not', async () => {
  const { guards, checked, end } = arrange()
  const request = requestWith('__Host-sidep-session=token')
  await guards.sessionOf(request)
  end()
  await assert.rejects(guards.requireSession(request, reply), { code: 'SESSION_REVOKED' })
  assert.equal(checked(), 1)
  assert.equal(request.actor, null)
})

test('without a cookie nothing is checked: SESSION_MISSING', async () => {
  const { guards, checked } = arrange()
  await assert.rejects(guards.sessionOf(requestWith(undefined)), { code: 'SESSION_MISSING' })
  await assert.rejects(guards.sessionOf(requestWith('__Host-sidep-session=')), {
    code: 'SESSION_MISSING',
  })
  assert.equal(checked(), 0)
})
