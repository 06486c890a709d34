import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endpoint, IdParameter } from '@sidep/contracts'
import {
  makeApiClient,
  parseProblem,
  parseRetryAfter,
  retryAfterSecondsMax,
  retryOf,
} from '@sidep/sdk/http'
import { Type } from 'typebox'
import { errorWords } from './error-words.ts'

const now = new Date('2026-11-23T14:00:00Z')
const thing = endpoint({
  method: 'GET',
  path: '/x',
  access: 'everyone',
  answers: { 200: { schema: Type.Object({ name: Type.String() }) } },
  traffic: null,
})
const clientOf = (fetch: () => Promise<Response>) => makeApiClient({ fetch, now: () => now })
const answering = (body: string, init: ResponseInit = {}) =>
  clientOf(async () => new Response(body, init))

describe('a request', () => {
  it('gives a value that the contract describes', async () =>
    assert.deepEqual(await answering('{"name":"a"}').ask(thing), {
      ok: true,
      value: { name: 'a' },
      status: 200,
    }))
  it('calls an answer of somebody else unreadable: a captive portal says 200 too', async () => {
    for (const body of ['<html>', '{"name":1}', ''])
      assert.deepEqual(await answering(body).ask(thing), {
        ok: false,
        error: { kind: 'unreadable', status: 200, retryAfterSeconds: null },
      })
  })
  it('gives the problem with its code, its faults and the time to come back', async () => {
    const body = JSON.stringify({
      code: 'TOO_MANY_REQUESTS',
      support: 'K7Q',
      faults: [{ pointer: '/a', code: 'REQUIRED' }, { pointer: 1 }, { pointer: '/b', code: 'NEW' }],
    })
    const answer = await answering(body, { status: 429, headers: { 'retry-after': '7' } }).ask(
      thing,
    )
    assert.ok(!answer.ok && answer.error.kind === 'problem')
    assert.equal(answer.error.retryAfterSeconds, 7)
    assert.equal(answer.error.problem.status, 429)
    assert.deepEqual(answer.error.problem.faults, [{ pointer: '/a', code: 'REQUIRED' }])
    assert.equal(retryOf(answer.error), 'later')
    assert.equal(errorWords(answer.error, 'en').supportCode, 'K7Q')
  })
  it('calls an error that is not ours unreadable, keeps its Retry-After, and tries again later', async () => {
    const answer = await answering('Bad Gateway', {
      status: 502,
      headers: { 'retry-after': '3' },
    }).ask(thing)
    assert.deepEqual(answer, {
      ok: false,
      error: { kind: 'unreadable', status: 502, retryAfterSeconds: 3 },
    })
    assert.equal(answer.ok ? '' : retryOf(answer.error), 'later')
  })
  it('says offline when no answer came', async () => {
    const answer = await clientOf(() => Promise.reject(new TypeError('failed'))).ask(thing)
    assert.deepEqual(answer, { ok: false, error: { kind: 'offline' } })
  })
  it('gives up after its time, and says so', async () => {
    const client = makeApiClient({
      fetch: (_path, init) =>
        new Promise((_resolve, reject) =>
          init.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
        ),
      now: () => now,
    })
    const answer = await client.ask(thing, { timeoutMilliseconds: 5 })
    assert.deepEqual(answer, { ok: false, error: { kind: 'timeout' } })
  })
  it('throws only when its caller aborts it', async () => {
    const abort = new AbortController()
    abort.abort()
    const client = clientOf(() => Promise.reject(new TypeError('failed')))
    await assert.rejects(client.ask(thing, { signal: abort.signal }))
  })
})

describe('an endpoint', () => {
  const asked: { path: string; init: RequestInit }[] = []
  const client = makeApiClient({
    now: () => now,
    sign: async (method, path) => ({ proof: `${method} ${path}` }),
    fetch: async (path, init) => {
      asked.push({ path, init })
      return new Response(null, { status: 204 })
    },
  })
  it('gives path, parameters, query, method, body and signature', async () => {
    const act = endpoint({
      method: 'POST',
      path: '/x/:id/acts',
      access: 'everyone',
      weight: 'signed',
      params: IdParameter,
      query: Type.Object({
        day: Type.Optional(Type.String()),
        state: Type.Optional(Type.String()),
      }),
      body: Type.Object({ name: Type.String() }),
      answers: { 204: {} },
      traffic: null,
    })
    const answer = await client.ask(act, {
      params: { id: 'a/b' },
      query: { day: '2026-11-23' },
      body: { name: 'a' },
    })
    assert.deepEqual(answer, { ok: true, value: null, status: 204 })
    const { path, init } = asked.at(-1) ?? assert.fail()
    assert.equal(path, '/x/a%2Fb/acts?day=2026-11-23')
    assert.deepEqual([init.method, init.body], ['POST', '{"name":"a"}'])
    assert.equal(new Headers(init.headers).get('proof'), `POST ${path}`)
  })
  it('is signed only as its weight asks, or when told', async () => {
    const plain = endpoint({
      method: 'DELETE',
      path: '/x',
      access: 'everyone',
      answers: { 204: {} },
      traffic: null,
    })
    await client.ask(plain)
    assert.equal(new Headers(asked.at(-1)?.init.headers).get('proof'), null)
    await client.ask(plain, { isSigned: true })
    assert.equal(new Headers(asked.at(-1)?.init.headers).get('proof'), 'DELETE /x')
  })
  it('that does not name a status did not answer with it', async () => {
    const answer = await answering('{"name":"a"}', { status: 202 }).ask(thing)
    assert.deepEqual(answer, {
      ok: false,
      error: { kind: 'unreadable', status: 202, retryAfterSeconds: null },
    })
  })
  it('closes the problems that a page handles: another code does not compile', async () => {
    const answer = await answering('{"code":"INTERNAL","support":"K7Q"}', { status: 500 }).ask(
      thing,
    )
    assert.ok(!answer.ok && answer.error.kind === 'problem')
    const { code } = answer.error.problem
    // @ts-expect-error: this endpoint signs nobody in
    const other: typeof code = 'SESSION_EXPIRED'
    assert.notEqual(code, other)
    assert.equal(answer.error.problem.code, 'INTERNAL')
  })
})

describe('a problem document', () => {
  it('of a code that this version does not know is not read as another', () => {
    assert.equal(parseProblem({ code: 'toString' }), undefined)
    assert.equal(parseProblem({ code: 'NEVER_HEARD' }), undefined)
    assert.equal(parseProblem(['INTERNAL']), undefined)
  })
})

describe('Retry-After', () => {
  it('is read as seconds or as a date, never negative, never beyond belief', () => {
    assert.equal(parseRetryAfter('120', now), 120)
    assert.equal(parseRetryAfter('Mon, 23 Nov 2026 14:00:30 GMT', now), 30)
    assert.equal(parseRetryAfter('Mon, 23 Nov 2026 13:00:00 GMT', now), 0)
    assert.equal(parseRetryAfter('999999999', now), retryAfterSecondsMax)
    assert.equal(parseRetryAfter('soon', now), null)
    assert.equal(parseRetryAfter(null, now), null)
  })
})
