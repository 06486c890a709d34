/**
 * Wrong codes at the page, which the disk counts: what slows down somebody at the counter. Who has the disk sets the
 * count back; against them the code itself has to be long enough (docs/adr/0019).
 */
import { hourMilliseconds } from '@sidep/time'
import type { CodeWay } from './stored-lock.ts'

export const triesMax = 10
/** The first tries are free: fingers slip. */
const freeTries = 3
const firstDelayMilliseconds = 30_000
const delayMillisecondsMax = hourMilliseconds

const delayAfter = (failures: number): number =>
  failures < freeTries
    ? 0
    : Math.min(delayMillisecondsMax, firstDelayMilliseconds * 2 ** (failures - freeTries))

/** How long until the next try; 0: now. A wait further off than any can be is one that a jump of the clock made. */
export const waitOf = ({ notBefore }: CodeWay, at: number): number => {
  const wait = notBefore - at
  return wait > 0 && wait <= delayMillisecondsMax ? wait : 0
}

/** One more that is taken for wrong until it proves right, and what must pass before the next. */
export const oneMoreTry = (way: CodeWay, at: number): { way: CodeWay; delay: number } => {
  const failures = way.failures + 1
  const delay = delayAfter(failures)
  return { way: { ...way, failures, notBefore: at + delay }, delay }
}

export const noTries = (way: CodeWay): CodeWay => ({ ...way, failures: 0, notBefore: 0 })
