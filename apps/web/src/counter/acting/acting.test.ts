import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionView } from '@sidep/contracts'
import { createStore } from '../../shared/store.ts'
import { session } from '../counter-testing.ts'
import { type CounterState, initialState } from '../state.ts'
import { type Acting, actingChange, actingOf, type KeptActing } from './acting-for.ts'
import { watchActing } from './acting-watch.ts'

const gare = { id: '750000002', name: 'Centre de la gare', postalCode: '75010' }
const atGare: SessionView = { ...session, site: gare }
const martin: SessionView = {
  ...session,
  professional: { ...session.professional, id: '899700075123', familyName: 'Martin' },
}

const tab = (kept: Acting | null = null) => {
  const place: KeptActing = {
    get: () => kept,
    put: (acting) => {
      kept = acting
    },
  }
  const store = createStore<CounterState>({ ...initialState, seen: place.get() })
  const watch = watchActing(store, place)
  return {
    watch,
    change: () => actingChange(store.get()),
    works: (shown: SessionView) =>
      store.set((state) => ({ ...state, phase: 'working', session: shown })),
    reloaded: () => tab(kept),
  }
}

test('the first at work in a tab is told nothing; another site or person is, until it is acknowledged', () => {
  const { watch, change, works } = tab()
  works(session)
  assert.equal(change(), null)
  for (const next of [atGare, martin]) {
    works(next)
    assert.deepEqual(change()?.now, actingOf(next))
    watch.acknowledge()
    assert.equal(change(), null)
  }
  // The same again, renewed.
  works({ ...martin, expiresAt: '2026-11-23T22:00:00Z' })
  assert.equal(change(), null)
})

test('a colleague at the keyboard for the same responsible person is another one', () => {
  const { change, works } = tab()
  works(session)
  works({
    ...session,
    operator: { id: 'staff-1', familyName: 'Petit', firstNames: 'Léa' },
  })
  assert.equal(change()?.now.operator, 'Léa PETIT')
})

test('the next professional who signs in from a tab is told whose it was; after a sign-out there is nothing to tell', () => {
  const first = tab()
  first.works(session)
  const next = first.reloaded()
  next.works(martin)
  assert.equal(next.change()?.before.responsible, 'Anne LE GOFF')
  next.watch.forget()
  assert.equal(next.change(), null)
})
