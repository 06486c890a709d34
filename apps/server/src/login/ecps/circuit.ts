/**
 * A circuit towards somebody else's service: when it fails, nobody waits for it any more until it is found well.
 *
 * Invariants
 * - Closed until `failuresMax` calls or as many probes have failed in a row; a success of its kind starts the count
 *   again. A service that describes itself well and then fails everybody is not well.
 * - Two witnesses are enough: a real call that did not reach it at all, and a probe that failed since or just before. One
 *   alone is not: a single connection may be cut, by whoever, and a good probe contradicts it.
 * - Open until a probe finds the service well; nobody's sign-in is the probe.
 * - Half-open until `trialsMin` real calls went well, one failure opens it again; each time it opens before having
 *   closed, probes come later, up to `probeMillisecondsMax`.
 * - Calls of people already on their way are let through in every state, a few at a time.
 */
export type CircuitState = 'closed' | 'open' | 'half-open'

export interface Circuit {
  state(): CircuitState
  /**
   * Whether a call may go out: `begin` for somebody who starts, `return` for somebody the provider sent back.
   * Every admitted call ends with `succeed`, `fail` or `leave`.
   */
  admit(kind: 'begin' | 'return'): boolean
  succeed(): void
  /** @param how `unreached`: there was no connection, or no answer in time; `answered`: with an error, or one that is wrong */
  fail(how: 'unreached' | 'answered'): void
  /** A call ended for reasons that say nothing about the provider. */
  leave(): void
  /** What a probe found; not a call. */
  probed(isWell: boolean): void
  /** How long to wait before the next probe, milliseconds, before jitter. */
  probeAfterMilliseconds(): number
}

export interface CircuitPace {
  readonly failuresMax: number
  /** Calls that did not reach it and that no good probe contradicted: so many, and one failed probe, open it. */
  readonly unreachedMax: number
  readonly trialsMin: number
  /** Between probes while all is well. */
  readonly probeMilliseconds: number
  /** The same while people are being sent to it: nobody is on the word of a probe much older. */
  readonly probeMillisecondsInUse: number
  /** Between the first probes after a failure; doubles. */
  readonly probeMillisecondsMin: number
  readonly probeMillisecondsMax: number
}

export const defaultPace: CircuitPace = {
  failuresMax: 3,
  unreachedMax: 1,
  trialsMin: 2,
  probeMilliseconds: 10_000,
  probeMillisecondsInUse: 3_000,
  probeMillisecondsMin: 1_000,
  probeMillisecondsMax: 15_000,
}

/** Calls under way at once by people who return while the circuit is not closed. */
const returnsMax = { open: 4, 'half-open': 64 } as const

export const makeCircuit = (pace: CircuitPace): Circuit => {
  let state: CircuitState = 'closed'
  let failedCalls = 0
  let failedProbes = 0
  let unreachedCalls = 0
  let trials = 0
  let openings = 0
  let underWay = 0
  let wasWell = false

  const open = (): void => {
    if (state !== 'open') openings += 1
    state = 'open'
    trials = 0
  }
  const judge = (): void => {
    const isTooMuch = Math.max(failedCalls, failedProbes) >= pace.failuresMax
    const isWitnessed = failedProbes > 0 && unreachedCalls >= pace.unreachedMax
    if (state === 'half-open' || isTooMuch || isWitnessed) open()
  }
  const end = (): void => {
    underWay = Math.max(0, underWay - 1)
  }

  return {
    state: () => state,
    admit: (kind) => {
      const mayGo =
        state === 'closed' ||
        (kind === 'begin' ? state === 'half-open' : underWay < returnsMax[state])
      if (mayGo) underWay += 1
      return mayGo
    },
    succeed: () => {
      end()
      failedCalls = 0
      unreachedCalls = 0
      wasWell = true
      if (state === 'closed') return
      // Somebody came through although nobody was sent: as good as a probe.
      if (state === 'open') state = 'half-open'
      trials += 1
      if (trials < pace.trialsMin) return
      state = 'closed'
      trials = 0
      openings = 0
    },
    fail: (how) => {
      end()
      failedCalls += 1
      if (how === 'unreached') unreachedCalls += 1
      judge()
    },
    leave: end,
    probed: (isWell) => {
      if (!isWell) {
        failedProbes += 1
        judge()
        // Never seen well by this process: there is nothing to give it credit for.
        if (!wasWell) open()
        return
      }
      wasWell = true
      failedProbes = 0
      unreachedCalls = 0
      if (state !== 'open') return
      state = 'half-open'
      trials = 0
    },
    probeAfterMilliseconds: () => {
      if (state === 'open') {
        const doubled = pace.probeMillisecondsMin * 2 ** Math.min(openings - 1 + failedProbes, 12)
        return Math.min(doubled, pace.probeMillisecondsMax)
      }
      // After a first failure one looks again soon: either it was nothing, or people should know.
      return failedProbes > 0 ? pace.probeMillisecondsMin : pace.probeMilliseconds
    },
  }
}
