/**
 * The count of an evening: four numbers on this phone, and nothing of whom they stand for. It goes nowhere, and begins anew
 * when nobody has been checked for hours.
 */
import { hourMilliseconds } from '@sidep/time'

export interface Tally {
  readonly accepted: number
  readonly refused: number
  readonly unreadable: number
  /** Slips, which somebody read. */
  readonly slips: number
}

export type Counted = keyof Tally

export const noTally: Tally = { accepted: 0, refused: 0, unreadable: 0, slips: 0 }

/** Longer than any pause at a door, shorter than from one evening to the next. */
const eveningEndsAfterHours = 6
const storageKey = 'sidep.verifier.tally'

const countsOf = (value: Record<string, unknown>): Tally => {
  const count = (name: Counted): number => {
    const number = value[name]
    return Number.isSafeInteger(number) && Number(number) > 0 ? Number(number) : 0
  }
  return {
    accepted: count('accepted'),
    refused: count('refused'),
    unreadable: count('unreadable'),
    slips: count('slips'),
  }
}

/** What was counted this evening, from what the phone kept; nothing when that is none of ours, or of another evening. */
export const parseTally = (kept: string | null, now: Date): Tally => {
  try {
    const value: unknown = JSON.parse(kept ?? 'null')
    if (typeof value !== 'object' || value === null) return noTally
    const { at, ...counts }: Record<string, unknown> = { ...value }
    const hours = (now.getTime() - Number(at)) / hourMilliseconds
    return hours >= 0 && hours < eveningEndsAfterHours ? countsOf(counts) : noTally
  } catch {
    // Not ours, or of an older version.
    return noTally
  }
}

export const writeTally = (tally: Tally, now: Date): string =>
  JSON.stringify({ ...tally, at: now.getTime() })

/** The tally kept on this device; nothing where the browser refuses storage. */
export const keptTally = (now: Date): Tally => {
  try {
    return parseTally(localStorage.getItem(storageKey), now)
  } catch {
    // Storage refused: it is counted until the page is closed.
    return noTally
  }
}

export const keepTally = (tally: Tally, now: Date): void => {
  try {
    localStorage.setItem(storageKey, writeTally(tally, now))
  } catch {
    // As above.
    return
  }
}
