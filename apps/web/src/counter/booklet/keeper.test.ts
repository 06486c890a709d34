import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bookletAllowance, counterKeyOf, issueBooklet, type Sign } from '@sidep/continuity'
import type { BookletAnswer, BookletsInForce } from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { makeDriver, makeKeeper } from '@sidep/sdk/parts'
import type { Answer, ApiClient } from '../../shared/api/index.ts'
import { memoryVault } from '../../shared/storage/index.ts'
import { argon2 } from '../lock/argon2.ts'
import { createSigningKeys } from '../lock/signing-keys.ts'
import { quickCost } from '../lock/testing.ts'
import { outboxStore } from '../outbox/stored-outbox.ts'

const hour = 3_600_000
const owner = {
  professionalId: '899700075122',
  professionalName: 'Anne Le Goff',
  siteId: '750712184',
  siteName: 'Pharmacie du Parvis',
}
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const pair = await crypto.subtle.generateKey(ecdsa, false, ['sign', 'verify'])
const sign: Sign = async (bytes) =>
  new Uint8Array(await crypto.subtle.sign(ecdsa, pair.privateKey, new Uint8Array(bytes)))

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
  const bytes = base64ToBytes(base64)
  assert.ok(bytes.ok)
  return new Uint8Array(bytes.value)
}

const lock = { kind: 'code', code: 'éléphant de mer' } as const

interface Asked {
  readonly held?: string
  readonly counterKey: { readonly x: string; readonly y: string }
}

/** One counter with some tabs, and a portal that gives booklets of five. */
const world = () => {
  const vault = memoryVault()
  let now = Date.parse('2026-11-24T07:00:00Z')
  let turn: Promise<unknown> = Promise.resolve()
  const portal = {
    asked: 0,
    isDown: false,
    isForeign: false,
    /** What the last request said that the counter holds. */
    held: undefined as string | undefined,
    /** The keys that it was asked for, each once. */
    keys: new Set<string>(),
    /** What the portal counts. */
    inForce: [] as string[],
  }
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work)
    turn = next.catch(() => undefined)
    return next
  }
  const give = async ({ counterKey }: Asked): Promise<BookletAnswer> => {
    const site = parseFiness(owner.siteId)
    const professional = parseProfessionalId(owner.professionalId)
    assert.ok(site.ok && professional.ok)
    const grant = {
      id: String(portal.asked).padStart(16, '0'),
      country: 'FR',
      authority: 'Ministère',
      siteId: site.value,
      siteName: owner.siteName,
      professionalId: professional.value,
      maximum: 5,
      testTypes: ['LP217198-3'],
      issuedAt: new Date(now),
      notBefore: new Date(now),
      expiresAt: new Date(now + 24 * hour),
      counterKey: portal.isForeign
        ? await counterKeyOf(pair.publicKey)
        : { x: bytesOf(counterKey.x), y: bytesOf(counterKey.y) },
    }
    const signed = await issueBooklet(grant, new Uint8Array(8), sign)
    const { id, maximum, testTypes, notBefore, expiresAt } = grant
    return {
      id,
      signed: bytesToBase64(signed),
      retrievalSeed: bytesToBase64(new Uint8Array(32)),
      professionalId: owner.professionalId,
      siteId: owner.siteId,
      siteName: owner.siteName,
      testTypes,
      maximum,
      notBefore: notBefore.toISOString(),
      expiresAt: expiresAt.toISOString(),
      renewAt: expiresAt.toISOString(),
    }
  }
  const answerBooklet = async (body: unknown): Promise<Answer<BookletAnswer>> => {
    portal.asked += 1
    if (portal.isDown) return { ok: false, error: { kind: 'offline' } }
    const { held, counterKey } = body as Asked
    portal.keys.add(counterKey.x)
    const value = await give(body as Asked)
    portal.held = held
    portal.inForce = [value.id, ...portal.inForce.filter((id) => id === held)]
    return { ok: true, status: 201, value }
  }
  const inForce = async (): Promise<Answer<BookletsInForce>> =>
    portal.isDown
      ? { ok: false, error: { kind: 'offline' } }
      : { ok: true, status: 200, value: { booklets: [...portal.inForce] } }
  const ask = ({ method }: { method: string }, request?: { body: unknown }) =>
    method === 'GET' ? inForce() : answerBooklet(request?.body)
  const keys = createSigningKeys({
    vault,
    passkeys: null,
    stretch: argon2,
    codeCost: quickCost,
    now: () => new Date(now),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    exclusive: (work) => work(),
  })
  const tab = (id: string) => {
    const driver = makeDriver({
      store: outboxStore(vault),
      tab: id,
      otherTabs: { announce: () => undefined, listen: () => undefined },
      changed: () => undefined,
      sign: () => assert.fail(),
      send: () => assert.fail(),
      attempt: () => assert.fail(),
      amend: () => assert.fail(),
      findDuplicates: () => assert.fail(),
      failed: (error) => assert.fail(String(error)),
    })
    const keeper = makeKeeper({
      report: () => undefined,
      api: { ask } as unknown as Pick<ApiClient, 'ask'>,
      driver,
      keys,
      now: () => new Date(now),
      random: () => 0.5,
      exclusive,
    })
    return { keeper, allowance: () => bookletAllowance(driver.state(), owner, now) }
  }
  return {
    portal,
    keys,
    tab,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

test('none is asked for before there is a lock; then one, and no second while it lasts', async () => {
  const { portal, keys, tab } = world()
  const { keeper, allowance } = tab('a')
  await keeper.keep(owner)
  assert.equal(portal.asked, 0)
  await keys.protect(owner.professionalId, lock)
  await keeper.keep(owner)
  await keeper.keep(owner)
  assert.deepEqual([portal.asked, allowance().left], [1, 5])
})

test('through a day online twelve hours are always left, and after closing the next morning still has some', async () => {
  const { portal, keys, tab, pass } = world()
  const { keeper, allowance } = tab('a')
  await keys.protect(owner.professionalId, lock)
  let shortest = Number.POSITIVE_INFINITY
  // From 8:00 to 20:00, looked at every ten minutes.
  let now = Date.parse('2026-11-24T07:00:00Z')
  for (let minutes = 0; minutes <= 12 * 60; minutes += 10) {
    await keeper.keep(owner)
    shortest = Math.min(shortest, (allowance().until ?? 0) - now)
    pass(10 * 60_000)
    now += 10 * 60_000
  }
  assert.ok(shortest >= 12 * hour)
  assert.ok((allowance().until ?? 0) >= Date.parse('2026-11-25T12:00:00Z'))
  assert.ok(portal.asked <= 3)
})

test('a counter that wakes with less takes another at once; of two tabs one asks', async () => {
  const { portal, keys, tab, pass } = world()
  await keys.protect(owner.professionalId, lock)
  const [first, second] = [tab('a'), tab('b')]
  await Promise.all([first.keeper.keep(owner), second.keeper.keep(owner)])
  assert.deepEqual([portal.asked, second.allowance().left], [1, 5])
  pass(20 * hour)
  await first.keeper.keep(owner)
  assert.deepEqual([portal.asked, first.allowance().left], [2, 10])
})

test('a portal that does not answer is asked again later, not at every turn', async () => {
  const { portal, keys, tab, pass } = world()
  await keys.protect(owner.professionalId, lock)
  const { keeper } = tab('a')
  portal.isDown = true
  for (let turn = 0; turn < 5; turn++) await keeper.keep(owner)
  assert.equal(portal.asked, 1)
  portal.isDown = false
  pass(60_000)
  await keeper.keep(owner)
  assert.equal(portal.asked, 2)
})

test('a booklet for another key is not kept', async () => {
  const { portal, keys, tab } = world()
  await keys.protect(owner.professionalId, lock)
  const { keeper, allowance } = tab('a')
  portal.isForeign = true
  await keeper.keep(owner)
  assert.deepEqual([portal.asked, allowance().left], [1, 0])
})

test('the one in hand is named and gone on with; all before it end', async () => {
  const { portal, keys, tab, pass } = world()
  await keys.protect(owner.professionalId, lock)
  const { keeper, allowance } = tab('a')
  await keeper.keep(owner)
  assert.equal(portal.held, undefined)
  pass(7 * hour)
  await keeper.keep(owner)
  assert.deepEqual([portal.held, allowance().left], ['0000000000000001', 10])
  pass(7 * hour)
  await keeper.keep(owner)
  // Never more than two: that of before, and the new one.
  assert.deepEqual([portal.held, allowance().left], ['0000000000000002', 10])
})

test('nothing is signed from a booklet that the portal no longer counts, and another is taken at once', async () => {
  const { portal, keys, tab, pass } = world()
  await keys.protect(owner.professionalId, lock)
  const { keeper, allowance } = tab('a')
  await keeper.keep(owner)
  // Ended from another counter, or withdrawn.
  portal.inForce = []
  keeper.lookAgain()
  portal.isDown = true
  await keeper.keep(owner)
  assert.equal(allowance().left, 5, 'without an answer what was said last counts')
  portal.isDown = false
  pass(60_000)
  await keeper.keep(owner)
  assert.deepEqual([portal.asked, portal.held, allowance().left], [2, undefined, 5])
})

test('after an unlocking the next booklet is for a new key, and what is left under the one before is not signed from', async () => {
  const { portal, keys, tab, pass } = world()
  await keys.protect(owner.professionalId, lock)
  const { keeper, allowance } = tab('a')
  await keeper.keep(owner)
  pass(7 * hour)
  await keeper.keep(owner)
  assert.deepEqual([portal.keys.size, allowance().left], [1, 10])
  keys.lock()
  assert.equal((await keys.unlock(owner.professionalId, lock.code)).kind, 'open')
  await keeper.keep(owner)
  assert.equal(portal.asked, 2, 'an unlocking alone takes none')
  pass(7 * hour)
  await keeper.keep(owner)
  assert.deepEqual([portal.asked, portal.keys.size, portal.held], [3, 2, undefined])
  assert.equal(allowance().left, 5)
})
