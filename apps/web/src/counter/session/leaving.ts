/** The end of a session on purpose: by signing out here, or from elsewhere. */
import { signOut } from '@sidep/contracts/endpoints'
import { type ApiClient, type ApiError, isProblem, retryOf } from '../../shared/api/index.ts'
import type { Store } from '../../shared/store.ts'
import type { Autonomy } from '../booklet/autonomy.ts'
import type { SigningKeys } from '../lock/signing-keys.ts'
import type { Sender } from '../outbox/sender.ts'
import { type CounterState, noLists } from '../state.ts'
import type { Session } from './session.ts'
import type { Memory } from './stored.ts'

export interface LeavingDependencies {
  readonly api: Pick<ApiClient, 'ask'>
  readonly store: Store<CounterState>
  readonly session: Pick<Session, 'observe' | 'signedOut'>
  readonly memory: Pick<Memory, 'forgetPeople'>
  readonly keys: Pick<SigningKeys, 'lock'>
  readonly autonomy: Pick<Autonomy, 'endBooklets' | 'readLock'>
  readonly sender: Pick<Sender, 'signedOut'>
  /** Nobody is left in this tab. */
  readonly left: () => void
}

export interface Leaving {
  readonly signOut: () => Promise<ApiError | null>
  /**
   * The session was ended from elsewhere, perhaps because this device is lost: nothing that the portal has of people
   * stays to be seen, and nothing is signed from its booklets any more. What was typed here and not sent is nowhere
   * else, and stays.
   */
  readonly leaveToNobody: () => Promise<void>
}

/** The portal did not take this device's signature, asked for again with its time. */
const isProofRefused = (error: ApiError): boolean =>
  isProblem(error, 'SESSION_PROOF_INVALID') || isProblem(error, 'SESSION_PROOF_STALE')

export const createLeaving = (dependencies: LeavingDependencies): Leaving => {
  const { api, store, session, memory, keys, autonomy, sender } = dependencies

  const hidePeople = (): void => store.set((state) => ({ ...state, ...noLists }))

  const end = async (): Promise<ApiError | null> => {
    const signed = await api.ask(signOut, { isSigned: true })
    const isUnsignable = !signed.ok && isProofRefused(signed.error)
    // This browser lost its key, or cannot tell the time: the cookie's own end at least.
    const answer = isUnsignable ? await api.ask(signOut) : signed
    if (answer.ok || retryOf(answer.error) === 'after-sign-in') return null
    session.observe(answer)
    return answer.error
  }

  return {
    signOut: async () => {
      const error = await end()
      if (error !== null) return error
      keys.lock()
      await sender.signedOut()
      await autonomy.endBooklets()
      hidePeople()
      store.set((state) => ({ ...state, lock: 'none' }))
      const out = session.signedOut()
      dependencies.left()
      await out
      return null
    },
    leaveToNobody: async () => {
      keys.lock()
      await autonomy.endBooklets()
      hidePeople()
      await memory.forgetPeople()
      await autonomy.readLock()
    },
  }
}
