/**
 * Professionals who are not signed in on that evening, each as the counter's page and whoever sits before it behave: they wait in the
 * waiting room as long as told, press the door again some seconds after they were told to come later, and go on until they are in.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { isProblemCode, problemRegistry } from '@sidep/contracts'
import { SignInRefused, signInOverHttp } from '@sidep/dev'
import { minuteMilliseconds } from '@sidep/time'
import { rounded } from '../statistics.ts'

export interface Returned {
  /** People who came, and those of them who are signed in now. */
  readonly people: number
  readonly signedIn: number
  /** What they were told each time that they pressed and did not get in. */
  readonly toldToComeBack: Readonly<Record<string, number>>
  /** How the last press ended of whoever is not signed in. */
  readonly leftOut: Readonly<Record<string, number>>
  /** From the provider's return to the last session. */
  readonly seconds: number
}

export interface EveningCrowd {
  /** What whoever pressed was told until now. */
  toldInVain(): Readonly<Record<string, number>>
  /** People who are not in yet. */
  readonly waiting: number
  /** Those who have not come yet come all at once. */
  comeAtOnce(count: number): void
  /** Nobody comes any more. @returns when everybody is in, or has given up when the time was over */
  settled(since: number): Promise<Returned>
}

const answerMillisecondsMax = 60_000

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'UNKNOWN'
  return 'code' in error ? String(error.code) : error.message
}

/** Something that waiting or pressing anew changes: the portal or the provider is busy, or nobody answers. */
const isForLater = (error: unknown): boolean => {
  if (!(error instanceof SignInRefused) || error.code === 'WAITING_ROOM') return true
  return isProblemCode(error.code) && problemRegistry[error.code].retry !== 'never'
}

export interface CrowdDependencies {
  /** National ids, in the order in which they come. */
  readonly people: readonly string[]
  /** Throws what kept them out. */
  readonly signIn: (nationalId: string) => Promise<unknown>
  readonly comeEveryMilliseconds?: number
  /** At least; up to twice as long. */
  readonly pressAgainMilliseconds?: number
  /** Whoever has not got in by then goes home. */
  readonly patienceMilliseconds?: number
}

export const atDoor =
  (url: string) =>
  (nationalId: string): Promise<unknown> =>
    signInOverHttp(url, { nationalId, timeoutMilliseconds: answerMillisecondsMax })

export const startEveningCrowd = ({
  people,
  signIn,
  comeEveryMilliseconds = 500,
  pressAgainMilliseconds = 4_000,
  patienceMilliseconds = 6 * minuteMilliseconds,
}: CrowdDependencies): EveningCrowd => {
  const told: Record<string, number> = {}
  const leftOut: Record<string, number> = {}
  const underWay = new Set<Promise<void>>()
  let came = 0
  let lastIn = 0
  let signedIn = 0

  const pressUntilIn = async (nationalId: string): Promise<void> => {
    const patientUntil = Date.now() + patienceMilliseconds
    for (;;) {
      try {
        await signIn(nationalId)
        signedIn += 1
        lastIn = Date.now()
        return
      } catch (error) {
        const code = codeOf(error)
        if (!isForLater(error) || Date.now() > patientUntil) {
          leftOut[code] = (leftOut[code] ?? 0) + 1
          return
        }
        told[code] = (told[code] ?? 0) + 1
        await wait(pressAgainMilliseconds * (1 + Math.random()))
      }
    }
  }
  const come = (): void => {
    const nationalId = people[came]
    if (nationalId === undefined) return
    came += 1
    const one: Promise<void> = pressUntilIn(nationalId).finally(() => underWay.delete(one))
    underWay.add(one)
  }
  const timer = setInterval(come, comeEveryMilliseconds)

  return {
    toldInVain: () => ({ ...told }),
    get waiting() {
      return underWay.size
    },
    comeAtOnce(count) {
      for (let index = 0; index < count; index += 1) come()
    },
    async settled(since) {
      clearInterval(timer)
      await Promise.all(underWay)
      const seconds = rounded(Math.max(0, lastIn - since) / 1_000, 1)
      return { people: came, signedIn, toldToComeBack: told, leftOut, seconds }
    },
  }
}
