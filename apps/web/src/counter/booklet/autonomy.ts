/** What a counter needs to go on alone, kept ready: keys behind a lock, booklets, and who may use them. */
import type { SessionView } from '@sidep/contracts'
import { makeKeeper, signerOf } from '@sidep/sdk/parts'
import type { ApiClient } from '../../shared/api/index.ts'
import type { Store } from '../../shared/store.ts'
import type { Protecting, SigningKeys, Unlocking } from '../lock/signing-keys.ts'
import type { Driver } from '../outbox/driver.ts'
import type { Memory } from '../session/stored.ts'
import { type CounterState, isSessionUsable, ownerOf } from '../state.ts'

export interface AutonomyDependencies {
  readonly api: Pick<ApiClient, 'ask'>
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

/** How a professional wants to unlock at this counter. */
export type ChosenLock =
  | { readonly kind: 'passkey' }
  | { readonly kind: 'code'; readonly code: string }

export interface Autonomy {
  /** Takes a booklet when one is due. */
  readonly keepBooklet: () => Promise<void>
  /** Somebody comes to work: which booklets still count is asked for anew. */
  readonly lookAgain: () => void
  /** The session is over on purpose, and with it every booklet of this counter. */
  readonly endBooklets: () => Promise<void>
  /** Reads again whether the lock of who works here is open. */
  readonly readLock: () => Promise<void>
  /** Keys under six digits are destroyed, and their booklets end: the page asks to protect the counter anew. */
  readonly leaveSixDigits: () => Promise<void>
  readonly protect: (lock: ChosenLock) => Promise<Protecting>
  /** @param code null where a passkey opens */
  readonly unlock: (code: string | null) => Promise<Unlocking>
  /** Opens the lock of who was here last; then, and only then, that session. */
  readonly unlockHolder: (
    code: string | null,
    enter: (holder: SessionView) => Promise<void>,
  ) => Promise<Unlocking>
}

export const createAutonomy = (dependencies: AutonomyDependencies): Autonomy => {
  const { driver, keys, store, now, exclusive } = dependencies
  const keeper = makeKeeper({
    api: dependencies.api,
    driver,
    keys,
    now,
    random: dependencies.random,
    exclusive: (work) => exclusive('sidep-counter-booklet', work),
    report: (code) => console.error(code),
  })
  const professional = (): string | undefined => ownerOf(store.get().session)?.professionalId

  const keepBooklet = async (): Promise<void> => {
    const state = store.get()
    const owner = ownerOf(state.session)
    // A browser that keeps nothing would forget which numbers it took.
    if (
      owner === null ||
      !isSessionUsable(state) ||
      state.storage === 'unavailable' ||
      !dependencies.mayAsk()
    )
      return
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
    await dependencies.memory.keepHolder(session)
    store.set((state) => ({ ...state, holder: session }))
  }

  const readLock = async (): Promise<void> => {
    const professionalId = professional()
    const lock = professionalId === undefined ? 'none' : await keys.state(professionalId)
    const asked = professionalId ?? store.get().holder?.professional.id
    const lockKind = asked === undefined ? null : await keys.kind(asked)
    store.set((state) =>
      state.lock === lock && state.lockKind === lockKind ? state : { ...state, lock, lockKind },
    )
  }

  const keyLost = (professionalId: string) =>
    driver.dispatch({ type: 'key-lost', professionalId, now: now().getTime() })

  /** Booklets whose keys are not behind the lock that opened: nobody can sign from them any more. */
  const endKeyless = async (professionalId: string): Promise<void> => {
    await driver.load()
    const { booklets } = driver.state()
    const keep: string[] = []
    for (const booklet of booklets) {
      const isOthers = booklet.professionalId !== professionalId
      if (isOthers || (await signerOf(keys, booklet)) !== null) keep.push(booklet.id)
    }
    if (keep.length < booklets.length)
      await driver.dispatch({ type: 'booklets-ended', keep, now: now().getTime() })
  }

  const unlockFor = async (professionalId: string, code: string | null): Promise<Unlocking> => {
    const outcome = await keys.unlock(professionalId, code)
    if (outcome.kind === 'gone') await keyLost(professionalId)
    if (outcome.kind === 'open') await endKeyless(professionalId)
    await readLock()
    return outcome
  }

  return {
    keepBooklet,
    lookAgain: keeper.lookAgain,
    endBooklets: async () => {
      await driver.dispatch({ type: 'booklets-ended', keep: [], now: now().getTime() })
      await keys.forgetKeys()
      await dependencies.memory.forgetHolder()
      store.set((state) => ({ ...state, holder: null }))
    },
    readLock,
    leaveSixDigits: async () => {
      for (const professionalId of await keys.forgetSixDigits()) await keyLost(professionalId)
    },
    protect: async (lock) => {
      const owner = ownerOf(store.get().session)
      if (owner === null) return 'refused'
      const { professionalId, professionalName, siteName } = owner
      const label = `${professionalName} · ${siteName}`
      const outcome = await keys.protect(
        professionalId,
        lock.kind === 'passkey' ? { ...lock, label } : lock,
      )
      if (outcome !== 'kept') return outcome
      await keyLost(professionalId)
      await readLock()
      await keepBooklet()
      return outcome
    },
    unlock: async (code) => {
      const professionalId = professional()
      return professionalId === undefined ? { kind: 'gone' } : unlockFor(professionalId, code)
    },
    unlockHolder: async (code, enter) => {
      const { holder } = store.get()
      if (holder === null) return { kind: 'gone' }
      const outcome = await unlockFor(holder.professional.id, code)
      if (outcome.kind === 'open') await enter(holder)
      return outcome
    },
  }
}
