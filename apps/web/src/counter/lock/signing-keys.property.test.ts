/**
 * The lock against a model, with tabs that open, close and die, copies of the disk at any moment, and a thief who puts
 * one back and knows the code or holds the finger: what opens is what was behind the lock when the copy was made.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CounterKeyText } from '@sidep/sdk/parts'
import fc from 'fast-check'
import type { SigningKeys } from './signing-keys.ts'
import { placeOf } from './stored-lock.ts'
import { testCounter } from './testing.ts'

const anne = '899700075122'
const code = 'éléphant de mer'

type Act =
  | { readonly act: 'protect' | 'unlock' | 'booklet' | 'sign' | 'lock'; readonly tab: number }
  | { readonly act: 'wrong'; readonly tab: number }
  | { readonly act: 'copy' }
  | { readonly act: 'sign-out'; readonly tab: number }

const tabOf = fc.integer({ min: 0, max: 2 })
const anAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ act: fc.constant('protect' as const), tab: tabOf }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('unlock' as const), tab: tabOf }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('booklet' as const), tab: tabOf }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('sign' as const), tab: tabOf }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('lock' as const), tab: tabOf }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('wrong' as const), tab: tabOf }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('copy' as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('sign-out' as const), tab: tabOf }) },
)

const nameOf = ({ x, y }: CounterKeyText): string => `${x} ${y}`

const run = async (kind: 'code' | 'passkey', acts: readonly Act[]): Promise<void> => {
  const { vault, tab: openTab, pass } = testCounter()
  const tabs = [openTab(), openTab(), openTab()]
  const tabAt = (index: number): SigningKeys => tabs[index] ?? assert.fail()
  const lock =
    kind === 'code' ? ({ kind, code } as const) : ({ kind, label: 'Anne Le Goff' } as const)
  const typed = kind === 'code' ? code : null

  /** The model: keys behind the lock and those of them that were unlocked, each key's age, and copies of the disk. */
  let behind: CounterKeyText[] = []
  let unlocked = new Set<string>()
  const all: CounterKeyText[] = []
  /** How often the lock was changed: each time that it was made, or opened. */
  let changes = 0
  const copies: {
    readonly disk: unknown
    readonly keys: readonly CounterKeyText[]
    readonly changes: number
  }[] = []

  for (const act of acts) {
    switch (act.act) {
      case 'protect':
        assert.equal(await tabAt(act.tab).protect(anne, lock), 'kept')
        behind = []
        changes += 1
        break
      case 'unlock': {
        const outcome = await tabAt(act.tab).unlock(anne, typed)
        const isThere = (await vault.get(placeOf(anne))) !== undefined
        assert.equal(outcome.kind, isThere ? 'open' : 'gone')
        if (!isThere) break
        unlocked = new Set([...unlocked, ...behind.map(nameOf)])
        changes += 1
        break
      }
      case 'booklet': {
        const key = await tabAt(act.tab).nextKey(anne, behind.slice(-2))
        if (key === null) break
        assert.ok(!unlocked.has(nameOf(key)), 'what was unlocked is for no other booklet')
        const isNew = behind.every((other) => nameOf(other) !== nameOf(key))
        behind = [...behind.slice(-2), ...(isNew ? [key] : [])]
        if (isNew) all.push(key)
        break
      }
      case 'sign': {
        const keys = tabAt(act.tab)
        for (const key of all) {
          const sign = await keys.signer(anne, key)
          if ((await keys.state(anne)) !== 'open') assert.equal(sign, null)
        }
        break
      }
      case 'lock':
        // As a reload does.
        tabs[act.tab] = openTab()
        break
      case 'wrong':
        if (kind === 'code') {
          const { kind: outcome } = await tabAt(act.tab).unlock(anne, 'un autre code')
          if (outcome === 'gone') behind = []
        }
        // The next wait is over before the next act.
        pass(3_600_000)
        break
      case 'copy':
        copies.push({ disk: await vault.get(placeOf(anne)), keys: behind, changes })
        break
      case 'sign-out':
        await tabAt(act.tab).forgetKeys()
        behind = []
        break
    }
  }

  const opensWith = async (disk: unknown): Promise<string[]> => {
    if (disk === undefined) return []
    await vault.put(placeOf(anne), disk)
    const keys = openTab()
    pass(3_600_000)
    const outcome = await keys.unlock(anne, typed)
    // A passkey that another took the place of is gone from the device.
    if (outcome.kind !== 'open') return []
    const found: string[] = []
    for (const key of all) if ((await keys.signer(anne, key)) !== null) found.push(nameOf(key))
    return found
  }
  const disk = await vault.get(placeOf(anne))
  const sealedNow = (disk as { keys: unknown[] } | undefined)?.keys ?? []
  assert.deepEqual((await opensWith(disk)).sort(), behind.map(nameOf).sort(), 'nothing is lost')
  for (const copy of copies) {
    const then = new Set(copy.keys.map(nameOf))
    const mixed = copy.disk === undefined ? undefined : { ...copy.disk, keys: sealedNow }
    for (const name of await opensWith(copy.disk)) assert.ok(then.has(name))
    // A lock of before with what is on the disk now: what came after the next unlocking stays shut.
    const afterUnlocking = behind.filter((key) => !then.has(nameOf(key)))
    if (copy.changes === changes) continue
    const opened = await opensWith(mixed)
    for (const key of afterUnlocking) assert.ok(!opened.includes(nameOf(key)))
  }
}

for (const kind of ['code', 'passkey'] as const)
  test(`behind a ${kind}: whatever tabs do, nothing at hand is lost, and a copy of the disk opens nothing of after it`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAct, { minLength: 4, maxLength: 25 }), (acts) => run(kind, acts)),
      { numRuns: 60 },
    )
  })
