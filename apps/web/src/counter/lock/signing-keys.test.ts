import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importCounterKey, type Sign } from '@sidep/continuity'
import { base64ToBytes } from '@sidep/encoding'
import type { CounterKeyText } from '@sidep/sdk/parts'
import { memoryVault, type Vault } from '../../shared/storage/index.ts'
import { createSigningKeys, idleMillisecondsMax, type SigningKeys } from './signing-keys.ts'
import { placeOf } from './stored-lock.ts'
import { testCounter, testDevice } from './testing.ts'
import { triesMax } from './tries.ts'

const anne = '899700075122'
const bea = '810000000012'
const code = 'Cheval de Troie 7'
const wrong = 'un autre code'

const byCode = { kind: 'code', code } as const
const byPasskey = { kind: 'passkey', label: 'Anne Le Goff · Pharmacie du Parvis' } as const
const message = new TextEncoder().encode('to be signed')

const keyOf = async (keys: SigningKeys, inUse: CounterKeyText[] = []): Promise<CounterKeyText> =>
  (await keys.nextKey(anne, inUse)) ?? assert.fail('there is a lock')

const signsFor = async (sign: Sign | null, { x, y }: CounterKeyText): Promise<boolean> => {
  if (sign === null) return false
  const [left, right] = [base64ToBytes(x), base64ToBytes(y)]
  assert.ok(left.ok && right.ok)
  const publicKey = await importCounterKey({ x: left.value, y: right.value })
  const signature = new Uint8Array(await sign(message))
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  return crypto.subtle.verify(algorithm, publicKey, signature, message)
}

for (const [name, lock, typed] of [
  ['a code', byCode, code],
  ['a passkey', byPasskey, null],
] as const) {
  test(`behind ${name}: made open, signs for its public half, locked in another tab and after a reload`, async () => {
    const { tab } = testCounter()
    const keys = tab()
    assert.deepEqual([await keys.state(anne), await keys.kind(anne)], ['none', null])
    assert.equal(await keys.nextKey(anne, []), null, 'no key without a lock')
    assert.equal(await keys.protect(anne, lock), 'kept')
    assert.deepEqual([await keys.state(anne), await keys.kind(anne)], ['open', lock.kind])
    const key = await keyOf(keys)
    assert.ok(await signsFor(await keys.signer(anne, key), key))
    const later = tab()
    assert.equal(await later.state(anne), 'locked')
    assert.equal(await later.signer(anne, key), null)
    assert.deepEqual(await later.unlock(anne, typed), { kind: 'open' })
    assert.equal(await later.state(anne), 'open')
    assert.ok(await signsFor(await later.signer(anne, key), key))
    assert.equal(await later.signer(bea, key), null)
  })

  test(`behind ${name}: a lock that is shut takes the key of the next booklet, and gives it when it opens`, async () => {
    const { tab } = testCounter()
    await tab().protect(anne, lock)
    const night = tab()
    const key = await keyOf(night)
    assert.equal(await night.signer(anne, key), null)
    const morning = tab()
    await morning.unlock(anne, typed)
    assert.ok(await signsFor(await morning.signer(anne, key), key))
  })

  test(`behind ${name}: a copy of the disk, put back, opens nothing that was put behind the lock after the next unlocking`, async () => {
    const { vault, tab } = testCounter()
    await tab().protect(anne, lock)
    const before = await keyOf(tab())
    const copy = await vault.get(placeOf(anne))
    const keys = tab()
    await keys.unlock(anne, typed)
    const later = await keyOf(keys, [before])
    assert.notDeepEqual(later, before, 'what was unlocked is not for another booklet')
    const disk = await vault.get(placeOf(anne))

    // The copy itself, and the copy’s lock before the keys of now.
    const stale = copy as { keys: unknown[] }
    const { keys: sealed } = disk as { keys: unknown[] }
    for (const put of [stale, { ...stale, keys: sealed }]) {
      await vault.put(placeOf(anne), put)
      const thief = tab()
      assert.equal((await thief.unlock(anne, typed)).kind, 'open')
      assert.equal(await thief.signer(anne, later), null)
    }
    await vault.put(placeOf(anne), disk)
    const owner = tab()
    await owner.unlock(anne, typed)
    assert.ok(await signsFor(await owner.signer(anne, later), later))
  })

  test(`behind ${name}: signing out destroys the keys and leaves the lock, for the same person tomorrow`, async () => {
    const { vault, tab } = testCounter()
    const keys = tab()
    await keys.protect(anne, lock)
    const key = await keyOf(keys)
    await keys.forgetKeys()
    assert.equal(await keys.state(anne), 'locked')
    assert.doesNotMatch(JSON.stringify(await vault.get(placeOf(anne))), /sealed/)
    assert.equal((await keys.unlock(anne, typed)).kind, 'open')
    assert.equal(await keys.signer(anne, key), null)
    const next = await keyOf(keys)
    assert.ok(await signsFor(await keys.signer(anne, next), next))
  })
}

test('the key goes on from booklet to booklet until it is unlocked; then, once no booklet names it, it is destroyed', async () => {
  const { vault, tab } = testCounter()
  await tab().protect(anne, byCode)
  const first = await keyOf(tab())
  // The portal did not answer: the same is asked for again.
  assert.deepEqual(await keyOf(tab()), first)
  assert.deepEqual(await keyOf(tab(), [first]), first)
  await tab().unlock(anne, code)
  const second = await keyOf(tab(), [first])
  assert.notDeepEqual(second, first)
  assert.deepEqual(await keyOf(tab(), [first, second]), second)
  await keyOf(tab(), [second])
  const text = JSON.stringify(await vault.get(placeOf(anne)))
  assert.deepEqual([text.includes(first.x), text.includes(second.x)], [false, true])
})

test('a tab that is open signs with a key that another tab put behind its lock, and asks again once that one unlocked', async () => {
  const { tab } = testCounter()
  const [here, there] = [tab(), tab()]
  await here.protect(anne, byCode)
  const first = await keyOf(there)
  assert.ok(await signsFor(await here.signer(anne, first), first))
  await there.unlock(anne, code)
  const second = await keyOf(there, [first])
  assert.ok(await signsFor(await there.signer(anne, second), second))
  assert.ok(await signsFor(await here.signer(anne, first), first))
  assert.equal(await here.signer(anne, second), null)
  await here.unlock(anne, code)
  assert.ok(await signsFor(await here.signer(anne, second), second))
})

test('what the vault keeps is wrapped, and another each time it is unlocked', async () => {
  const { vault, tab } = testCounter()
  for (const [lock, typed] of [
    [byCode, code],
    [byPasskey, null],
  ] as const) {
    await tab().protect(anne, lock)
    await keyOf(tab())
    const before = (await vault.get(placeOf(anne))) as Record<string, object>
    await tab().unlock(anne, typed)
    const after = (await vault.get(placeOf(anne))) as Record<string, object>
    for (const text of [before, after].map((stored) => JSON.stringify(stored)))
      assert.doesNotMatch(text, /"d"|PRIVATE|cheval/i)
    for (const field of ['freshness', 'publicKey', 'wrapped'])
      assert.notEqual(Reflect.get(after.pair ?? {}, field), Reflect.get(before.pair ?? {}, field))
    const isPasskey = lock.kind === 'passkey'
    const salts = [before, after].map(({ way }) => Reflect.get(way ?? {}, 'salt'))
    assert.equal(salts[0] !== salts[1], isPasskey, 'a passkey gives another secret each time')
  }
})

test('a code is the same however it is typed', async () => {
  const { tab } = testCounter()
  await tab().protect(anne, { kind: 'code', code: 'Éléphant de Mer' })
  assert.equal((await tab().unlock(anne, 'elephant demer')).kind, 'open')
  assert.equal((await tab().unlock(anne, ' E\u0301LE\u0301PHANT-DE-MER ')).kind, 'open')
  assert.equal((await tab().unlock(anne, 'elephants de mer')).kind, 'wrong')
})

test('a code costs what RFC 9106 recommends second, and goes to be stretched as it counts', async () => {
  const asked: unknown[] = []
  const keys = createSigningKeys({
    vault: memoryVault(),
    passkeys: null,
    stretch: async (typed, salt, cost) => {
      asked.push([typed, salt.length, cost])
      return new Uint8Array(32)
    },
    now: () => new Date(0),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    exclusive: (work) => work(),
  })
  await keys.protect(anne, byCode)
  const cost = { memoryKibibytes: 65_536, passes: 3, lanes: 4 }
  assert.deepEqual(asked, [['chevaldetroie7', 16, cost]])
})

test('wrong codes cost time from the third on, and the tenth in a row the keys', async () => {
  const { vault, tab, pass } = testCounter()
  await tab().protect(anne, byCode)
  for (let tries = 1; tries < triesMax; tries++) {
    // A reload between two tries changes nothing.
    const keys = tab()
    const outcome = await keys.unlock(anne, wrong)
    assert.ok(outcome.kind === 'wrong')
    assert.equal(outcome.triesLeft, triesMax - tries)
    assert.equal(outcome.waitMilliseconds > 0, tries >= 3)
    if (outcome.waitMilliseconds > 0) {
      const early = await keys.unlock(anne, code)
      assert.equal(early.kind, 'wait')
      pass(outcome.waitMilliseconds)
    }
  }
  assert.deepEqual(await tab().unlock(anne, wrong), { kind: 'gone' })
  assert.deepEqual(await tab().unlock(anne, code), { kind: 'gone' })
  assert.equal(await tab().state(anne), 'none')
  assert.deepEqual(await vault.entries('continuity/lock/'), [])
})

test('the right code in time forgets the wrong ones', async () => {
  const { tab } = testCounter()
  await tab().protect(anne, byCode)
  for (let round = 0; round < 4; round++) {
    const keys = tab()
    assert.equal((await keys.unlock(anne, wrong)).kind, 'wrong')
    assert.equal((await keys.unlock(anne, wrong)).kind, 'wrong')
    assert.equal((await keys.unlock(anne, code)).kind, 'open')
  }
})

test('of many tries at once, in many tabs, each is counted', async () => {
  const { tab } = testCounter()
  await tab().protect(anne, byCode)
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => tab().unlock(anne, wrong)))
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['wrong', 'wrong', 'wrong', 'wait', 'wait', 'wait', 'wait', 'wait'],
  )
})

test('a try is counted before it is looked at: a tab killed in the middle gains nothing', async () => {
  const vault = memoryVault()
  let isKilled = false
  const killed: Vault = {
    ...vault,
    put: async (key, value) => {
      if (isKilled) return new Promise<never>(() => undefined)
      await vault.put(key, value)
      isKilled = true
    },
  }
  await testCounter(vault).tab().protect(anne, byCode)
  const dying = testCounter(killed).tab().unlock(anne, code)
  await Promise.race([dying, new Promise((resolve) => setTimeout(resolve, 50))])
  const [stored] = await vault.entries('continuity/lock/')
  assert.match(JSON.stringify(stored?.value), /"failures":1/)
})

test('who is not recognised by the device opens nothing, and the page counts nothing: the device does', async () => {
  const { tab, device, vault } = testCounter()
  await tab().protect(anne, byPasskey)
  const before = await vault.get(placeOf(anne))
  device.confirms = false
  const keys = tab()
  for (let tries = 0; tries < 2 * triesMax; tries++)
    assert.deepEqual(await keys.unlock(anne, null), { kind: 'refused' })
  // A code is not asked for, and does nothing.
  assert.deepEqual(await keys.unlock(anne, code), { kind: 'refused' })
  assert.deepEqual(await vault.get(placeOf(anne)), before)
  device.confirms = true
  assert.deepEqual(await keys.unlock(anne, null), { kind: 'open' })
})

test('a passkey that was not confirmed, or that this device has none of, changes nothing', async () => {
  const { tab, device } = testCounter()
  await tab().protect(anne, byCode)
  const key = await keyOf(tab())
  device.confirms = false
  assert.equal(await tab().protect(anne, byPasskey), 'refused')
  const none = testCounter(memoryVault(), testDevice({ givesAny: false }))
  assert.equal(await none.tab().protect(anne, byPasskey), 'unsupported')
  assert.equal(await none.tab().state(anne), 'none')
  const keys = tab()
  await keys.unlock(anne, code)
  assert.ok(await signsFor(await keys.signer(anne, key), key))
})

test('a device that gives one secret at a time keeps its salt, and opens again and again', async () => {
  const { tab } = testCounter(memoryVault(), testDevice({ givesTwo: false }))
  await tab().protect(anne, byPasskey)
  const key = await keyOf(tab())
  for (let times = 0; times < 3; times++) {
    const keys = tab()
    assert.deepEqual(await keys.unlock(anne, null), { kind: 'open' })
    assert.ok(await signsFor(await keys.signer(anne, key), key))
  }
})

test('two tabs that ask the device at once: one opens, the other asks again', async () => {
  const { tab } = testCounter()
  await tab().protect(anne, byPasskey)
  const [here, there] = [tab(), tab()]
  const outcomes = await Promise.all([here.unlock(anne, null), there.unlock(anne, null)])
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['open', 'refused'],
  )
  assert.equal((await there.unlock(anne, null)).kind, 'open')
})

test('another lock destroys what was behind the one before, and the device is told of a passkey that is no longer used', async () => {
  const { tab, device } = testCounter()
  const keys = tab()
  await keys.protect(anne, byPasskey)
  const key = await keyOf(keys)
  await keys.protect(anne, byCode)
  assert.equal(device.forgotten.length, 1)
  assert.equal(await keys.signer(anne, key), null)
  assert.deepEqual([await keys.state(anne), await keys.kind(anne)], ['open', 'code'])
  assert.notDeepEqual(await keyOf(keys), key)
})

test('left alone it locks by itself, and a clock put back does not keep it open', async () => {
  const { tab, pass } = testCounter()
  const keys = tab()
  await keys.protect(anne, byCode)
  const key = await keyOf(keys)
  pass(idleMillisecondsMax - 1)
  keys.touch()
  pass(idleMillisecondsMax)
  assert.equal(await keys.state(anne), 'open')
  pass(1)
  // Whoever comes now is not who was here.
  keys.touch()
  assert.equal(await keys.state(anne), 'locked')
  await keys.unlock(anne, code)
  pass(-idleMillisecondsMax - 1)
  assert.equal(await keys.signer(anne, key), null)
})

test('what six digits guarded is destroyed, and whose it was is said once', async () => {
  const { vault, tab } = testCounter()
  await vault.put(`continuity/key/${anne}`, { wrapped: 'under six digits' })
  assert.deepEqual(await tab().forgetSixDigits(), [anne])
  assert.deepEqual(await vault.entries('continuity/'), [])
  assert.deepEqual(await tab().forgetSixDigits(), [])
})
