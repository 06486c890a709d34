/**
 * The counter's place in the waiting room for new sign-ins. Invariants:
 * 1. The server paces: nobody asks sooner than `pollAfterSeconds` or `Retry-After` said.
 * 2. A failed question changes nothing about the place; it is asked again, spread out.
 */
import { type Door, routes, WaitingRoomView } from '@sidep/contracts'
import {
  type ApiClient,
  type ApiError,
  backoffMilliseconds,
  retryAfterSecondsOf,
  retryOf,
} from '../../shared/api/index.ts'

/** As the state bar tells it. */
export interface Room {
  /** The door that one waits for. */
  readonly door: Door
  /** Null when the server cannot say. */
  readonly waitSeconds: number | null
  readonly position: number | null
  /** One may go to the door now. */
  readonly isTurn: boolean
}

export interface WaitingRoomDependencies {
  readonly api: Pick<ApiClient, 'get' | 'post'>
  readonly random: () => number
  readonly after: (milliseconds: number, callback: () => void) => () => void
  readonly changed: (room: Room | null) => void
}

export type Arrival =
  /** No wait: go to the door. */
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting' }
  /** The server asks for patience even for this, or does not answer. */
  | { readonly kind: 'failed'; readonly error: ApiError }

export interface WaitingRoom {
  /** Takes a place on the way to a door. */
  readonly arrive: (door: Door) => Promise<Arrival>
  /** Comes back to a place that this browser has already; false when it has none, or need not wait. */
  readonly comeBack: (door: Door) => Promise<boolean>
  readonly leave: () => void
}

export const createWaitingRoom = ({
  api,
  random,
  after,
  changed,
}: WaitingRoomDependencies): WaitingRoom => {
  let door: Door | null = null
  let failures = 0
  let cancel = (): void => undefined

  const leave = (): void => {
    door = null
    cancel()
    changed(null)
  }

  const askIn = (milliseconds: number): void => {
    cancel()
    cancel = after(milliseconds, () => {
      ask().catch((error: unknown) => console.error('WAITING_ROOM_STOPPED', error))
    })
  }

  const show = (at: Door, view: WaitingRoomView): void => {
    door = at
    failures = 0
    const { waitSeconds, position, state } = view
    changed({ door: at, waitSeconds, position, isTurn: state !== 'waiting' })
    askIn(view.pollAfterSeconds * 1000)
  }

  const ask = async (): Promise<void> => {
    const at = door
    if (at === null) return
    const answer = await api.get(routes.waitingRoom, WaitingRoomView)
    if (door !== at) return
    if (answer.ok) {
      show(at, answer.value)
      return
    }
    failures += 1
    askIn(backoffMilliseconds(failures + 2, retryAfterSecondsOf(answer.error), random))
  }

  return {
    arrive: async (at) => {
      const answer = await api.post(routes.waitingRoom, undefined, WaitingRoomView)
      if (!answer.ok) {
        // Nothing that waiting would change: the door itself says what is wrong.
        return retryOf(answer.error) === 'later'
          ? { kind: 'failed', error: answer.error }
          : { kind: 'open' }
      }
      if (answer.value.state !== 'waiting') {
        leave()
        return { kind: 'open' }
      }
      show(at, answer.value)
      return { kind: 'waiting' }
    },
    comeBack: async (at) => {
      const answer = await api.get(routes.waitingRoom, WaitingRoomView)
      if (!answer.ok || !answer.value.hasTicket || answer.value.state !== 'waiting') return false
      show(at, answer.value)
      return true
    },
    leave,
  }
}
