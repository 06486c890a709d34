import '../desk.css'
import { memo, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { UpdateNotice } from '../../shared/offline/update-notice.tsx'
import { Page } from '../../shared/ui/index.ts'
import { useCounter, useCounterState, useMedia } from '../context.ts'
import { amendedRows, doneRows, type Row, rowsOf, waitingRows } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import { type HeldEntry, isOfCounter } from '../outbox/content.ts'
import { ownAmendments, ownEntries } from '../state.ts'
import { BookletFoot, BookletNotice } from './booklet-notice.tsx'
import { CounterNav } from './counter-nav.tsx'
import { DayPanel, useDayTitle } from './day-panel.tsx'
import { ListSearchBar } from './list-search.tsx'
import type { ScanTarget } from './record/amend-view-props.ts'
import { BegunCorrectionNotice } from './record/begun-correction-notice.tsx'
import { RefusedAmendments } from './record/refused-amendments.tsx'
import { RipeWatch } from './ripe-watch.tsx'
import { Safety } from './safety.tsx'
import { ScreeningDialog } from './screening-dialog.tsx'
import { ScreeningForm, type ScreeningFormHandle } from './screening-form.tsx'
import { SessionMenu } from './session-menu.tsx'
import { SiteNotices } from './site-notices.tsx'
import { StateBar } from './state-bar.tsx'
import { panelId, type Tab, TabList, tabId } from './tab-list.tsx'
import { ToCorrect } from './to-correct.tsx'
import { ripestKey, ToRipest } from './to-ripest.tsx'
import { KeysProvider } from './use-keys.tsx'
import { useListSearch } from './use-list-search.ts'
import type { Recorded } from './use-screening-form.ts'
import { WaitingList } from './waiting-list.tsx'

type TabName = 'new' | 'waiting' | 'day'

/** What is asked in one must be answered before anything else is opened. */
const isDialogOpen = (): boolean =>
  document.querySelector('[role="dialog"], [role="alertdialog"]') !== null

// What the lists are asked for is said here, and a letter of it draws the lists: these are drawn by what they show
// themselves, and when what is passed to them changes.
const stateBar = <StateBar />
const sessionMenu = <SessionMenu />
const ways = <CounterNav />
const notices = (
  <>
    <UpdateNotice />
    <Safety />
    <SiteNotices />
  </>
)
const foot = <BookletFoot />
const PreparedBooklet = memo(BookletNotice)
const Corrections = memo(ToCorrect)
const NewScreening = memo(ScreeningForm)
const OpenScreening = memo(ScreeningDialog)
const Ripe = memo(RipeWatch)

/** The counter at work: new screening beside the lists on a desk, each behind its tab on a phone. */
export const Workspace = () => {
  const t = useMessages(messages)
  const counter = useCounter()
  const { entries, areListsKnown, outbox, session, anonymousDraft, amended } = useCounterState()
  const isWide = useMedia('(min-width: 60rem)')
  const [tab, setTab] = useState<TabName>('new')
  const [openId, setOpenId] = useState<string | null>(null)
  const [ripeCount, setRipeCount] = useState(0)
  const form = useRef<ScreeningFormHandle>(null)
  const amending = useRef<ScanTarget>(null)
  /** What the dialog begins with, and a record that no list has. */
  const [begun, setBegun] = useState<'correct' | null>(null)
  const [read, setRead] = useState<Row | null>(null)
  const [answered] = useState(() => new Set<string>())
  const own = useMemo(
    () => ownEntries({ outbox, session, anonymousDraft }).filter(isOfCounter),
    [outbox, session, anonymousDraft],
  )
  const refused = useMemo(() => own.filter(({ stage }) => stage === 'refused'), [own])
  const amendments = useMemo(() => ownAmendments({ outbox, session }), [outbox, session])
  const refusedAmendments = useMemo(
    () => amendments.filter(({ stage }) => stage === 'refused'),
    [amendments],
  )
  const asAmended = useCallback(
    (read: readonly Row[]) => amendedRows(read, amended, amendments),
    [amended, amendments],
  )
  const search = useListSearch(asAmended)
  const dayTitle = useDayTitle(search)
  const rows = useMemo(() => asAmended(rowsOf(entries, own)), [entries, own, asAmended])
  const waiting = useMemo(() => waitingRows(rows), [rows])
  const done = useMemo(() => doneRows(rows), [rows])
  const ripest = waiting[0]?.id ?? null

  // On a desk one types at once; on a phone the keyboard would cover half the screen. Whoever is elsewhere stays there.
  useEffect(() => {
    if (isWide && document.activeElement === document.body) form.current?.focus()
  }, [isWide])

  const open = useCallback((id: string) => {
    setBegun(null)
    setOpenId(id)
  }, [])
  const toRipest = useMemo(
    () => (ripest === null ? null : <ToRipest onOpen={() => open(ripest)} />),
    [ripest, open],
  )

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== ripestKey || event.repeat || ripest === null || isDialogOpen()) return
    event.preventDefault()
    open(ripest)
  })
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  /** Where one goes on: at the first field, or on a phone, whose keyboard would cover half the screen, at its tab. */
  const goOn = useCallback((): void => {
    if (isWide) form.current?.focus()
    else document.getElementById(tabId('new'))?.focus()
  }, [isWide])

  const review = async (id: string): Promise<void> => {
    if (!rows.some((row) => row.id === id)) {
      const answer = await counter.recorded(id)
      if (answer.ok) setRead(rowsOf([answer.value], [])[0] ?? null)
    }
    setBegun('correct')
    setOpenId(id)
  }
  const onRecorded = useCallback(({ id, result }: Recorded): void => {
    if (result !== null) setOpenId(id)
  }, [])
  const correct = useCallback((entry: HeldEntry): void => {
    setTab('new')
    void form.current?.correct(entry)
  }, [])
  const isFormShown = isWide || tab === 'new'
  const close = useCallback((): void => {
    setOpenId(null)
    setBegun(null)
    if (isFormShown) form.current?.focus()
  }, [isFormShown])

  const { shownOf, filteredOf } = search
  const shownWaiting = useMemo(() => shownOf(waiting), [shownOf, waiting])
  const dayRows = search.query.choice === 'today' ? done : (search.past?.rows ?? null)
  const dayCount = useMemo(() => filteredOf(dayRows ?? []).length, [filteredOf, dayRows])
  const isCounted = areListsKnown && dayRows !== null
  // Beside the form there is always a list.
  const listTab = tab === 'day' ? 'day' : 'waiting'
  const selected = isWide ? listTab : tab
  const listTabs: readonly Tab<TabName>[] = [
    {
      id: 'waiting',
      title: areListsKnown ? t('waitingCount', { count: shownWaiting.length }) : t('waiting'),
    },
    {
      id: 'day',
      title: isCounted ? t('dayCount', { day: dayTitle, count: dayCount }) : dayTitle,
    },
  ]
  const tabs = (shown: readonly Tab<TabName>[]) => (
    <TabList label={t('columns')} tabs={shown} selected={selected} onSelect={setTab} />
  )
  /** A panel is a tab's where there is one for it. */
  const panel = (name: TabName) =>
    isWide && name === 'new'
      ? { 'aria-labelledby': 'new-title' }
      : { role: 'tabpanel', 'aria-labelledby': tabId(name), hidden: selected !== name }

  return (
    <KeysProvider
      begins={() => (amending.current ?? form.current)?.scanMayBegin()}
      scanned={(text) => {
        if (amending.current !== null) {
          amending.current.scanned(text)
          return
        }
        if (openId === null) setTab((current) => (isWide ? current : 'new'))
        form.current?.scanned(text)
      }}
    >
      <Page
        title={ripeCount === 0 ? t('title') : t('titleRipe', { count: ripeCount })}
        homeHref="/pro/"
        header={stateBar}
        headerEnd={sessionMenu}
      >
        <div className="workspace">
          {ways}
          <h1 className="visually-hidden">{t('title')}</h1>
          {notices}
          <PreparedBooklet onReady={goOn} />
          <Corrections entries={refused} onCorrect={correct} />
          <RefusedAmendments amendments={refusedAmendments} onReview={(id) => void review(id)} />
          {openId === null && (
            <BegunCorrectionNotice rows={rows} onGoOn={(id) => void review(id)} />
          )}
          <div className={isWide ? 'desk wide' : 'desk'}>
            {!isWide && tabs([{ id: 'new', title: t('newScreening') }, ...listTabs])}
            <section id={panelId('new')} className="panel" {...panel('new')}>
              <NewScreening
                ref={form}
                answered={answered}
                onRecorded={onRecorded}
                toRipest={toRipest}
              />
            </section>
            <div className="panel lists" hidden={!isWide && tab === 'new'}>
              <ListSearchBar search={search} />
              {isWide && tabs(listTabs)}
              <section id={panelId('waiting')} className="list" {...panel('waiting')}>
                <WaitingList
                  rows={shownWaiting}
                  ripestId={ripest}
                  none={
                    waiting.length > 0
                      ? t('searchNone')
                      : t(areListsKnown ? 'waitingNone' : 'listPending')
                  }
                  onOpen={open}
                />
                <Ripe waiting={waiting} onCount={setRipeCount} />
              </section>
              <section id={panelId('day')} className="list" {...panel('day')}>
                <DayPanel search={search} today={done} title={dayTitle} onOpen={open} />
              </section>
            </div>
          </div>
          {foot}
        </div>
        <OpenScreening
          row={
            rows.find(({ id }) => id === openId) ??
            search.past?.rows?.find(({ id }) => id === openId) ??
            search.found?.rows?.find(({ id }) => id === openId) ??
            asAmended(read === null ? [] : [read]).find(({ id }) => id === openId) ??
            null
          }
          rows={rows}
          answered={answered}
          scanTarget={amending}
          act={begun}
          onClose={close}
        />
      </Page>
    </KeysProvider>
  )
}
