/** Does what the session's machine asks for: a question brings the next event, a note is carried out. */
import type { WaitingRoomView } from '@sidep/contracts'
import {
  cancelPhoneSignIn,
  enterWaitingRoom,
  listDoors,
  pollPhoneSignIn,
  readSession,
  readWaitingRoom,
  signInByPhone,
} from '@sidep/contracts/endpoints'
import type { Answer, ApiClient } from '../../shared/api/index.ts'
import type { DeviceKey } from '../../shared/device/device-key.ts'
import { lastDoor } from './last-door.ts'
import type { SessionEvent, SessionNote, SessionQuestion } from './machine/events.ts'
import { carryOn } from './renewal-request.ts'
import type { SessionTabs } from './session-tabs.ts'
import type { Memory } from './stored.ts'
import type { WaitingRequests } from './waiting-request.ts'

export interface SessionRequestDependencies {
  readonly api: ApiClient
  /** Null in a browser that keeps nothing: nothing is renewed then. */
  readonly device: DeviceKey | null
  /** Of the portal. */
  readonly origin: string
  readonly memory: Pick<Memory, 'session' | 'keepSession' | 'forgetPeople'>
  /** The other tabs of this browser, which has one session. */
  readonly sessionTabs: Pick<SessionTabs, 'announce'>
  /** Where the request that waits on a phone outlives the page. */
  readonly requests: WaitingRequests
  /** Lets one tab at a time do something of a name. */
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  readonly now: () => Date
  readonly randomBytes: (count: number) => Uint8Array
}

/** The portal could not be asked at all: this browser failed. */
const unasked: Answer<never> = { ok: false, error: { kind: 'offline' } }

/** A place in the waiting room, on the way to a door. */
export const takePlace = (api: Pick<ApiClient, 'ask'>): Promise<Answer<WaitingRoomView>> =>
  api.ask(enterWaitingRoom)

const readPlace = (api: Pick<ApiClient, 'ask'>): Promise<Answer<WaitingRoomView>> =>
  api.ask(readWaitingRoom)

const renew = async (
  question: Extract<SessionQuestion, { readonly type: 'renew' }>,
  dependencies: SessionRequestDependencies,
): Promise<SessionEvent> => {
  const { device, exclusive } = dependencies
  const { run, clockOffset } = question
  const result =
    device === null
      ? { answer: unasked, clockOffset }
      : await carryOn(question, {
          ...dependencies,
          device,
          exclusive: (work) => exclusive('sidep-counter-renewal', work),
        })
  return { type: 'renewal-answered', run, ...result }
}

export const askPortal = async (
  question: SessionQuestion,
  dependencies: SessionRequestDependencies,
): Promise<SessionEvent> => {
  const { api, device } = dependencies
  switch (question.type) {
    case 'read-session': {
      const answer = await api.ask(readSession)
      return { type: 'session-read', epoch: question.epoch, answer }
    }
    case 'renew':
      return renew(question, dependencies)
    case 'read-doors':
      return { type: 'doors-read', answer: await api.ask(listDoors) }
    case 'take-place': {
      const { door, reason } = question
      return { type: 'place-answered', door, reason, answer: await takePlace(api) }
    }
    case 'find-place':
      return { type: 'place-found', door: lastDoor() ?? 'ecps', answer: await readPlace(api) }
    case 'ask-room':
      return { type: 'room-answered', answer: await readPlace(api) }
    case 'ring': {
      const { run, nationalId } = question
      const bound = device === null ? {} : { device: device.thumbprint }
      const answer = await api.ask(signInByPhone, { body: { nationalId, ...bound } })
      return { type: 'phone-rung', run, answer }
    }
    case 'poll-phone': {
      const { run, ticket } = question
      const answer = await api.ask(pollPhoneSignIn, { body: { ticket } })
      return { type: 'phone-polled', run, answer }
    }
  }
}

/** What a question comes to that this browser could not even ask: it is asked again as after a lost answer. */
export const unaskedEvent = (question: SessionQuestion): SessionEvent => {
  const answer = unasked
  switch (question.type) {
    case 'read-session':
      return { type: 'session-read', epoch: question.epoch, answer }
    case 'renew':
      return {
        type: 'renewal-answered',
        run: question.run,
        answer,
        clockOffset: question.clockOffset,
      }
    case 'read-doors':
      return { type: 'doors-read', answer }
    case 'take-place':
      return { type: 'place-answered', door: question.door, reason: question.reason, answer }
    case 'find-place':
      return { type: 'place-found', door: 'ecps', answer }
    case 'ask-room':
      return { type: 'room-answered', answer }
    case 'ring':
      return { type: 'phone-rung', run: question.run, answer }
    case 'poll-phone':
      return { type: 'phone-polled', run: question.run, answer }
  }
}

export const takeNote = async (
  note: SessionNote,
  { api, memory, requests, sessionTabs }: SessionRequestDependencies,
): Promise<void> => {
  switch (note.type) {
    case 'cancel-phone':
      await api.ask(cancelPhoneSignIn, { body: { ticket: note.ticket } })
      return
    case 'keep-request':
      requests.put(note.request)
      return
    case 'announce':
      sessionTabs.announce(note.shown)
      return
    case 'remember':
      await memory.keepSession(note.session)
      return
    case 'forget-people':
      await memory.forgetPeople()
  }
}
