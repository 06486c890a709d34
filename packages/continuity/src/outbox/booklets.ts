/** Taking numbers from the booklets that a counter holds. */
import { hourMilliseconds } from '@sidep/time'
import { clockSkewMilliseconds } from '../limits.ts'
import type { WastedNumber } from './messages.ts'
import {
  type Entry,
  type HeldBooklet,
  isSameOwner,
  type NoDocumentCode,
  type OutboxHead,
  type OutboxState,
  type Owner,
  portalTime,
} from './state.ts'

/**
 * A new booklet is taken when less than this is left of the last. At every moment online at least 12 h must be
 * left; with 18 a counter that closes at 20:00 still has some at noon of the next day, if the portal is gone by
 * then. A site that never closes takes four a day.
 */
export const bookletHoursLeftMin = 18
/** … or less than this share of its numbers. */
const bookletShareLeftMin = 0.2

const left = (booklet: HeldBooklet): number => booklet.maximum - booklet.taken

/** The booklet to take the next number from: of the usable ones the first to end. */
export const usableBooklet = (
  state: OutboxHead,
  owner: Owner,
  testType: string,
  now: number,
): HeldBooklet | NoDocumentCode => {
  const own = state.booklets.filter((booklet) => isSameOwner(booklet, owner))
  if (own.length === 0) return 'BOOKLET_NONE'
  const time = portalTime(state, now)
  const alive = own.filter(({ expiresAt }) => time < expiresAt)
  if (alive.length === 0) return 'BOOKLET_EXPIRED'
  const begun = alive.filter(({ notBefore }) => time >= notBefore - clockSkewMilliseconds)
  if (begun.length === 0) return 'BOOKLET_NOT_YET'
  const permitted = begun.filter(({ testTypes }) => testTypes.includes(testType))
  if (permitted.length === 0) return 'BOOKLET_KIND'
  const [first] = permitted
    .filter((booklet) => left(booklet) > 0)
    .toSorted((a, b) => a.expiresAt - b.expiresAt)
  return first ?? 'BOOKLET_EXHAUSTED'
}

/**
 * What a counter can still do alone.
 *
 * @returns certificates left for this professional at this site, until when the last of them can be
 * signed (null when there are none), and whether a new booklet is due
 */
export const bookletAllowance = (
  state: OutboxHead,
  owner: Owner,
  now: number,
): { readonly left: number; readonly until: number | null; readonly due: boolean } => {
  const time = portalTime(state, now)
  const usable = state.booklets.filter(
    (booklet) => isSameOwner(booklet, owner) && time < booklet.expiresAt && left(booklet) > 0,
  )
  const total = usable.reduce((sum, booklet) => sum + left(booklet), 0)
  const maximum = usable.reduce((sum, booklet) => sum + booklet.maximum, 0)
  const until = usable.length === 0 ? null : Math.max(...usable.map(({ expiresAt }) => expiresAt))
  const isShort = until === null || until - time < bookletHoursLeftMin * hourMilliseconds
  return { left: total, until, due: isShort || total < maximum * bookletShareLeftMin }
}

/** Takes the next number of a booklet. */
export const takeNumber = <Screening>(
  state: OutboxState<Screening>,
  bookletId: string,
): OutboxState<Screening> => ({
  ...state,
  booklets: state.booklets.map((booklet) =>
    booklet.id === bookletId ? { ...booklet, taken: booklet.taken + 1 } : booklet,
  ),
})

/** Gives a number up for good. */
export const wasteNumber = <Screening>(
  state: OutboxState<Screening>,
  { bookletId, number }: WastedNumber,
): OutboxState<Screening> => ({
  ...state,
  booklets: state.booklets.map((booklet) =>
    booklet.id === bookletId ? { ...booklet, wasted: [...booklet.wasted, number] } : booklet,
  ),
})

/** What nobody can sign any more ends with the last number taken; it stays until the portal knows all of it. */
export const endBooklets = <Screening>(
  state: OutboxState<Screening>,
  isOver: (booklet: HeldBooklet) => boolean,
): OutboxState<Screening> => {
  const isLost = (booklet: HeldBooklet) => isOver(booklet) && left(booklet) > 0
  return state.booklets.some(isLost)
    ? {
        ...state,
        booklets: state.booklets.map((booklet) =>
          isLost(booklet) ? { ...booklet, maximum: booklet.taken } : booklet,
        ),
      }
    : state
}

/** Wasted numbers that the portal has not heard of. */
export const wastedNumbers = ({ booklets }: OutboxHead): WastedNumber[] =>
  booklets.flatMap(({ id, wasted }) => wasted.map((number) => ({ bookletId: id, number })))

/**
 * Leaves out what the portal now knows, and booklets that are over and owe it nothing: over by the
 * portal's own clock. A local clock set forward and back again would otherwise let a booklet come
 * back with its numbers new.
 */
export const settleBooklets = <Screening>(
  state: OutboxState<Screening>,
  told: readonly WastedNumber[],
): OutboxState<Screening> => {
  const isTold = (id: string, number: number) =>
    told.some((waste) => waste.bookletId === id && waste.number === number)
  const isUsed = (id: string) =>
    state.entries.some((entry: Entry<Screening>) => entry.document?.bookletId === id)
  return {
    ...state,
    booklets: state.booklets
      .map((booklet) => ({
        ...booklet,
        wasted: booklet.wasted.filter((number) => !isTold(booklet.id, number)),
      }))
      .filter(
        ({ id, expiresAt, wasted }) =>
          state.clock.lastContact < expiresAt || wasted.length > 0 || isUsed(id),
      ),
  }
}
