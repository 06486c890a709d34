/** Runs the session's machine: takes each step in turn, does what it commands, and wakes it when it is time. */
import type {
  Moment,
  SessionCall,
  SessionCommand,
  SessionEvent,
  SessionNote,
  SessionQuestion,
} from './machine/events.ts'
import { initialSession, type SessionState } from './machine/state.ts'
import { nextWake, stepSession } from './machine/step.ts'

export interface SessionDriverDependencies {
  /** Thumbprint of this browser's key; null when it has none. */
  readonly device: string | null
  readonly moment: () => Moment
  readonly changed: (state: SessionState) => void
  readonly ask: (question: SessionQuestion) => Promise<SessionEvent>
  /** What a question comes to that could not be asked. */
  readonly unasked: (question: SessionQuestion) => SessionEvent
  readonly take: (note: SessionNote) => Promise<void>
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** A defect of this browser: the session goes on. */
  readonly failed: (error: unknown) => void
}

/** Does what the machine asks of the rest of the counter. */
export type Serve = (call: SessionCall) => Promise<void> | void

export interface SessionDriver {
  readonly state: () => SessionState
  /** Takes a step at once; resolves when what it led to is done. */
  readonly dispatch: (event: SessionEvent) => Promise<void>
  /** The rest of the counter stands: from now on it is called. Nothing may happen before. */
  readonly serve: (serve: Serve) => void
  readonly stop: () => void
}

const calls: Record<SessionCall['type'], true> = {
  'begin-draft': true,
  'begin-work': true,
  'read-lists': true,
  'read-catalogue': true,
  send: true,
  'look-soon': true,
  'leave-to-nobody': true,
}
const notes: Record<SessionNote['type'], true> = {
  'cancel-phone': true,
  'keep-request': true,
  announce: true,
  remember: true,
  'forget-people': true,
}

const isCall = (command: SessionCommand): command is SessionCall =>
  Object.hasOwn(calls, command.type)

const isNote = (command: SessionQuestion | SessionNote): command is SessionNote =>
  Object.hasOwn(notes, command.type)

export const createSessionDriver = (dependencies: SessionDriverDependencies): SessionDriver => {
  const { moment, failed } = dependencies
  let state = initialSession(dependencies.device)
  let served: Serve | null = null
  let cancelWake = (): void => undefined
  let isStopped = false

  const wakeInTime = (): void => {
    cancelWake()
    const planned = nextWake(state)
    if (planned === null || isStopped) return
    const wait = Math.max(planned - moment().monotonic, 0)
    cancelWake = dependencies.after(wait, () => {
      dispatch({ type: 'tick', planned }).catch(failed)
    })
  }

  const answerTo = async (question: SessionQuestion): Promise<SessionEvent> => {
    try {
      return await dependencies.ask(question)
    } catch (error) {
      // Storage refused, say. A question that has no answer for ever would never be asked again.
      failed(error)
      return dependencies.unasked(question)
    }
  }

  const run = async (command: SessionCommand): Promise<void> => {
    if (isCall(command)) return served?.(command)
    if (isNote(command)) return dependencies.take(command)
    await dispatch(await answerTo(command))
  }

  const dispatch = async (event: SessionEvent): Promise<void> => {
    if (isStopped) return
    if (served === null) throw new Error('the session is driven once the counter stands')
    const { state: next, commands } = stepSession(state, event, moment())
    if (next !== state) {
      state = next
      dependencies.changed(state)
    }
    wakeInTime()
    await Promise.all(commands.map((command) => run(command).catch(failed)))
  }

  return {
    state: () => state,
    dispatch,
    serve: (serve) => {
      served = serve
    },
    stop: () => {
      isStopped = true
      cancelWake()
    },
  }
}
