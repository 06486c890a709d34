/**
 * Keeps booklets at hand while the portal answers. Invariants:
 * 1. A booklet is asked for only once there is a lock to keep its key behind, and kept only if it names that key. The
 *    key goes on from one booklet to the next until it was unlocked; then the next booklet is for a new one.
 * 2. Of several tabs one asks; each looks again at what is stored when it has its turn.
 * 3. Nothing is signed from a booklet that the portal no longer counts: it is asked when somebody comes to work, and
 *    now and then. While it does not answer, what it last said counts.
 */
import {
  attendedBackoffMilliseconds,
  bookletAllowance,
  type HeldBooklet,
  type OutboxEvent,
  type Owner,
} from '@sidep/continuity'
import type { BookletAnswer } from '@sidep/contracts'
import { giveBooklet, listBooklets } from '@sidep/contracts/endpoints'
import { type ApiClient, retryAfterSecondsOf } from '../http/index.ts'
import type { Driver } from '../outbox/driver.ts'
import {
  type BookletKeys,
  type CounterKeyText,
  isSameKey,
  keyOfBooklet,
  textOfKey,
} from './booklet-key.ts'
import { readSigned } from './read-signed.ts'

/** What a keeper tells the outbox. */
type BookletEvent = Extract<
  OutboxEvent<never>,
  { readonly type: 'booklet-taken' | 'booklets-ended' }
>

export interface KeeperDependencies {
  readonly api: Pick<ApiClient, 'ask'>
  readonly driver: Pick<Driver<unknown>, 'state' | 'load'> & {
    readonly dispatch: (event: BookletEvent) => Promise<unknown>
  }
  readonly keys: Pick<BookletKeys, 'nextKey'>
  readonly now: () => Date
  readonly random: () => number
  /** One tab, or one program, at a time. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  /** A condition for whoever looks after the program, by its code. */
  readonly report: (code: string, error?: unknown) => void
}

export interface Keeper {
  /** Takes a booklet for who works here now, when one is due. Call it whenever the portal answers. */
  readonly keep: (owner: Owner) => Promise<void>
  /** The portal is asked anew which booklets count, at the next turn. */
  readonly lookAgain: () => void
}

/** So often the portal is asked which booklets still count. */
const lookMilliseconds = 30 * 60_000

/** A booklet that was answered, as the outbox keeps it; null when it is not for this key and owner. */
const heldOf = (
  answer: BookletAnswer,
  key: CounterKeyText,
  owner: Owner,
): Omit<HeldBooklet, 'taken' | 'wasted'> | null => {
  const booklet = readSigned(answer.signed)
  if (booklet === null) return null
  const { id, professionalId, siteId, maximum, testTypes, notBefore, expiresAt } = booklet
  const isOurs =
    isSameKey(textOfKey(booklet.counterKey), key) &&
    professionalId === owner.professionalId &&
    siteId === owner.siteId
  return isOurs
    ? {
        professionalId,
        siteId,
        id,
        signed: answer.signed,
        retrievalSeed: answer.retrievalSeed,
        testTypes,
        maximum,
        notBefore: notBefore.getTime(),
        expiresAt: expiresAt.getTime(),
      }
    : null
}

export const makeKeeper = (dependencies: KeeperDependencies): Keeper => {
  const { api, driver, keys, now } = dependencies
  let failures = 0
  let notBefore = 0
  let underWay: Promise<void> | null = null
  let lookedAt = Number.NEGATIVE_INFINITY

  const isToBeLookedAt = (): boolean =>
    Math.abs(now().getTime() - lookedAt) >= lookMilliseconds && driver.state().booklets.length > 0

  /** Those of this site that the portal does not name are over: with their session, or withdrawn. */
  const look = async (owner: Owner): Promise<void> => {
    await driver.load()
    const answer = await api.ask(listBooklets)
    if (!answer.ok) return
    lookedAt = now().getTime()
    const keep = driver
      .state()
      .booklets.filter(
        ({ id, siteId }) => siteId !== owner.siteId || answer.value.booklets.includes(id),
      )
      .map(({ id }) => id)
    await driver.dispatch({ type: 'booklets-ended', keep, now: lookedAt })
  }

  /** Of booklets that something is left of. */
  const keysInUse = (): CounterKeyText[] =>
    driver.state().booklets.flatMap((booklet) => {
      const key = booklet.taken < booklet.maximum ? keyOfBooklet(booklet) : null
      return key === null ? [] : [key]
    })

  /** The one to go on with while another is handed over: the newest of the same key that has something left. */
  const heldBy = (owner: Owner, key: CounterKeyText): HeldBooklet | undefined =>
    driver
      .state()
      .booklets.filter(
        (booklet) =>
          booklet.professionalId === owner.professionalId &&
          booklet.siteId === owner.siteId &&
          booklet.taken < booklet.maximum &&
          now().getTime() < booklet.expiresAt &&
          isSameKey(keyOfBooklet(booklet), key),
      )
      .toSorted((a, b) => b.notBefore - a.notBefore)[0]

  const isDue = (owner: Owner): boolean =>
    bookletAllowance(driver.state(), owner, now().getTime()).due

  const putOff = (retryAfterSeconds: number | null): void => {
    failures += 1
    notBefore =
      now().getTime() +
      attendedBackoffMilliseconds(failures, retryAfterSeconds, dependencies.random())
  }

  const take = async (owner: Owner): Promise<void> => {
    if (isToBeLookedAt()) await look(owner)
    await driver.load()
    if (!isDue(owner)) return
    const key = await keys.nextKey(owner.professionalId, keysInUse())
    if (key === null) return
    const held = heldBy(owner, key)
    const body = { counterKey: key, ...(held === undefined ? {} : { held: held.id }) }
    const answer = await api.ask(giveBooklet, { body })
    // A refused booklet says nothing of the way to the portal: what is typed goes on as it did.
    if (!answer.ok) return putOff(retryAfterSecondsOf(answer.error))
    const booklet = heldOf(answer.value, key, owner)
    if (booklet === null) {
      dependencies.report('BOOKLET_NOT_OURS')
      return putOff(null)
    }
    failures = 0
    const at = now().getTime()
    // It begins when it is given, by the portal's clock.
    const portalNow = booklet.notBefore
    await driver.dispatch({ type: 'booklet-taken', booklet, portalNow, now: at })
    // For the portal all others of this counter gave way.
    const keep = held === undefined ? [booklet.id] : [held.id, booklet.id]
    await driver.dispatch({ type: 'booklets-ended', keep, now: at })
  }

  return {
    lookAgain: () => {
      lookedAt = Number.NEGATIVE_INFINITY
    },
    keep: async (owner) => {
      const isNothing = !isDue(owner) && !isToBeLookedAt()
      if (underWay !== null || isNothing) return underWay ?? undefined
      const wait = notBefore - now().getTime()
      if (wait > 0 && wait <= 3_700_000) return
      underWay = dependencies
        .exclusive(() => take(owner))
        .finally(() => {
          underWay = null
        })
      await underWay
    },
  }
}
