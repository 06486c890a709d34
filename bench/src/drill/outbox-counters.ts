/**
 * Counters of a drill that work by the real outbox (packages/continuity, driven by the SDK): they enter, read results, put right and
 * take back, whether or not the portal answers, and what they sent is sent again by the outbox alone.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { routes, type ScreeningInput } from '@sidep/contracts'
import { memoryStore, type Outbox, openOutbox, surroundings } from '@sidep/sdk/node'
import { actHeaders, makeTestDevice } from '@sidep/server/login/test-device.ts'
import { inventScreening } from '../screenings.ts'
import type { OpenCounter } from '../signed-sessions.ts'
import { bodyOf, type SentAct } from './counters.ts'
import type { ActKind } from './history.ts'

/** What an outbox took. */
export interface OutboxAct extends Omit<SentAct, 'attempts'> {
  readonly begunAt: number
  /** When the portal said that it is done, where it did so at once; null: later, in a batch. */
  readonly toldAt: number | null
}

export interface OutboxLoad {
  /** In the order of each screening. */
  readonly acts: () => readonly OutboxAct[]
  /** Ids of screenings that their counter took back. */
  readonly withdrawn: ReadonlySet<string>
  /** When something was acknowledged, oldest first. */
  readonly acknowledgedAt: readonly number[]
  /** Refused for what it says: none ever should be. */
  readonly refused: readonly string[]
  /** No new screenings; those that are being entered are ended. */
  stop(): Promise<void>
  /** Everything goes that waits in any outbox. @returns how many lines are left after so long */
  drain(millisecondsMax: number): Promise<number>
}

export interface OutboxLoadPlan {
  readonly targets: readonly string[]
  readonly publicUrl: string
  readonly counters: readonly OpenCounter[]
  /** Screenings begun a second, all counters together. */
  readonly perSecond: number
  readonly random: () => number
  /** Number `index` of the run; a negative one when absent. */
  readonly invent?: (index: number, now: Date) => ScreeningInput
}

const registerShare = 0.15
const correctShare = 0.15
const withdrawShare = 0.05
/** Somebody waits in front of the counter. */
const patienceMilliseconds = 3_000
const drainPauseMilliseconds = 500

/** What was registered without a result stays acknowledged until somebody reads it. */
const isWithPortal = new Set(['acknowledged', 'definitive'])

const correctionPath = /^\/api\/screenings\/([^/]+)\/corrections$/

const open = async (
  { targets, publicUrl }: OutboxLoadPlan,
  correctionIds: Map<string, string>,
  counter: OpenCounter,
  index: number,
): Promise<Outbox> => {
  const { keys, cookie, siteId, professionalId } = counter
  const device = keys === null ? null : await makeTestDevice(keys)
  return openOutbox({
    portal: targets[index % targets.length] ?? '',
    owner: { professionalId, siteId },
    store: memoryStore(),
    surroundings,
    patienceMilliseconds,
    fetch: (url, init) => fetch(url, init),
    authorization: {
      headers: async ({ method, path, body }) => {
        const [, corrected] = correctionPath.exec(path) ?? []
        if (corrected !== undefined)
          correctionIds.set(corrected, (JSON.parse(body) as { id: string }).id)
        if (device === null || method === 'GET' || path === routes.screenings) return { cookie }
        const request = { portal: publicUrl, cookie, at: new Date(), method, path, body }
        return { cookie, ...(await actHeaders(device, request)) }
      },
      renew: () => false,
    },
  })
}

/** Opens an outbox for each counter, and lets them work until they are stopped. */
export const startOutboxLoad = async (plan: OutboxLoadPlan): Promise<OutboxLoad> => {
  const { counters, perSecond, random, invent = inventScreening } = plan
  /** By the screening: the outbox makes them. */
  const correctionIds = new Map<string, string>()
  const outboxes = await Promise.all(
    counters.map((counter, index) => open(plan, correctionIds, counter, index)),
  )
  const acts: OutboxAct[] = []
  const withdrawn = new Set<string>()
  const acknowledgedAt: number[] = []
  const refused: string[] = []
  const stops = outboxes.map((outbox) => outbox.start())
  const underWay = new Set<Promise<void>>()

  /** @returns whether the outbox has it, or the portal */
  const perform = async (
    counter: OpenCounter,
    kind: ActKind,
    screening: ScreeningInput,
    id: string,
    work: () => Promise<{ readonly kind: string }>,
  ): Promise<boolean> => {
    const begunAt = Date.now()
    const { kind: outcome } = await work()
    if (outcome === 'refused') {
      refused.push(`${kind} ${screening.id}`)
      return false
    }
    if (outcome === 'under-way') return false
    const toldAt = outcome === 'recorded' || outcome === 'done' ? Date.now() : null
    if (toldAt !== null) acknowledgedAt.push(toldAt)
    const body = bodyOf(screening, screening.result ?? null)
    const act = { id, kind, siteId: counter.siteId, screeningId: screening.id, body, counter }
    acts.push({ ...act, path: '', content: '', begunAt, toldAt })
    return true
  }

  const serve = async (number: number): Promise<void> => {
    const place = number % counters.length
    const counter = counters[place]
    const outbox = outboxes[place]
    if (counter === undefined || outbox === undefined) return
    const whole = invent(number, new Date())
    const { id } = whole
    const drawn = random()
    if (drawn < registerShare) {
      const { result: _, resultAt: _at, ...screening } = whole
      if (!(await perform(counter, 'register', screening, id, () => outbox.record(screening))))
        return
      const read = { ...whole, resultAt: new Date().toISOString() }
      // What still waits here goes whole, as one act.
      if (outbox.lines().some((line) => line.id === id)) return
      await perform(counter, 'result', read, `${id} result`, () => outbox.setResult(read))
      return
    }
    if (!(await perform(counter, 'record', whole, id, () => outbox.record(whole)))) return
    if (outbox.lines().some((line) => line.id === id)) return
    if (drawn < registerShare + correctShare) {
      const { contact: _, ...person } = whole.person
      const corrected = {
        ...whole,
        person: { ...person, firstNames: `${person.firstNames} Corrigé` },
      }
      const change = { replaces: 1, reason: 'name' } as const
      await perform(counter, 'correct', corrected, `${id} correct`, () =>
        outbox.correct(corrected, change),
      )
    } else if (drawn < registerShare + correctShare + withdrawShare) {
      const outcome = await outbox.withdraw(whole, { replaces: 1, reason: 'wrong-person' })
      if (outcome.kind === 'done') acknowledgedAt.push(Date.now())
      if (outcome.kind === 'done' || outcome.kind === 'kept') withdrawn.add(id)
      if (outcome.kind === 'refused') refused.push(`withdraw ${id}`)
    }
  }

  const startedAt = performance.now()
  let next = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * perSecond) / 1_000
    for (; next < due; next += 1) {
      if (underWay.size >= counters.length * 2) continue
      const one: Promise<void> = serve(next).finally(() => underWay.delete(one))
      underWay.add(one)
    }
  }, 10)

  const linesLeft = (): number =>
    outboxes.reduce(
      (sum, outbox) => sum + outbox.lines().filter(({ state }) => !isWithPortal.has(state)).length,
      0,
    )

  return {
    acts: () =>
      acts.map((act) => ({
        ...act,
        id: act.kind === 'correct' ? (correctionIds.get(act.screeningId) ?? act.id) : act.id,
      })),
    withdrawn,
    acknowledgedAt,
    refused,
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
    },
    async drain(millisecondsMax) {
      const end = performance.now() + millisecondsMax
      while (linesLeft() > 0 && performance.now() < end) {
        await Promise.all(outboxes.map((outbox) => outbox.hurry()))
        await wait(drainPauseMilliseconds)
      }
      for (const stop of stops) stop()
      return linesLeft()
    },
  }
}
