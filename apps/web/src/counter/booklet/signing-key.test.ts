import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importCounterKey } from '@sidep/continuity'
import { base64ToBytes } from '@sidep/encoding'
import { memoryVault, type Vault } from '../../shared/storage/index.ts'
import { createSigningKeys, idleMillisecondsMax, triesMax } from './signing-key.ts'

const anne = '899700075122'
const pin = '904527'
const wrong = '111222'

/** Tabs of one counter: they share the vault and take turns. */
const counter = (vault: Vault = memoryVault()) => {
  let now = Date.parse('2026-11-24T14:00:00Z')
  let turn: Promise<unknown> = Promise.resolve()
  const tab = () =>
    createSigningKeys({
      vault,
      now: () => new Date(now),
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      exclusive: (work) => {
        const next = turn.then(work)
        turn = next.catch(() => undefined)
        return next
      },
      iterations: 10,
    })
  return {
    vault,
    tab,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

const message = new TextEncoder().encode('to be signed')

test('a key is made open, signs for its public half, and is locked in another tab and after a reload', async () => {
  const { tab } = counter()
  const keys = tab()
  assert.equal(await keys.state(anne), 'none')
  const made = await keys.create(anne, pin)
  assert.deepEqual([await keys.state(anne), await keys.publicKey(anne)], ['open', made])
  const [x, y] = [base64ToBytes(made.x), base64ToBytes(made.y)]
  assert.ok(x.ok && y.ok)
  const publicKey = await importCounterKey({ x: x.value, y: y.value })
  const signature = await keys.signer(anne)?.(message)
  assert.ok(signature)
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const given = new Uint8Array(signature)
  assert.ok(await crypto.subtle.verify(algorithm, publicKey, given, message))
  const later = tab()
  assert.equal(await later.state(anne), 'locked')
  assert.equal(later.signer(anne), null)
  assert.deepEqual(await later.unlock(anne, pin), { kind: 'open' })
  assert.equal(await later.state(anne), 'open')
  assert.equal(later.signer('810000000012'), null)
})

test('what the vault keeps of a key is wrapped', async () => {
  const { vault, tab } = counter()
  await tab().create(anne, pin)
  const [stored] = await vault.entries('continuity/key/')
  assert.ok(stored)
  assert.doesNotMatch(JSON.stringify(stored.value), /"d"|PRIVATE|904527/)
})

test('wrong codes cost time from the third on, and the tenth in a row the key', async () => {
  const { vault, tab, pass } = counter()
  await tab().create(anne, pin)
  for (let tries = 1; tries < triesMax; tries++) {
    // A reload between two tries changes nothing.
    const keys = tab()
    const outcome = await keys.unlock(anne, wrong)
    assert.ok(outcome.kind === 'wrong')
    assert.equal(outcome.triesLeft, triesMax - tries)
    assert.equal(outcome.waitMilliseconds > 0, tries >= 3)
    if (outcome.waitMilliseconds > 0) {
      const early = await keys.unlock(anne, pin)
      assert.equal(early.kind, 'wait')
      pass(outcome.waitMilliseconds)
    }
  }
  assert.deepEqual(await tab().unlock(anne, wrong), { kind: 'gone' })
  assert.deepEqual(await tab().unlock(anne, pin), { kind: 'gone' })
  assert.equal(await tab().state(anne), 'none')
  assert.deepEqual(await vault.entries('continuity/key/'), [])
})

test('the right code in time forgets the wrong ones', async () => {
  const { tab } = counter()
  await tab().create(anne, pin)
  for (let round = 0; round < 4; round++) {
    const keys = tab()
    assert.equal((await keys.unlock(anne, wrong)).kind, 'wrong')
    assert.equal((await keys.unlock(anne, wrong)).kind, 'wrong')
    assert.equal((await keys.unlock(anne, pin)).kind, 'open')
  }
})

test('of many tries at once, in many tabs, each is counted', async () => {
  const { tab } = counter()
  await tab().create(anne, pin)
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
  await counter(vault).tab().create(anne, pin)
  const dying = counter(killed).tab().unlock(anne, pin)
  await Promise.race([dying, new Promise((resolve) => setImmediate(resolve))])
  const [stored] = await vault.entries('continuity/key/')
  assert.match(JSON.stringify(stored?.value), /"failures":1/)
})

test('left alone it locks by itself, and a clock put back does not keep it open', async () => {
  const { tab, pass } = counter()
  const keys = tab()
  await keys.create(anne, pin)
  pass(idleMillisecondsMax - 1)
  keys.touch()
  pass(idleMillisecondsMax)
  assert.equal(await keys.state(anne), 'open')
  pass(1)
  // Whoever comes now is not who was here.
  keys.touch()
  assert.equal(await keys.state(anne), 'locked')
  await keys.unlock(anne, pin)
  pass(-idleMillisecondsMax - 1)
  assert.equal(keys.signer(anne), null)
})

test('another code makes another key', async () => {
  const { tab } = counter()
  const keys = tab()
  const first = await keys.create(anne, pin)
  const second = await keys.create(anne, '385016')
  assert.notDeepEqual(first, second)
  assert.equal((await keys.unlock(anne, pin)).kind, 'wrong')
})
