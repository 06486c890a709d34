/** What is due goes in batches, one after the other as fast as the portal takes them. */
import { type OutboxState, reconcileItemsMax } from '@sidep/continuity'
import type { Driver } from './driver.ts'

/** Then others have their turn: the lists, a booklet that is due. */
const batchesInARowMax = 20

/** Between two looks at what is due, and the longest one waits where there is nothing to tell when. */
export const tickMilliseconds = 2_000
export const tickMillisecondsMax = 60_000

/** Whether something here is for the portal, or for a list that has not shown it yet. */
export const hasWork = <Screening>({
  entries,
  booklets,
}: Pick<OutboxState<Screening>, 'entries' | 'booklets'>): boolean =>
  entries.some(({ stage }) => stage === 'waiting' || stage === 'acknowledged') ||
  booklets.some(({ wasted }) => wasted.length > 0)

/** Less than before: a batch was taken, or one that cannot be read is being looked for in a shorter one. */
const remaining = <Screening>({
  entries,
  itemsMax,
}: Pick<OutboxState<Screening>, 'entries' | 'itemsMax'>): number =>
  entries.filter(({ stage }) => stage === 'waiting').length * reconcileItemsMax + itemsMax

/**
 * @param at milliseconds of now
 * @param mayGoOn asked after each batch, once what it brought is looked after
 */
export const sendBatches = async <Screening>(
  driver: Pick<Driver<Screening>, 'state' | 'carryOut' | 'tab'>,
  at: () => number,
  mayGoOn: () => boolean | Promise<boolean> = () => true,
): Promise<void> => {
  for (let batches = 0; batches < batchesInARowMax; batches++) {
    const before = remaining(driver.state())
    await driver.carryOut({ type: 'tick', tab: driver.tab, now: at() })
    const isAllowed = await mayGoOn()
    const isGoingOn = remaining(driver.state()) < before && driver.state().backoff.until <= at()
    if (!isGoingOn || !isAllowed) return
  }
}
