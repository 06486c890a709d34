import type { SiteNotice } from '@sidep/contracts'
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Store } from '../shared/store.ts'
import type { CatchUpDesk } from './catch-up/desk.ts'
import { timeHere } from './clock.ts'
import type { Counter } from './counter-interface.ts'
import type { BegunCorrections } from './form/begun-correction.ts'
import type { Draft, DraftFields, FieldName } from './form/draft.ts'
import type { DraftStore } from './form/draft-store.ts'
import type { Records } from './record/records.ts'
import type { OpenSessions } from './session/open-sessions.ts'
import type { SiteNotices } from './site/site-notices.ts'
import type { Slips, SlipsState } from './slips/slips.ts'
import type { Software } from './software/software.ts'
import type { CounterState } from './state.ts'
import type { Team } from './team/team.ts'
import { siteZoneOf } from './typing/site-zone.ts'

export interface CounterContext {
  readonly counter: Counter
  readonly draft: DraftStore
  readonly correction: BegunCorrections
  readonly slips: Slips
  readonly team: Team
  readonly sessions: OpenSessions
  readonly software: Software
  readonly site: SiteNotices
  readonly records: Records
  /** Its code comes by itself, once the counter is on the screen. */
  readonly catchUp: () => Promise<CatchUpDesk>
}

const Context = createContext<CounterContext | null>(null)
export const CounterProvider = Context.Provider

const useCounterContext = (): CounterContext => {
  const context = useContext(Context)
  if (context === null) throw new Error('no counter around this component')
  return context
}

export const useCounter = (): Counter => useCounterContext().counter

export const useCounterState = (): CounterState => {
  const { store } = useCounter()
  return useSyncExternalStore(store.subscribe, store.get)
}

/** One thing of the state: whoever shows it is drawn again only when that changes. */
export const useCounterValue = <Value>(select: (state: CounterState) => Value): Value => {
  const { store } = useCounter()
  return useSyncExternalStore(store.subscribe, () => select(store.get()))
}

export const useCatchUp = (): (() => Promise<CatchUpDesk>) => useCounterContext().catchUp

const CatchUpDeskContext = createContext<CatchUpDesk | null>(null)
export const CatchUpDeskProvider = CatchUpDeskContext.Provider

/** Within the catch-up view, which waits for it. */
export const useCatchUpDesk = (): CatchUpDesk => {
  const desk = useContext(CatchUpDeskContext)
  if (desk === null) throw new Error('no catch-up desk around this component')
  return desk
}

const useStore = <Value>({ subscribe, get }: Pick<Store<Value>, 'get' | 'subscribe'>): Value =>
  useSyncExternalStore(subscribe, get)

export const useSlips = (): Slips => useCounterContext().slips

export const useSlipsState = (): SlipsState => {
  const { print, out } = useSlips()
  const { value, error } = useStore(out)
  const isTruncated = value?.truncated ?? false
  return { ...useStore(print), out: value?.slips ?? null, isTruncated, error }
}

export const useTeam = (): Team => useCounterContext().team

/** Who works at this site under whose responsibility; null before the portal has said. */
export const useTeamHere = () => {
  const { value, error } = useStore(useTeam().here)
  return { here: value?.delegations ?? null, error }
}

/** For whom the person signed in may work; null before the portal has said. */
export const useWorkForMe = () => {
  const { value, error } = useStore(useTeam().forMe)
  return { forMe: value?.delegations ?? null, error }
}

export const useOpenSessions = (): OpenSessions => useCounterContext().sessions

/** Null before the portal has said. */
export const useOpenSessionList = () => {
  const { value, error } = useStore(useOpenSessions().store)
  return { sessions: value?.sessions ?? null, error }
}

export const useSoftware = (): Software => useCounterContext().software

/** Null before the portal has said. */
export const useSoftwareList = () => {
  const { value, error } = useStore(useSoftware().store)
  return { delegations: value?.delegations ?? null, error }
}

export const useSiteNotices = (): SiteNotices => useCounterContext().site

export const useSiteNoticeList = (): readonly SiteNotice[] =>
  useStore(useSiteNotices().store).value?.notices ?? []

export const useRecords = (): Records => useCounterContext().records

export const useDraftStore = (): DraftStore => useCounterContext().draft

export const useBegunCorrections = (): BegunCorrections => useCounterContext().correction

/** What fields write to: the draft of a new screening, or of what is put right around them. */
export type FormDraft = Pick<DraftStore, 'get' | 'subscribe' | 'dispatch'>

const FormDraftContext = createContext<FormDraft | null>(null)
export const FormDraftProvider = FormDraftContext.Provider

export const useFormDraft = (): FormDraft => {
  const { draft } = useCounterContext()
  return useContext(FormDraftContext) ?? draft
}

/**
 * One thing of the draft: whoever shows it is drawn again only when that changes, and not at each letter typed elsewhere.
 *
 * @param select gives a text, a number or a boolean, or something that the draft itself holds
 */
export const useDraftValue = <Value>(select: (draft: Draft) => Value): Value => {
  const draft = useFormDraft()
  return useSyncExternalStore(draft.subscribe, () => select(draft.get()))
}

/** One field of the draft, as typed. */
export const useDraftField = <Name extends FieldName>(name: Name): DraftFields[Name] =>
  useDraftValue(({ fields }) => fields[name])

/** What is taken for now when somebody types: the portal's time where this computer's is off. */
export const useTimeHere = (): (() => Date) => {
  const { store } = useCounter()
  return useCallback(() => timeHere(store.get().outbox, new Date()), [store])
}

/** The time zone of the site: typed times are on its clock. */
export const useSiteZone = (): string => useCounterValue(siteZoneOf)

/** The same, fresh as `useNow`. */
export const useNowHere = (everyMilliseconds: number): Date => {
  const { outbox } = useCounterState()
  return timeHere(outbox, useNow(everyMilliseconds))
}

/** The time, fresh at least every so often: timers move by the minute, not by the second. */
export const useNow = (everyMilliseconds: number): Date => {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMilliseconds)
    return () => clearInterval(timer)
  }, [everyMilliseconds])
  return now
}

/** Whether a media query holds. */
export const useMedia = (query: string): boolean =>
  useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
