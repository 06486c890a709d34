/**
 * Reads what the server has: the catalogue, those who wait, the day. The lists never go back in time: an answer asked
 * for before our own last write is not shown.
 */
import type { ScreeningAnswer, ScreeningEntry, ScreeningList } from '@sidep/contracts'
import { readCatalogue as catalogueEndpoint, listScreenings } from '@sidep/contracts/endpoints'
import type { Amended } from '@sidep/sdk/parts'
import { dayIn } from '@sidep/time'
import { type Answer, type ApiClient, countActs } from '../../shared/api/index.ts'
import type { Store } from '../../shared/store.ts'
import type { Content } from '../outbox/content.ts'
import type { Memory } from '../session/stored.ts'
import type { CounterState } from '../state.ts'
import { siteZoneOf } from '../typing/site-zone.ts'
import { amendedOf, entryOfAnswer } from './rows.ts'

export interface ListReaderDependencies {
  readonly api: Pick<ApiClient, 'ask'>
  readonly store: Store<CounterState>
  readonly memory: Pick<Memory, 'keepCatalogue' | 'keepLists' | 'lists'>
  /** What is taken for now at this counter. */
  readonly here: () => Date
  readonly observe: (answer: Answer<unknown>) => void
  readonly mayAsk: () => boolean
  readonly failed: (error: unknown) => void
}

export interface ListReader {
  readonly readCatalogue: () => Promise<void>
  readonly isCatalogueDue: () => boolean
  readonly readLists: () => Promise<void>
  /** Any day of the site, for who looks for somebody. */
  readonly readDay: (day: string) => Promise<Answer<ScreeningList>>
  /** Somebody begins to work: the next reading is of the whole day; at another site, from what this device has of it. */
  readonly begin: (isSameSite: boolean) => Promise<void>
  /** An own request was answered: the lists are right before the next reading. */
  readonly acknowledged: (content: Content, answer: ScreeningAnswer) => void
  /** The portal put a screening right, or took it back: the lists say so before the next reading. */
  readonly amended: (content: Content, amended: Amended) => void
  /** Messages went out: what became of them is looked for sooner than the day comes round. */
  readonly lookAgain: () => void
  /** A batch was answered, or a positive was confirmed: what is being read now is not shown, and the next reading is of the whole day. */
  readonly outdate: () => void
}

/** Every so many readings the whole day is read again, not only those who wait. */
const pollsPerDayRead = 6
/** What a gateway says of a message is there by then, most times. */
const pollsToDelivery = 2
const pollsPerCatalogueRead = pollsPerDayRead * 10

export const createListReader = (dependencies: ListReaderDependencies): ListReader => {
  const { api, store, memory, here, observe } = dependencies
  /** The site's day, whatever this computer is set to. */
  const today = (): string => dayIn(here(), siteZoneOf(store.get()))
  const acts = countActs()
  let polls = 0
  let dayWantedAt: number | null = null

  const readCatalogue = async (): Promise<void> => {
    const answer = await api.ask(catalogueEndpoint)
    observe(answer)
    if (!answer.ok) return
    store.set((state) => ({ ...state, catalogue: answer.value }))
    await memory.keepCatalogue(answer.value)
  }

  const keep = async (): Promise<void> => {
    const { session, entries, isTruncated } = store.get()
    if (session?.site) await memory.keepLists(session.site.id, today(), entries, isTruncated)
  }

  const recall = async (): Promise<void> => {
    const siteId = store.get().session?.site?.id
    if (siteId === undefined) return
    const lists = await memory.lists(siteId, today())
    // What the portal has said meanwhile is newer, and another site's lists are none of this one's.
    const isLate = store.get().areListsKnown || store.get().session?.site?.id !== siteId
    if (lists === null || isLate) return
    const { entries, isTruncated } = lists
    store.set((state) => ({ ...state, entries, areListsKnown: true, isTruncated }))
  }

  const merge = (fresh: readonly ScreeningEntry[], isWholeDay: boolean): void =>
    store.set((state) => {
      const ids = new Set(fresh.map(({ id }) => id))
      // Waiting ones that the server no longer lists as waiting got their result at another counter:
      // the next reading of the day brings it; until then they are no longer shown as waiting.
      const kept = isWholeDay
        ? []
        : state.entries.filter((entry) => entry.state === 'final' && !ids.has(entry.id))
      const areListsKnown = state.areListsKnown || isWholeDay
      return { ...state, entries: [...kept, ...fresh], areListsKnown }
    })

  const readList = async (query: {
    readonly day?: string
    readonly state?: 'waiting'
  }): Promise<Answer<ScreeningList>> => {
    const answer = await api.ask(listScreenings, { query })
    observe(answer)
    return answer
  }

  const readDay = (day: string): Promise<Answer<ScreeningList>> => readList({ day })

  const waitingIds = (): string[] =>
    store
      .get()
      .entries.filter(({ state }) => state === 'waiting')
      .map(({ id }) => id)

  const readLists = async (): Promise<void> => {
    const isWholeDay =
      polls % pollsPerDayRead === 0 || (dayWantedAt !== null && polls >= dayWantedAt)
    const isOutdated = acts.mark()
    const known = new Set(waitingIds())
    const waiting = await readList({ state: 'waiting' })
    if (!waiting.ok || isOutdated()) return
    const listed = new Set(waiting.value.screenings.map(({ id }) => id))
    const isGone = [...known].some((id) => !listed.has(id))
    const isDayRead = isWholeDay || isGone
    // Another request may have been told meanwhile to come back later.
    if (isDayRead && !dependencies.mayAsk()) return
    const day = isDayRead ? await readDay(today()) : null
    if (isOutdated() || day?.ok === false) return
    if (day) store.set((state) => ({ ...state, isTruncated: day.value.truncated }))
    const done = day?.value.screenings.filter(({ id }) => !listed.has(id)) ?? []
    merge([...done, ...waiting.value.screenings], day !== null)
    if (day) dayWantedAt = null
    polls += 1
    await keep()
  }

  const lookAgain = (): void => {
    dayWantedAt = polls + pollsToDelivery
  }

  return {
    readCatalogue,
    isCatalogueDue: () => store.get().catalogue === null || polls % pollsPerCatalogueRead === 0,
    readLists,
    readDay,
    begin: async (isSameSite) => {
      polls = 0
      dayWantedAt = null
      if (!isSameSite) await recall()
    },
    acknowledged: (content, answer) => {
      acts.acted()
      const known = store.get().entries.find(({ id }) => id === answer.id)
      const fresh = entryOfAnswer(content, answer, known)
      store.set((state) => ({
        ...state,
        entries: [...state.entries.filter(({ id }) => id !== fresh.id), fresh],
      }))
      if (fresh.deliveries !== undefined) lookAgain()
      keep().catch(dependencies.failed)
    },
    amended: (content, amended) => {
      const { id } = content.input
      const known = amendedOf(content, amended, here())
      if (known === null) return
      acts.acted()
      polls = 0
      const { shown, change } = known
      store.set((state) => ({
        ...state,
        entries: state.entries.map((entry) => {
          if (entry.id !== id) return entry
          const { confirmation: _, ...rest } = entry
          return { ...rest, ...shown, change }
        }),
        amended: new Map([...state.amended, [id, known]]),
      }))
      keep().catch(dependencies.failed)
    },
    lookAgain,
    outdate: () => {
      acts.acted()
      polls = 0
    },
  }
}
