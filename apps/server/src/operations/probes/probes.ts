/** The probes of one watcher: each acts once as a user and says what it found. What one brought the next ones use. */

import type { WatchedComponent } from '@sidep/contracts'
import { minuteMilliseconds } from '@sidep/time'
import type { Trust } from '@sidep/trust'
import { type Clock, monotonicMilliseconds, type RandomBytes } from '../../platform/clock.ts'
import { traced } from '../../platform/tracing/tracing.ts'
import type { Finding } from '../incidents/machine.ts'
import type { WatchConfiguration } from '../watch-configuration.ts'
import {
  type Jar,
  makeProbeAgent,
  makeProbeBrowser,
  type ProbeBrowser,
  ProbeFailure,
} from './browser.ts'
import { makeProbeDevice, type ProbeDevice } from './device.ts'
import { type Entered, enterTest, openLink, pollBundle, readCode } from './entry.ts'
import { type HeldNotices, pollNotices } from './index-notices.ts'
import { sendProbeMessage } from './laboratory.ts'
import { type Counter, type HeldBooklet, useBooklet, useSlip } from './papers.ts'
import { signInByCard, signInByEcps, signOut } from './sign-in.ts'

/** One probe: what it looks at, and a look. */
export interface Probe {
  readonly component: WatchedComponent
  look(): Promise<Finding>
}

export interface ProbeDependencies {
  readonly configuration: Pick<WatchConfiguration, 'origins' | 'ecps' | 'card'> &
    Partial<Pick<WatchConfiguration, 'laboratory'>>
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /** How long this process itself stood still lately, milliseconds: what it missed is nobody's failure. */
  readonly stalledMilliseconds: () => number
  /** Pinned, or of an earlier run; null: that of the verifier's page. */
  readonly anchor: Uint8Array | null
  /** Told the key that the next bundle is held to. */
  readonly onAnchor: (anchor: Uint8Array) => void
  /** Told the tolerance notices of the index that verifiers follow, each signed by itself, when they change. */
  readonly onNotices?: (notices: readonly Uint8Array[]) => void
  /** Ends every probe under way. */
  readonly stopping: AbortSignal
}

/** Whoever waits for longer has given up. */
const probeMillisecondsMax = 5_000
const stallMillisecondsMax = 1_500
/** A certificate of long ago says nothing of the keys of now. */
const enteredMillisecondsMax = 60 * minuteMilliseconds

/** There is nothing that this probe could look at now, through no fault of what it looks at. */
class NothingToLookAt extends Error {
  override readonly name = 'NothingToLookAt'
}

const codeOf = (error: unknown): string => {
  if (error instanceof ProbeFailure) return error.code.slice(0, 60)
  if (!(error instanceof Error)) return 'UNKNOWN'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'TIMEOUT'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return /^[\w-]{1,60}$/.test(code) ? code : 'UNKNOWN'
}

/** @returns the probes of what the configuration says is there, in the order that each uses what the one before brought */
export const makeProbes = ({
  configuration: { origins, ecps, card, laboratory = null },
  clock,
  randomBytes,
  stalledMilliseconds,
  anchor: firstAnchor,
  onAnchor,
  onNotices = () => undefined,
  stopping,
}: ProbeDependencies): readonly Probe[] => {
  /** Of the session that tests are entered in; it needs no door until it ends. */
  let work: Jar = new Map()
  let isSignedIn = false
  /** Of the counter that takes booklets and prints slips: bound to its device, which has to be able to sign. */
  let counterWork: Jar = new Map()
  let device: Promise<ProbeDevice> | null = null
  let isAtCounter = false
  let booklet: HeldBooklet | null = null
  let entered: (Entered & { readonly at: number }) | null = null
  let anchor = firstAnchor
  let trust: Trust | null = null
  let notices: HeldNotices | null = null

  /** A browser whose connections end with its probe. */
  const inBrowser = async (
    look: (browser: ProbeBrowser, signal: AbortSignal) => Promise<unknown>,
    jar: Jar,
  ): Promise<void> => {
    const agent = makeProbeAgent(probeMillisecondsMax, card)
    const signal = AbortSignal.any([AbortSignal.timeout(probeMillisecondsMax), stopping])
    try {
      await look(makeProbeBrowser(agent, signal, jar), signal)
    } finally {
      await agent.destroy()
    }
  }

  const probe = (
    component: WatchedComponent,
    look: (browser: ProbeBrowser, signal: AbortSignal) => Promise<unknown>,
    jar: () => Jar = () => new Map(),
  ): Probe => ({
    component,
    async look() {
      const begunAt = monotonicMilliseconds()
      try {
        await traced({ name: 'probe', attributes: { 'sidep.component': component } }, () =>
          inBrowser(look, jar()),
        )
        return { component, state: 'works', code: null }
      } catch (error) {
        const isOurs =
          error instanceof NothingToLookAt ||
          stalledMilliseconds() > stallMillisecondsMax ||
          monotonicMilliseconds() - begunAt > probeMillisecondsMax + stallMillisecondsMax
        if (isOurs) return { component, state: 'unknown', code: null }
        return { component, state: 'fails', code: codeOf(error) }
      }
    },
  })

  /** By whichever door lets it in. */
  const signInToWork = async (browser: ProbeBrowser, at: string | null = null): Promise<void> => {
    const ways = [
      ...(card === null ? [] : [() => signInByCard(browser, origins.counter, at)]),
      ...(ecps === null || ecps.nationalId === null
        ? []
        : [() => signInByEcps(browser, origins.counter, ecps.nationalId, at)]),
    ]
    for (const way of ways) {
      const ended = await way().catch(() => null)
      if (ended === 'session') return
    }
    throw new NothingToLookAt()
  }

  const enter = async (browser: ProbeBrowser): Promise<void> => {
    if (!isSignedIn) await signInToWork(browser)
    isSignedIn = true
    const now = clock.now()
    try {
      const test = await enterTest(browser, origins.counter, now, randomBytes)
      entered = { ...test, at: now.getTime() }
    } catch (error) {
      if (!(error instanceof ProbeFailure) || !error.code.startsWith('SESSION_')) throw error
      // It has come to its end: the next probe signs in anew.
      isSignedIn = false
      work = new Map()
      throw new NothingToLookAt()
    }
  }

  let arriving: Promise<void> | null = null
  /** Both probes of the counter come at once: two sign-ins in one jar would take each other's cookies. */
  const arriveAtCounter = async (browser: ProbeBrowser, thumbprint: string): Promise<void> => {
    arriving ??= signInToWork(browser, thumbprint).then(() => {
      isAtCounter = true
    })
    try {
      await arriving
    } finally {
      arriving = null
    }
  }

  /** At the counter, signed in and with what verifiers have. */
  const atCounter = async (
    browser: ProbeBrowser,
    look: (counter: Counter) => Promise<void>,
  ): Promise<void> => {
    if (trust === null) throw new NothingToLookAt()
    device ??= makeProbeDevice(randomBytes)
    const own = await device
    if (!isAtCounter) await arriveAtCounter(browser, own.thumbprint)
    const origin = origins.counter
    try {
      await look({ browser, origin, device: own, trust, now: clock.now(), randomBytes })
    } catch (error) {
      if (!(error instanceof ProbeFailure) || !error.code.startsWith('SESSION_')) throw error
      isAtCounter = false
      counterWork = new Map()
      // It was given to the session that ended.
      booklet = null
      throw new NothingToLookAt()
    }
  }

  const lastEntered = (): Entered => {
    if (entered === null || clock.now().getTime() - entered.at > enteredMillisecondsMax)
      throw new NothingToLookAt()
    return entered
  }

  const canWork = card !== null || (ecps !== null && ecps.nationalId !== null)
  return [
    ...(ecps === null
      ? []
      : [
          probe('ecps', async (browser) => {
            const ended = await signInByEcps(browser, origins.counter, ecps.nationalId)
            if (ended === 'session') await signOut(browser, origins.counter)
          }),
        ]),
    ...(card === null
      ? []
      : [
          probe('card', async (browser) => {
            const ended = await signInByCard(browser, origins.counter)
            if (ended === 'session') await signOut(browser, origins.counter)
          }),
        ]),
    probe('bundle', async (browser) => {
      const held = await pollBundle(browser, origins.verifier, anchor, clock.now())
      anchor = held.anchor
      onAnchor(held.anchor)
      trust = held.trust
      const before = notices
      notices = await pollNotices(browser, origins.verifier, held.anchor, before)
      if (notices !== before) onNotices(notices.notices)
    }),
    ...(canWork
      ? [
          probe('entry', enter, () => work),
          probe(
            'booklets',
            (browser) =>
              atCounter(browser, async (counter) => {
                booklet = await useBooklet(counter, booklet)
              }),
            () => counterWork,
          ),
          probe(
            'slips',
            (browser) => atCounter(browser, useSlip),
            () => counterWork,
          ),
          probe('retrieval', (browser) => openLink(browser, origins.person, lastEntered())),
          probe('verification', async () => {
            if (trust === null) throw new NothingToLookAt()
            await readCode(lastEntered(), trust, clock.now())
          }),
        ]
      : []),
    ...(laboratory === null
      ? []
      : [
          probe('laboratory', (_, signal) =>
            sendProbeMessage(laboratory, clock.now(), randomBytes, signal),
          ),
        ]),
  ]
}
