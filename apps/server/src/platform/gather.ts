/**
 * Gathers what comes while a round is under way: it goes together in the next one, as a database gathers commits. What comes
 * while none is under way goes at once, unless many come: after a round of several the next begins only some time later, or
 * when it is full. So nobody who is alone waits for others to come, and where many come they cost less each.
 *
 * Invariants
 * - A round begins with everything that waits, up to its bound, in the order in which it came.
 * - One that lasts longer than the patience, or a full round's worth that waits, opens a further lane: what keeps one round
 *   from ending (a row that somebody else has locked) keeps no other from beginning.
 * - Each one is settled exactly once: with what its round made of it, or with what ended the round.
 */
export interface GatherBounds {
  /** In one round. */
  readonly roundMax: number
  /** Rounds under way at once. */
  readonly lanesMax: number
  /** How long the waiting leave a round that is under way alone. */
  readonly patienceMilliseconds: number
  /** From the beginning of a round of several to that of the next; 0: as soon as it has ended. */
  readonly spacingMilliseconds: number
}

interface Waiting<One, Done> {
  readonly one: One
  resolve(done: Done | Promise<Done>): void
  reject(error: unknown): void
}

/**
 * @param run does one round; its answers are in the order of what it was given. One that is a promise still is settled when
 *   that is: it goes on by itself, and the round is over without it
 */
export const makeGather = <One, Done>(
  run: (all: readonly One[]) => Promise<readonly (Done | Promise<Done>)[]>,
  { roundMax, lanesMax, patienceMilliseconds, spacingMilliseconds }: GatherBounds,
): ((one: One) => Promise<Done>) => {
  let waiting: Waiting<One, Done>[] = []
  let lanes = 0
  let isTurnPlanned = false
  let isTooSoon = false
  let patience: NodeJS.Timeout | null = null

  const round = async (all: readonly Waiting<One, Done>[]): Promise<void> => {
    try {
      const done = await run(all.map(({ one }) => one))
      if (done.length !== all.length) throw new Error('a round that does not answer each')
      for (const [index, { resolve }] of all.entries()) resolve(done[index] as Done | Promise<Done>)
    } catch (error) {
      for (const { reject } of all) reject(error)
    }
  }

  /** The next one is not to begin yet; with nobody left who waits for that, a process may end before. */
  const spaceOut = (): void => {
    if (isTooSoon) return
    isTooSoon = true
    setTimeout(() => {
      isTooSoon = false
      goOn()
    }, spacingMilliseconds)
  }

  const begin = (): void => {
    const all = waiting.slice(0, roundMax)
    waiting = waiting.slice(roundMax)
    lanes += 1
    if (all.length > 1 && spacingMilliseconds > 0) spaceOut()
    void round(all).finally(() => {
      lanes -= 1
      goOn()
    })
  }

  const endPatience = (): void => {
    if (patience !== null) clearTimeout(patience)
    patience = null
  }

  const goOn = (): void => {
    if (lanes === 0) endPatience()
    const mayBegin = (): boolean =>
      waiting.length >= roundMax || (waiting.length > 0 && lanes === 0 && !isTooSoon)
    while (lanes < lanesMax && mayBegin()) begin()
    if (waiting.length === 0 || lanes === 0 || lanes >= lanesMax || patience !== null) return
    patience = setTimeout(() => {
      patience = null
      if (waiting.length > 0 && lanes < lanesMax) begin()
      goOn()
    }, patienceMilliseconds)
  }

  return (one) =>
    new Promise((resolve, reject) => {
      waiting.push({ one, resolve, reject })
      if (isTurnPlanned) return
      isTurnPlanned = true
      // What else comes in this turn of the loop goes along.
      setImmediate(() => {
        isTurnPlanned = false
        goOn()
      })
    })
}
