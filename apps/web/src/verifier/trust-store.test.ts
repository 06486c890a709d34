import assert from 'node:assert/strict'
import { test } from 'node:test'
import { initialTrustState } from '@sidep/trust'
import { memoryTrustStore, openTrustStore, type TrustStore } from './trust-store.ts'

const state = initialTrustState(Uint8Array.of(1))
const part = Uint8Array.of(2)

/** A disk that can be closed under who has it open, cleared, or refuse to be opened. */
const disk = () => {
  let kept = memoryTrustStore()
  let isSound = true
  let connections = 0
  const closed = new Set<number>()
  return {
    clear: () => {
      kept = memoryTrustStore()
    },
    close: () => closed.add(connections),
    refuse: (refuses: boolean) => {
      isSound = !refuses
    },
    connections: () => connections,
    kept: () => kept,
    open: async () => {
      if (!isSound) throw new DOMException('refused', 'UnknownError')
      connections += 1
      const own = connections
      const guarded = <Given extends readonly unknown[], T>(
        act: (store: TrustStore, ...given: Given) => Promise<T>,
      ) => {
        return async (...given: Given): Promise<T> => {
          if (closed.has(own) || !isSound) throw new DOMException('closed', 'InvalidStateError')
          return act(kept, ...given)
        }
      }
      const store: TrustStore = {
        readState: guarded((store) => store.readState()),
        writeState: guarded((store, state) => store.writeState(state)),
        part: guarded((store, sha256) => store.part(sha256)),
        keepPart: guarded((store, sha256, bytes) => store.keepPart(sha256, bytes)),
        keepOnly: guarded((store, needed) => store.keepOnly(needed)),
      }
      return { store, close: () => undefined }
    },
  }
}

test('a database that was closed under the page is opened again', async () => {
  const { open, close, connections, kept } = disk()
  const store = openTrustStore(open)
  await store.writeState(state)
  close()
  await store.keepPart('a', part)
  assert.equal(connections(), 2)
  assert.deepEqual(await kept().part('a'), part)
  assert.deepEqual(await store.readState(), state)
})

test('one that was cleared, or is refused, leaves the page what it has, and is written to again once it can be', async () => {
  const { open, clear, refuse, kept } = disk()
  const store = openTrustStore(open)
  await store.writeState(state)
  await store.keepPart('a', part)
  clear()
  assert.deepEqual(await store.readState(), state)
  refuse(true)
  assert.deepEqual(await store.readState(), state)
  await store.keepPart('b', part)
  assert.deepEqual(await store.part('b'), part)
  refuse(false)
  await store.writeState(state)
  assert.deepEqual(await kept().readState(), state)
})

test('a browser that refuses storage from the start has a store all the same', async () => {
  const { open, refuse } = disk()
  refuse(true)
  const store = openTrustStore(open)
  assert.equal(await store.readState(), null)
  await store.writeState(state)
  assert.deepEqual(await store.readState(), state)
  await store.keepOnly(new Set())
  assert.equal(await store.part('a'), null)
})
