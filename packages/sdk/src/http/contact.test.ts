import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endpoint } from '@sidep/contracts'
import { Type } from 'typebox'
import { makeApiClient } from './client.ts'
import { type Contact, contactOf } from './contact.ts'

const thing = endpoint({
  method: 'GET',
  path: '/x',
  access: 'everyone',
  answers: { 200: { schema: Type.Object({ name: Type.String() }) } },
  traffic: null,
})
const date = 'Mon, 23 Nov 2026 13:48:00 GMT'
const asked = Date.parse('2026-11-23T14:00:00Z')

describe('the date of an answer', () => {
  it('is that of the middle of the exchange, to half a second', () =>
    assert.deepEqual(contactOf(date, asked, asked + 400), {
      serverNow: Date.parse('2026-11-23T13:48:00.500Z'),
      localNow: asked + 200,
    }))
  it('says nothing when it is none, too slow, or the clock was set back meanwhile', () => {
    for (const [text, took] of [
      [null, 400],
      ['yesterday', 400],
      [date, 10_001],
      [date, -1],
    ] as const)
      assert.equal(contactOf(text, asked, asked + took), null)
  })
  it('says what the portal lost where that says so', () => {
    const contact = contactOf(date, asked, asked + 400, '1628861399000/1628865000000')
    assert.deepEqual(contact?.restorations, [{ to: 1_628_861_399_000, at: 1_628_865_000_000 }])
    assert.equal('restorations' in (contactOf(date, asked, asked, 'nothing') ?? {}), false)
  })
})

describe('a client', () => {
  const heardFrom = async (body: string, status: number): Promise<Contact[]> => {
    const heard: Contact[] = []
    const client = makeApiClient({
      fetch: async () => new Response(body, { status, headers: { date } }),
      now: () => new Date(asked),
      contacted: (contact) => heard.push(contact),
    })
    await client.ask(thing)
    return heard
  }
  it('tells what time the server has, of its refusals too', async () => {
    assert.equal((await heardFrom('{"name":"a"}', 200))[0]?.localNow, asked)
    assert.equal((await heardFrom('{"code":"UNAVAILABLE"}', 503)).length, 1)
  })
  it('does not believe the date of an answer that is not the server’s', async () => {
    assert.deepEqual(await heardFrom('<html>', 200), [])
    assert.deepEqual(await heardFrom('Bad Gateway', 502), [])
  })
})
