/**
 * One counter that the portal did not answer: the outbox of packages/continuity, run as a browser runs it, but on virtual
 * time and with a signature that costs nothing.
 */

import {
  bookletAllowance,
  bookletHoursMax,
  emptyOutbox,
  type OutboxCommand,
  type OutboxEvent,
  type OutboxState,
  type Owner,
  stepOutbox,
  unsentCount,
  usableBooklet,
} from '@sidep/continuity'
import { hourMilliseconds } from '@sidep/time'
import type { Ledger } from './ledger.ts'

/** DCC test type of a rapid antigen test. */
const antigenTest = 'LP217198-3'
const tab = 'counter'
/** Nothing can be sent now: what is here waits for whoever made it to sign in. */
const idleSeconds = 60

/** All that the simulation knows of a screening is whose it is. */
interface SimulatedScreening {
  readonly person: number
}

type Command = OutboxCommand<SimulatedScreening>

/** Signs a provisional certificate. The cost of a signature is not what is simulated: a stand-in will do. */
export type StandInSigner = (bookletId: string, number: number, person: number) => string

const standInSigner: StandInSigner = (bookletId, number, person) =>
  `FC1:${bookletId}/${number}/${person}`

/** The number that a stand-in's text carries. */
const numberIn = (text: string): string => text.slice(4).split('/').slice(0, 2).join('/')

interface Reach {
  /** Seconds since the start. */
  readonly at: number
  readonly isReached: boolean
  readonly hasSession: boolean
  /** Whether the answer to this exchange is lost on the way. */
  readonly isAnswerLost: boolean
  /** Uniform in [0, 1). */
  readonly random: number
}

interface Exchanged {
  /** People whose screening came in. */
  readonly recorded: readonly number[]
  /** Whether the portal answered. */
  readonly isAnswered: boolean
  /** When to try again, seconds since the start; null when there is nothing to send or nobody signed in. */
  readonly againAt: number | null
}

export interface OfflineCounter {
  takeBooklet(professional: number, takenAt: number, numbers: number): void
  signIn(professional: number, at: number): void
  signOut(at: number): void
  canCertify(professional: number, at: number): boolean
  /** @returns the text of the person's document; null: no number is left */
  certify(person: number, professional: number, at: number): string | null
  /** Types a screening without a document of this counter. */
  type(person: number, professional: number, slip: string | null, at: number): void
  exchange(reach: Reach): Exchanged
  isBookletDue(professional: number, at: number): boolean
  readonly unsent: number
  /** People whose screening is here and not known to be in the portal. */
  pending(): readonly number[]
}

export const makeOfflineCounter = (
  site: number,
  startMilliseconds: number,
  ledger: Ledger,
  hasClientIds: boolean,
  sign: StandInSigner = standInSigner,
): OfflineCounter => {
  let state: OutboxState<SimulatedScreening> = emptyOutbox()
  const milliseconds = (at: number): number => startMilliseconds + Math.round(at * 1_000)
  const owner = (professional: number): Owner => ({
    professionalId: `p${professional}`,
    siteId: `s${site}`,
  })
  const step = (event: OutboxEvent<SimulatedScreening>): readonly Command[] => {
    const stepped = stepOutbox(state, event)
    state = stepped.state
    return stepped.commands
  }
  const idOf = (person: number): string => String(person)
  // Asked for at every turn, and changed at few.
  let counted = state.entries
  let unsent = 0
  const unsentNow = (): number => {
    if (state.entries !== counted) {
      counted = state.entries
      unsent = unsentCount(counted)
    }
    return unsent
  }

  const store = (send: Command & { readonly type: 'send' }): number[] => {
    const recorded: number[] = []
    for (const item of send.items) {
      if (item.kind !== 'screening') continue
      const { person } = item.screening
      if (item.provisional !== null) ledger.account(numberIn(item.provisional), person)
      if (ledger.record(person, hasClientIds)) recorded.push(person)
    }
    return recorded
  }

  /** From a slip or a sheet of one's own, as the grid of catch-up entry does. */
  const type: OfflineCounter['type'] = (person, professional, slip, at) => {
    step({
      type: 'lines-queued',
      lines: [{ id: idOf(person), screening: { person }, slip, isNoDouble: false }],
      owner: owner(professional),
      now: milliseconds(at),
    })
  }

  /** A batch, once the portal was asked whether it has what is typed from papers. */
  const send = (at: number): Command | undefined => {
    const now = milliseconds(at)
    const [command] = step({ type: 'tick', tab, now })
    if (command?.type !== 'find-duplicates') return command
    // Nobody types a paper twice here, and the question is answered in the same moment as the batch.
    const ids = command.items.map(({ id }) => id)
    const [batch] = step({ type: 'duplicates-found', batch: command.batch, ids, found: [], now })
    return batch
  }

  const againAt = (at: number, afterSeconds = 1): number | null => {
    if (state.session === null || unsentNow() === 0) return null
    return Math.max(at + afterSeconds, (state.backoff.until - startMilliseconds) / 1_000)
  }

  return {
    takeBooklet(professional, takenAt, numbers) {
      const at = milliseconds(takenAt)
      step({
        type: 'booklet-taken',
        booklet: {
          ...owner(professional),
          id: `${site}.${professional}.${at}`,
          signed: '',
          retrievalSeed: '',
          testTypes: [antigenTest],
          maximum: numbers,
          notBefore: at,
          expiresAt: at + bookletHoursMax * hourMilliseconds,
        },
        portalNow: at,
        now: at,
      })
    },
    signIn(professional, at) {
      step({ type: 'signed-in', owner: owner(professional), now: milliseconds(at) })
    },
    signOut(at) {
      step({ type: 'signed-out', now: milliseconds(at) })
    },
    canCertify: (professional, at) =>
      typeof usableBooklet(state, owner(professional), antigenTest, milliseconds(at)) !== 'string',
    certify(person, professional, at) {
      const now = milliseconds(at)
      step({
        type: 'typed',
        id: idOf(person),
        screening: { person },
        testType: antigenTest,
        slip: null,
        owner: owner(professional),
        now,
      })
      const [order] = step({ type: 'document-wanted', id: idOf(person), tab, now })
      if (order?.type !== 'sign') return null
      const { id, bookletId, number } = order
      const text = sign(bookletId, number, person)
      const [shown] = step({ type: 'signed', id, bookletId, number, text, now })
      return shown?.type === 'show-document' ? shown.text : null
    },
    type,
    exchange({ at, isReached, hasSession, isAnswerLost, random }) {
      const now = milliseconds(at)
      const sent = send(at)
      if (sent?.type !== 'send') {
        return { recorded: [], isAnswered: false, againAt: againAt(at, idleSeconds) }
      }
      const { batch, items, wasted } = sent
      const fail = (
        reason: 'unreachable' | 'busy' | 'signed-out',
        retryAfterSeconds: number | null,
        recorded: readonly number[] = [],
      ): Exchanged => {
        step({ type: 'failed', batch, reason, retryAfterSeconds, random, now })
        return { recorded, isAnswered: reason !== 'unreachable', againAt: againAt(at) }
      }
      if (!isReached) return fail('unreachable', null)
      if (!hasSession) return fail('signed-out', null)
      const admitted = ledger.admit(items.length, at)
      if (!admitted.isIn) return fail('busy', admitted.retryAfterSeconds)
      const recorded = store(sent)
      if (isAnswerLost) return fail('unreachable', null, recorded)
      const lines = items.map(({ id }) => ({ id, status: 'definitive' }) as const)
      const answer = { lines, retryAfterSeconds: null }
      const versions = items.map(({ id, version }) => ({ id, version }))
      step({
        type: 'answered',
        batch,
        items: versions,
        wasted,
        answer,
        portalNow: now,
        random,
        now,
      })
      return { recorded, isAnswered: true, againAt: againAt(at) }
    },
    isBookletDue: (professional, at) =>
      bookletAllowance(state, owner(professional), milliseconds(at)).due,
    get unsent() {
      return unsentNow()
    },
    pending: () =>
      state.entries.flatMap(({ screening }) => (screening === null ? [] : [screening.person])),
  }
}
