/** Makes of what was typed, or read from a test, what the outbox keeps and sends. */
import type { Result, ScreeningInput } from '@sidep/contracts'
import type { Outcome } from '@sidep/sdk/parts'
import { rfc3339In } from '@sidep/time'
import type { Store } from '../shared/store.ts'
import { inputOf, type Row } from './lists/rows.ts'
import type { Content, Owner } from './outbox/content.ts'
import type { Sender } from './outbox/sender.ts'
import { type Memory, withRecentDevice } from './session/stored.ts'
import { type CounterState, ownerOf } from './state.ts'
import { siteZoneOf } from './typing/site-zone.ts'

export interface RecordingDependencies {
  readonly store: Store<CounterState>
  readonly memory: Pick<Memory, 'keepRecentDevices'>
  readonly sender: Pick<Sender, 'record' | 'readResult'>
  /** What is taken for now at this counter. */
  readonly here: () => Date
  readonly failed: (error: unknown) => void
}

export interface Recording {
  readonly record: (input: ScreeningInput) => Promise<Outcome>
  readonly setResult: (row: Row, result: Result) => Promise<Outcome>
}

export const createRecording = (dependencies: RecordingDependencies): Recording => {
  const { store, memory, sender, here, failed } = dependencies
  const owner = (): Owner | null => ownerOf(store.get().session)

  const rememberDevice = (device: string): void => {
    if (device === 'other') return
    const recentDevices = withRecentDevice(store.get().recentDevices, device)
    store.set((state) => ({ ...state, recentDevices }))
    memory.keepRecentDevices(recentDevices).catch(failed)
  }

  const contentOf = (input: ScreeningInput, isRegistered: boolean): Content => {
    const current = owner()
    const { anonymousDraft } = store.get()
    if (current === null && anonymousDraft === null)
      throw new Error('nothing is recorded before a site is chosen, but in the waiting room')
    return {
      input,
      author: current && { professionalName: current.professionalName, siteName: current.siteName },
      anonymousDraft: current === null ? anonymousDraft : null,
      isRegistered,
    }
  }

  const said = (content: Content, outcome: Outcome): Outcome => {
    const { id } = content.input
    const notKept = outcome.kind === 'not-kept' ? { id, error: outcome.error } : null
    store.set((state) => ({ ...state, notKept }))
    return outcome
  }

  return {
    record: async (input) => {
      rememberDevice(input.device)
      const content = contentOf(input, false)
      return said(content, await sender.record(content, owner()))
    },
    setResult: async (row, result) => {
      const isRegistered = row.held === null || row.held.screening.isRegistered
      const registered = inputOf(row)
      // A sample that a clock a little ahead put into the next minutes is not read before it was taken.
      const readAt = new Date(Math.max(here().getTime(), Date.parse(registered.sampledAt)))
      const resultAt = rfc3339In(readAt, siteZoneOf(store.get()))
      const content = contentOf({ ...registered, result, resultAt }, isRegistered)
      return said(content, await sender.readResult(content, owner()))
    },
  }
}
