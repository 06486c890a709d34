import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadPart, reloadForPart } from './load-part.ts'

describe('a part that does not load', () => {
  it('is tried three times, later each time, and then given up', async () => {
    const waited: number[] = []
    let tries = 0
    const load = async (): Promise<string> => {
      tries += 1
      if (tries < 3) throw new TypeError('failed to fetch')
      return 'part'
    }
    const wait = async (milliseconds: number): Promise<void> => {
      waited.push(milliseconds)
    }
    assert.equal(await loadPart(load, wait), 'part')
    assert.deepEqual(waited, [500, 2_000])
    const never = async (): Promise<string> => Promise.reject(new TypeError('gone'))
    await assert.rejects(loadPart(never, wait), /gone/)
  })
})

describe('a reload for a part that is gone', () => {
  const world = () => {
    const kept = new Map<string, string>()
    const said = { now: 1_000_000_000_000, isThere: true, reloads: 0 }
    const reload = (isAsked = false) =>
      reloadForPart(isAsked, {
        storage: {
          getItem: (key) => kept.get(key) ?? null,
          setItem: (key, value) => void kept.set(key, value),
        },
        now: () => said.now,
        isPageThere: async () => said.isThere,
        reload: () => {
          said.reloads += 1
        },
      })
    return { said, reload }
  }

  it('happens once, and again only after ten minutes', async () => {
    const { said, reload } = world()
    assert.equal(await reload(), true)
    assert.equal(await reload(), false)
    said.now += 10 * 60_000
    assert.equal(await reload(), true)
    assert.equal(said.reloads, 2)
    assert.equal(await reload(true), true)
  })

  it('does not happen while the page itself is not to be had, or no mark can be kept', async () => {
    const { said, reload } = world()
    said.isThere = false
    assert.equal(await reload(), false)
    const refused = async (): Promise<boolean> =>
      reloadForPart(false, {
        storage: {
          getItem: () => null,
          setItem: () => {
            throw new DOMException('no', 'SecurityError')
          },
        },
        now: () => said.now,
        isPageThere: async () => true,
        reload: () => {
          said.reloads += 1
        },
      })
    assert.equal(await refused(), false)
    assert.equal(said.reloads, 0)
  })
})
