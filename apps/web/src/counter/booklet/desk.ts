/** What a counter needs to go on alone, kept ready: a key under a code, booklets, and who may use them. */
import type { SessionView } from '@sidep/contracts'
import type { ApiClient } from '../../shared/api/index.ts'
import type { Driver } from '../outbox/driver.ts'
import type { Memory } from '../session/stored.ts'
import { type CounterState, isSessionUsable, ownerOf } from '../state.ts'
import type { Store } from '../store.ts'
import { createKeeper } from './keeper.ts'
import type { SigningKeys, Unlocking } from './signing-key.ts'

export interface DeskNeeds {
  readonly api: Pick<ApiClient, 'get' | 'post'>
  readonly driver: Driver
  readonly keys: SigningKeys
  readonly memory: Pick<Memory, 'keepHolder' | 'forgetHolder'>
  readonly store: Store<CounterState>
  readonly now: () => Date
  readonly random: () => number
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** Whether the portal may be asked now. */
  readonly mayAsk: () => boolean
}

export interface Desk {
  /** Takes a booklet when one is due. */
  readonly keepBooklet: () => Promise<void>
  /** Somebody comes to work: which booklets still count is asked for anew. */
  readonly lookAgain: () => void
  /** The session is over on purpose, and with it every booklet of this counter. */
  readonly endBooklets: () => Promise<void>
  /** Reads again whether the key of who works here is open. */
  readonly readLock: () => Promise<void>
  readonly setPin: (pin: string) => Promise<void>
  readonly unlock: (pin: string) => Promise<Unlocking>
  /** Opens the key of who was here last; then, and only then, that session. */
  readonly unlockHolder: (
    pin: string,
    enter: (holder: SessionView) => Promise<void>,
  ) => Promise<Unlocking>
}

export const createDesk = (needs: DeskNeeds): Desk => {
  const { driver, keys, store, now, exclusive } = needs
  const keeper = createKeeper({
    api: needs.api,
    driver,
    keys,
    now,
    random: needs.random,
    exclusive: (work) => exclusive('sidep-counter-booklet', work),
  })
  const professional = (): string | undefined => ownerOf(store.get().session)?.professionalId

  const keepBooklet = async (): Promise<void> => {
    const state = store.get()
    const owner = ownerOf(state.session)
    // A browser that keeps nothing would forget which numbers it took.
    if (owner === null || !isSessionUsable(state) || !state.isDurable || !needs.mayAsk()) return
    await keeper.keep(owner)
    await rememberHolder()
  }

  /** Who could go on alone at this counter: whoever has a booklet here. */
  const rememberHolder = async (): Promise<void> => {
    const { session, outbox, holder } = store.get()
    const isHolder = outbox.booklets.some(
      ({ professionalId }) => professionalId === session?.professional.id,
    )
    if (session === null || !isHolder || session === holder) return
    await needs.memory.keepHolder(session)
    store.set((state) => ({ ...state, holder: session }))
  }

  const readLock = async (): Promise<void> => {
    const professionalId = professional()
    const lock = professionalId === undefined ? 'none' : await keys.state(professionalId)
    store.set((state) => (state.lock === lock ? state : { ...state, lock }))
  }

  const keyLost = (professionalId: string) =>
    driver.dispatch({ type: 'key-lost', professionalId, now: now().getTime() })

  const unlockFor = async (professionalId: string, pin: string): Promise<Unlocking> => {
    const outcome = await keys.unlock(professionalId, pin)
    if (outcome.kind === 'gone') await keyLost(professionalId)
    await readLock()
    return outcome
  }

  return {
    keepBooklet,
    lookAgain: keeper.lookAgain,
    endBooklets: async () => {
      await driver.dispatch({ type: 'booklets-ended', keep: [], now: now().getTime() })
      await needs.memory.forgetHolder()
      store.set((state) => ({ ...state, holder: null }))
    },
    readLock,
    setPin: async (pin) => {
      const professionalId = professional()
      if (professionalId === undefined) return
      await keys.create(professionalId, pin)
      await keyLost(professionalId)
      await readLock()
      await keepBooklet()
    },
    unlock: async (pin) => {
      const professionalId = professional()
      return professionalId === undefined ? { kind: 'gone' } : unlockFor(professionalId, pin)
    },
    unlockHolder: async (pin, enter) => {
      const { holder } = store.get()
      if (holder === null) return { kind: 'gone' }
      const outcome = await unlockFor(holder.professional.id, pin)
      if (outcome.kind === 'open') await enter(holder)
      return outcome
    },
  }
}
