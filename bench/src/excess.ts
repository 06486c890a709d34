/**
 * The load beyond what the server can do: clients that ask when it is due and never wait as they are told. Each has a
 * connection of its own; who gets no answer hangs up after a while and comes back on a new connection.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type Answer,
  type Asked,
  type Connection,
  type ConnectionTls,
  makeConnection,
} from './connection.ts'

export interface ExcessKind {
  readonly name: string
  readonly perSecond: number
  readonly clients: number
  /** What request number `index` of client number `client` asks for. */
  readonly ask: (index: number, client: number) => Asked
  /** Told of each answer. */
  readonly onAnswer?: (answer: Answer, index: number) => void
}

export interface ExcessCounts {
  offered: number
  /** Answered with what was asked for. */
  done: number
  /** Answered with a time to come back, or sent to the waiting room. */
  refused: number
  /** Hung up after `hangUpMilliseconds`, or still waiting at the end. */
  unanswered: number
  /** Due while the client's `askedAtOnceMax` requests were unanswered: it had no connection to ask on. */
  heldBack: number
  /** Anything else, such as a broken connection. */
  broken: number
  readonly statuses: Record<string, number>
}

export interface ExcessPlan {
  readonly url: string
  readonly seconds: number
  readonly kinds: readonly ExcessKind[]
  readonly hangUpMilliseconds: number
  readonly tls?: ConnectionTls
}

/** Unanswered requests of one client, under way and behind that. */
const askedAtOnceMax = 4

const newCounts = (): ExcessCounts => ({
  offered: 0,
  done: 0,
  refused: 0,
  unanswered: 0,
  heldBack: 0,
  broken: 0,
  statuses: {},
})

const isRefusal = ({ status, location }: Answer): boolean =>
  status === 429 || status === 503 || (status === 303 && /^\/attente|problem=/.test(location ?? ''))

const timedOut: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

interface Running {
  readonly kind: ExcessKind
  readonly connections: readonly Connection[]
  readonly counts: ExcessCounts
  next: number
}

const askOne = ({ kind, connections, counts }: Running, index: number, isOver: () => boolean) => {
  const client = index % connections.length
  const connection = connections[client]
  if (connection === undefined) return
  counts.offered += 1
  if (connection.underWay >= askedAtOnceMax) {
    counts.heldBack += 1
    return
  }
  connection.ask(kind.ask(index, client)).then(
    (answer) => {
      counts.statuses[answer.status] = (counts.statuses[answer.status] ?? 0) + 1
      if (isRefusal(answer)) counts.refused += 1
      else if (answer.status < 400) counts.done += 1
      else counts.broken += 1
      kind.onAnswer?.(answer, index)
    },
    (error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (timedOut.has(code) || isOver()) counts.unanswered += 1
      else {
        counts.broken += 1
        counts.statuses[code] = (counts.statuses[code] ?? 0) + 1
      }
    },
  )
}

/** Offers the excess for its time, then hangs up. */
export const runExcess = async (plan: ExcessPlan): Promise<Record<string, ExcessCounts>> => {
  const running: Running[] = plan.kinds.map((kind) => ({
    kind,
    connections: Array.from({ length: kind.clients }, () =>
      makeConnection(plan.url, plan.hangUpMilliseconds, plan.tls),
    ),
    counts: newCounts(),
    next: 0,
  }))
  const startedAt = performance.now()
  const endsAt = startedAt + plan.seconds * 1_000
  let over = false
  for (;;) {
    const now = performance.now()
    if (now >= endsAt) break
    for (const each of running) {
      const due = ((now - startedAt) * each.kind.perSecond) / 1_000
      for (; each.next < due; each.next += 1) askOne(each, each.next, () => over)
    }
    await wait(1)
  }
  over = true
  await Promise.all(
    running.flatMap(({ connections }) => connections.map((connection) => connection.close())),
  )
  return Object.fromEntries(running.map(({ kind, counts }) => [kind.name, counts]))
}
