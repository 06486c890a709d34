/**
 * The load of a drill: counters in open sessions, each at a site of its own, that enter screenings, set results and put right
 * what they entered. Each sends an act until it is acknowledged, under the same id, to whichever portal answers, as the
 * counter's page does; and writes down what it was told.
 */
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { routes, type ScreeningInput } from '@sidep/contracts'
import { makeUuidV7 } from '@sidep/identifiers'
import { actHeaders, makeTestDevice, type TestDevice } from '@sidep/server/login/test-device.ts'
import { Agent, request } from 'undici'
import { inventScreening } from '../screenings.ts'
import type { OpenCounter } from '../signed-sessions.ts'
import type { Act, ActKind, Attempt, AttemptOutcome } from './history.ts'

/** An act and what is needed to send it again. */
export interface SentAct extends Act {
  readonly counter: OpenCounter
  readonly path: string
  readonly content: string
  readonly attempts: Attempt[]
}

export interface LoadPlan {
  /** Addresses of the portals, or of what stands before them. */
  readonly targets: readonly string[]
  readonly counters: readonly OpenCounter[]
  /** The portals' own address, as browsers know it: counters sign what they put right for it. */
  readonly publicUrl: string
  /** Acts begun a second, all counters together. */
  readonly perSecond: number
  readonly random: () => number
  /** Longest wait for one answer. */
  readonly answerMilliseconds: number
}

type AnswerListener = (act: SentAct, text: string) => void

export interface RunningLoad {
  readonly acts: readonly SentAct[]
  /** When the latest of the requests that were acknowledged so far was begun. */
  readonly writtenAt: number
  /** No new acts; those that wait for an answer get it or are left. */
  stop(): Promise<void>
  /** The same request once more, to any portal. @returns how it ended, which is in its attempts too */
  repeat(act: SentAct): Promise<AttemptOutcome>
  /** Is told what each act was answered when it is acknowledged, from now on. */
  hear(listener: AnswerListener): void
  /** A request that is no act of the load. */
  ask(act: SentAct, content: string): Promise<AttemptOutcome>
  close(): Promise<void>
}

const connectionsPerTarget = 128
const pauseMillisecondsMax = 500
/** An act that was begun and is not acknowledged is sent so often; the settling tries those left again. */
const patienceMilliseconds = 60_000

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22)

/** What a reader of the site sees of a screening, by which two bodies differ. */
export const bodyDigest = (
  person: { familyName: string; firstNames: string; birthDate: string; sex: string },
  device: string,
  sampledAt: string,
  result: string | null,
): string => {
  const { familyName, firstNames, birthDate, sex } = person
  const time = new Date(sampledAt).getTime()
  return digest(JSON.stringify([familyName, firstNames, birthDate, sex, device, time, result]))
}

export const bodyOf = (
  { person, device, sampledAt }: ScreeningInput,
  result: string | null,
): string => bodyDigest(person, device, sampledAt, result)

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

const codeOf = (text: string, status: number): string =>
  /"code":"(\w+)"/.exec(text)?.[1] ?? `${status}`

/** 5xx says nothing of whether it was done; neither do answers that tell to come back. */
const outcomeOf = (status: number, text: string): AttemptOutcome => {
  if (status === 200 || status === 201) return { kind: 'acknowledged', answer: digest(text) }
  const code = codeOf(text, status)
  return status >= 500 || status === 429 ? { kind: 'unknown', code } : { kind: 'refused', code }
}

/** How much of the load is what. */
const registerShare = 0.15
const correctShare = 0.15
/** A double click. */
const repeatShare = 0.03

/** Starts them; they go on until they are stopped. */
export const startCounters = (plan: LoadPlan): RunningLoad => {
  const { targets, counters, publicUrl, perSecond, random, answerMilliseconds } = plan
  const agent = new Agent({
    connections: connectionsPerTarget,
    pipelining: 1,
    connectTimeout: answerMilliseconds,
    headersTimeout: answerMilliseconds,
    bodyTimeout: answerMilliseconds,
    keepAliveTimeout: 2_000,
  })
  const devices = new Map<OpenCounter, Promise<TestDevice>>()
  const acts: SentAct[] = []
  const listeners: AnswerListener[] = []
  let writtenAt = 0
  let isOver = false
  const underWay = new Set<Promise<void>>()

  const anyTarget = (): string => targets[Math.floor(random() * targets.length)] ?? ''

  const signed = async ({ counter, path }: SentAct, body: string) => {
    const { keys, cookie } = counter
    if (keys === null) return {}
    const device = devices.get(counter) ?? makeTestDevice(keys)
    devices.set(counter, device)
    const at = new Date()
    return actHeaders(await device, { portal: publicUrl, cookie, at, method: 'POST', path, body })
  }

  const ask = async (act: SentAct, content: string): Promise<AttemptOutcome> => {
    const target = anyTarget()
    const signature = act.kind === 'correct' ? await signed(act, content) : {}
    try {
      const { statusCode, body } = await request(`${target}${act.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: act.counter.cookie, ...signature },
        body: content,
        dispatcher: agent,
      })
      const text = await body.text()
      const outcome = outcomeOf(statusCode, text)
      if (outcome.kind === 'acknowledged') for (const listen of listeners) listen(act, text)
      return outcome
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
      return { kind: 'unknown', code }
    }
  }

  const repeat = async (act: SentAct): Promise<AttemptOutcome> => {
    const invokedAt = Date.now()
    // Written down before it is known how it ends: an act that is cut off was still begun.
    const place = act.attempts.push({
      invokedAt,
      endedAt: Number.POSITIVE_INFINITY,
      outcome: { kind: 'unknown', code: 'UNDER_WAY' },
    })
    const outcome = await ask(act, act.content)
    act.attempts[place - 1] = { invokedAt, endedAt: Date.now(), outcome }
    if (outcome.kind === 'acknowledged') writtenAt = Math.max(writtenAt, invokedAt)
    return outcome
  }

  /** @returns whether it was acknowledged */
  const perform = async (act: SentAct): Promise<boolean> => {
    acts.push(act)
    const end = performance.now() + patienceMilliseconds
    for (
      let pause = 50;
      performance.now() < end;
      pause = Math.min(pause * 2, pauseMillisecondsMax)
    ) {
      const { kind } = await repeat(act)
      if (kind === 'acknowledged') {
        if (random() < repeatShare) await repeat(act)
        return true
      }
      if (kind === 'refused') return false
      if (isOver) return false
      await wait(pause * (0.5 + random()))
    }
    return false
  }

  const makeAct = (
    counter: OpenCounter,
    kind: ActKind,
    screening: ScreeningInput,
    { id, path, content, body }: Pick<SentAct, 'id' | 'path' | 'content' | 'body'>,
  ): SentAct => ({
    id,
    kind,
    siteId: counter.siteId,
    screeningId: screening.id,
    body,
    attempts: [],
    counter,
    path,
    content,
  })

  const entry = (counter: OpenCounter, screening: ScreeningInput): SentAct =>
    makeAct(counter, screening.result === undefined ? 'register' : 'record', screening, {
      id: screening.id,
      path: routes.screenings,
      content: JSON.stringify(screening),
      body: bodyOf(screening, screening.result ?? null),
    })

  const resultOf = (counter: OpenCounter, screening: ScreeningInput): SentAct =>
    makeAct(counter, 'result', screening, {
      id: `${screening.id} result`,
      path: routes.screeningResult.replace(':id', screening.id),
      content: JSON.stringify({ result: 'negative', resultAt: new Date().toISOString() }),
      body: bodyOf(screening, 'negative'),
    })

  const correctionOf = (counter: OpenCounter, screening: ScreeningInput): SentAct => {
    const { contact: _, ...person } = screening.person
    const corrected = { ...person, firstNames: `${person.firstNames} Corrigé` }
    const id = makeUuidV7(new Date(), randomBytes)
    const { device, sampledAt } = screening
    return makeAct(counter, 'correct', screening, {
      id,
      path: routes.screeningCorrections.replace(':id', screening.id),
      content: JSON.stringify({
        id,
        replaces: 1,
        reason: 'name',
        screening: { person: corrected, device, sampledAt, result: 'negative' },
      }),
      body: bodyOf({ ...screening, person: corrected }, 'negative'),
    })
  }

  const serve = async (index: number): Promise<void> => {
    const counter = counters[index % counters.length]
    if (counter === undefined) return
    const whole = inventScreening(index, new Date())
    const drawn = random()
    if (drawn < registerShare) {
      const { result: _, resultAt: _at, ...screening } = whole
      if (await perform(entry(counter, screening))) await perform(resultOf(counter, screening))
      return
    }
    const isEntered = await perform(entry(counter, whole))
    if (isEntered && drawn < registerShare + correctShare) {
      await perform(correctionOf(counter, whole))
    }
  }

  // Each screening is more than one act on the average.
  const screeningsPerSecond = perSecond / (1 + registerShare + correctShare)
  const startedAt = performance.now()
  let next = 0
  const underWayMax = counters.length * 4
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * screeningsPerSecond) / 1_000
    for (; next < due; next += 1) {
      // People wait in front of a counter that waits.
      if (underWay.size >= underWayMax) continue
      const one: Promise<void> = serve(next).finally(() => underWay.delete(one))
      underWay.add(one)
    }
  }, 5)

  return {
    acts,
    get writtenAt() {
      return writtenAt
    },
    repeat,
    hear: (listener) => void listeners.push(listener),
    ask,
    async stop() {
      isOver = true
      clearInterval(timer)
      await Promise.all(underWay)
    },
    close: () => agent.destroy(),
  }
}
