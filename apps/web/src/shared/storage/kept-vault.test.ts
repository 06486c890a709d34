import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keptVault } from './kept-vault.ts'
import type { MemoryPlace } from './memory-vault.ts'
import type { SealedDatabase, SealedPlace } from './sealed-database.ts'
import type { StorageHealth, VaultChange } from './vault.ts'

/** A disk that is cleared, closed, full or broken when the test says so. */
class Disk {
  places = new Map<string, { text: string; revision: number | null }>()
  instance = 'first'
  fault: 'none' | 'broken' | 'full' | 'silent' = 'none'
  opened = 0
  readonly #closers = new Set<() => void>()

  /** As a browser does whose user clears the data of a page. */
  clear(): void {
    this.places = new Map()
    this.instance = `${this.instance}'`
    this.closeAll()
  }

  closeAll(): void {
    const closers = [...this.#closers]
    this.#closers.clear()
    for (const close of closers) close()
  }

  readonly open = async (closed: () => void): Promise<SealedDatabase> => {
    this.opened += 1
    if (this.fault === 'silent') return new Promise(() => undefined)
    this.#reach()
    let isClosed = false
    this.#closers.add(() => {
      isClosed = true
      closed()
    })
    const reach = (isWrite = false): void => {
      if (isClosed) throw new DOMException('closed', 'InvalidStateError')
      this.#reach(isWrite)
    }
    const put = (key: string, { text }: MemoryPlace, revision: number | null = null): void => {
      this.places.set(key, { text, revision })
    }
    return {
      instance: this.instance,
      get: async (key) => {
        reach()
        return this.places.get(key)
      },
      put: async (key, place) => {
        reach(true)
        put(key, place)
      },
      delete: async (key) => {
        reach()
        this.places.delete(key)
      },
      entries: async (prefixes) => {
        reach()
        return new Map<string, SealedPlace>(
          [...this.places].filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix))),
        )
      },
      change: async ({ guard, put: changed, remove }) => {
        reach(true)
        if ((this.places.get(guard.key)?.revision ?? 0) !== guard.expected) return 'conflict'
        put(guard.key, guard.place, guard.expected + 1)
        for (const [key, place] of changed) put(key, place)
        for (const key of remove) this.places.delete(key)
        return 'written'
      },
      repair: async ({ put: repaired, remove }) => {
        reach(true)
        const isChanged = repaired.some(({ key, guard }) => {
          const held = this.places.get(key)
          return guard !== null && held !== undefined && held.revision !== guard.expected
        })
        for (const { key, place, guard, givesWay } of repaired) {
          const stays = givesWay === 'always' || (givesWay === 'if-changed' && isChanged)
          if (!(stays && this.places.has(key))) put(key, place, guard?.revision ?? null)
        }
        for (const key of remove) this.places.delete(key)
      },
      close: () => {
        isClosed = true
      },
    }
  }

  #reach(isWrite = false): void {
    if (this.fault === 'broken') throw new DOMException('broken', 'UnknownError')
    if (this.fault === 'full' && isWrite) throw new DOMException('full', 'QuotaExceededError')
  }

  valueOf(key: string): unknown {
    const place = this.places.get(key)
    return place === undefined ? undefined : JSON.parse(place.text)
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const page = (disk: Disk) => {
  let timers: { at: number; callback: () => void }[] = []
  let now = 0
  const said: StorageHealth[] = []
  const vault = keptVault({
    open: disk.open,
    after: (milliseconds, callback) => {
      const timer = { at: now + milliseconds, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    failed: () => undefined,
  })
  vault.watch((health) => said.push(health))
  return {
    vault,
    said,
    pass: async (milliseconds: number): Promise<void> => {
      const end = now + milliseconds
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers = timers.filter((timer) => timer !== due)
        now = due.at
        due.callback()
        await settle()
      }
      now = end
    },
  }
}

const changeOf = (expected: number, ...ids: string[]): VaultChange => ({
  guard: { key: 'head', expected, value: { revision: expected + 1 } },
  put: ids.map((id) => ({ key: `outbox/${id}`, value: { id } })),
  remove: [],
})

describe('a connection that the browser closed', () => {
  it('is opened again, and nothing is said', async () => {
    const disk = new Disk()
    const { vault, said } = page(disk)
    await vault.put('draft', 1)
    disk.closeAll()
    assert.equal(await vault.change(changeOf(0, 'a')), 'written')
    await vault.put('draft', 2)
    assert.deepEqual([disk.valueOf('draft'), disk.valueOf('outbox/a')], [2, { id: 'a' }])
    assert.deepEqual([said, vault.durable], [[], true])
  })

  it('because everything was cleared: what this page knows is put back at once', async () => {
    const disk = new Disk()
    const { vault, said } = page(disk)
    await vault.change(changeOf(0, 'a'))
    await vault.change(changeOf(1, 'b'))
    await vault.put('draft', 'typed')
    disk.clear()
    await settle()
    assert.deepEqual(disk.valueOf('outbox/a'), { id: 'a' })
    assert.deepEqual(disk.valueOf('draft'), 'typed')
    assert.equal(disk.places.get('head')?.revision, 2)
    // The count of changes goes on where it was.
    assert.equal(await vault.change(changeOf(2, 'c')), 'written')
    assert.deepEqual(said, [])
  })

  it('and cleared with two pages open: each puts back its own, and neither replaces what the other did since', async () => {
    const disk = new Disk()
    const one = page(disk)
    const other = page(disk)
    await one.vault.change(changeOf(0, 'a'))
    await other.vault.entries('outbox/', 'head')
    await other.vault.change(changeOf(1, 'b'))
    disk.clear()
    await settle()
    assert.deepEqual([...disk.places.keys()].sort(), ['head', 'outbox/a', 'outbox/b'])
    const entries = await one.vault.entries('outbox/')
    assert.deepEqual(
      entries.map(({ key }) => key),
      ['outbox/a', 'outbox/b'],
    )
  })
})

describe('storage that keeps nothing', () => {
  it('from the start is memory, said once, and what was put is on disk once it is back', async () => {
    const disk = new Disk()
    disk.fault = 'broken'
    const { vault, said, pass } = page(disk)
    assert.equal(await vault.get('draft'), undefined)
    await vault.put('draft', 1)
    assert.equal(await vault.change(changeOf(0, 'a')), 'written')
    assert.equal(await vault.change(changeOf(0, 'b')), 'conflict')
    assert.equal(await vault.change(changeOf(1, 'b')), 'written')
    assert.deepEqual(
      (await vault.entries('outbox/')).map(({ key }) => key),
      ['outbox/a', 'outbox/b'],
    )
    assert.deepEqual([said, vault.durable, disk.places.size], [['unavailable'], false, 0])
    await pass(10_000)
    disk.fault = 'none'
    await pass(31_000)
    assert.deepEqual([said, vault.durable], [['unavailable', 'kept'], true])
    assert.deepEqual(disk.valueOf('draft'), 1)
    assert.equal(disk.places.get('head')?.revision, 2)
    assert.equal(await vault.change(changeOf(2, 'c')), 'written')
  })

  it('under way goes on from what is known; what was removed meanwhile is gone from the disk too', async () => {
    const disk = new Disk()
    const { vault, pass } = page(disk)
    await vault.change(changeOf(0, 'a'))
    await vault.put('draft', 1)
    disk.fault = 'broken'
    await vault.delete('draft')
    const { guard } = changeOf(1)
    assert.equal(await vault.change({ guard, put: [], remove: ['outbox/a'] }), 'written')
    disk.fault = 'none'
    await pass(5_000)
    assert.deepEqual([...disk.places.keys()], ['head'])
    assert.equal(disk.places.get('head')?.revision, 2)
  })

  it('while another page’s does: its changes stay, ours are added', async () => {
    const disk = new Disk()
    const { vault, said, pass } = page(disk)
    await vault.change(changeOf(0, 'a'))
    disk.fault = 'broken'
    await vault.change(changeOf(1, 'ours'))
    disk.fault = 'none'
    const other = page(disk).vault
    await other.entries('head')
    assert.equal(await other.change(changeOf(1, 'theirs')), 'written')
    assert.equal(await other.change(changeOf(2)), 'written')
    await pass(5_000)
    assert.deepEqual(said.at(-1), 'kept')
    assert.deepEqual([...disk.places.keys()].sort(), [
      'head',
      'outbox/a',
      'outbox/ours',
      'outbox/theirs',
    ])
    assert.equal(disk.places.get('head')?.revision, 3)
    // What was thought to be the count is no longer: a change reads again first.
    assert.equal(await vault.change(changeOf(2, 'late')), 'conflict')
  })

  it('because it never answers is given up after a while', async () => {
    const disk = new Disk()
    disk.fault = 'silent'
    const { vault, said, pass } = page(disk)
    const reading = vault.get('draft')
    await pass(5_000)
    assert.equal(await reading, undefined)
    assert.deepEqual(said, ['unavailable'])
    disk.fault = 'none'
    await pass(10_000)
    assert.deepEqual(said, ['unavailable', 'kept'])
  })
})

describe('a full disk', () => {
  it('keeps what it has; a draft stays in memory, and is kept once there is room', async () => {
    const disk = new Disk()
    const { vault, said, pass } = page(disk)
    await vault.put('draft', 1)
    disk.fault = 'full'
    await vault.put('draft', 2)
    assert.equal(await vault.change(changeOf(0, 'a')), 'full')
    assert.deepEqual([await vault.get('draft'), disk.valueOf('draft')], [2, 1])
    assert.deepEqual([said, vault.durable], [['full'], true])
    disk.fault = 'none'
    await pass(5_000)
    assert.deepEqual([said, disk.valueOf('draft')], [['full', 'kept'], 2])
    assert.deepEqual(await vault.entries('outbox/'), [])
  })
})
