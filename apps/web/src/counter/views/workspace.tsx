import { useEffect, useMemo, useRef, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { UpdateNotice } from '../../shared/offline/update-notice.tsx'
import { Page, Tabs } from '../../shared/ui/index.ts'
import { useCounterState, useMedia } from '../context.ts'
import { doneRows, type Row, rowsOf, waitingRows } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import type { HeldEntry } from '../outbox/content.ts'
import { ownEntries } from '../state.ts'
import { BookletFoot, BookletNotice } from './booklet-notice.tsx'
import { CounterNav } from './counter-nav.tsx'
import { Safety } from './safety.tsx'
import { ScreeningDialog } from './screening-dialog.tsx'
import { ScreeningForm, type ScreeningFormHandle } from './screening-form.tsx'
import { SessionMenu } from './session-menu.tsx'
import { SiteNotices } from './site-notices.tsx'
import { StateBar } from './state-bar.tsx'
import { ToCorrect } from './to-correct.tsx'
import { TodayList } from './today-list.tsx'
import { KeysProvider } from './use-keys.tsx'
import type { Recorded } from './use-screening-form.ts'
import { WaitingList } from './waiting-list.tsx'

/** The counter at work: new screening beside (or, on a phone, behind) those who wait; the day below. */
export const Workspace = () => {
  const t = useMessages(messages)
  const { entries, areListsKnown, outbox, session, sitting } = useCounterState()
  const isWide = useMedia('(min-width: 60rem)')
  const [tab, setTab] = useState<'new' | 'waiting'>('new')
  const [openId, setOpenId] = useState<string | null>(null)
  const form = useRef<ScreeningFormHandle>(null)
  const [answered] = useState(() => new Set<string>())

  const own = useMemo(() => ownEntries({ outbox, session, sitting }), [outbox, session, sitting])
  const rows = useMemo(() => rowsOf(entries, own), [entries, own])
  const waiting = waitingRows(rows)
  const done = doneRows(rows)

  // On a desk one types at once; on a phone the keyboard would cover half the screen. Whoever is elsewhere stays there.
  useEffect(() => {
    if (isWide && document.activeElement === document.body) form.current?.focus()
  }, [isWide])

  const onRecorded = ({ id, result }: Recorded): void => {
    if (result !== null) setOpenId(id)
  }
  const correct = (entry: HeldEntry): void => {
    setTab('new')
    void form.current?.correct(entry)
  }
  const newScreening = <ScreeningForm ref={form} answered={answered} onRecorded={onRecorded} />
  const waitingList = <WaitingList rows={waiting} onOpen={setOpenId} />

  return (
    <KeysProvider
      begins={() => form.current?.scanMayBegin()}
      scanned={(text) => {
        if (openId === null) setTab('new')
        form.current?.scanned(text)
      }}
    >
      <Page title={t('title')} homeHref="/pro/" header={<StateBar />} headerEnd={<SessionMenu />}>
        <div className="workspace">
          <CounterNav />
          <h1 className="visually-hidden">{t('title')}</h1>
          <UpdateNotice />
          <Safety />
          <SiteNotices />
          <BookletNotice />
          <ToCorrect entries={own.filter(({ stage }) => stage === 'refused')} onCorrect={correct} />
          {isWide ? (
            <div className="columns">
              <section className="panel" aria-labelledby="new-title">
                <h2 id="new-title">{t('newScreening')}</h2>
                {newScreening}
              </section>
              <section className="panel" aria-labelledby="waiting-title">
                <h2 id="waiting-title">
                  {t('waiting')} {areListsKnown && <Count of={waiting} />}
                </h2>
                {waitingList}
              </section>
            </div>
          ) : (
            <Tabs
              label={t('columns')}
              selected={tab}
              onSelect={setTab}
              tabs={[
                {
                  id: 'new',
                  title: t('newScreening'),
                  content: (
                    <>
                      <h2 className="visually-hidden">{t('newScreening')}</h2>
                      {newScreening}
                    </>
                  ),
                },
                {
                  id: 'waiting',
                  title: areListsKnown
                    ? t('waitingCount', { count: waiting.length })
                    : t('waiting'),
                  content: (
                    <>
                      <h2 className="visually-hidden">{t('waiting')}</h2>
                      {waitingList}
                    </>
                  ),
                },
              ]}
            />
          )}
          <section className="panel" aria-labelledby="today-title">
            <h2 id="today-title">
              {t('today')} {areListsKnown && <Count of={done} />}
            </h2>
            <TodayList rows={done} onOpen={setOpenId} />
          </section>
          <BookletFoot />
        </div>
        <ScreeningDialog
          row={rows.find(({ id }) => id === openId) ?? null}
          rows={rows}
          answered={answered}
          onClose={() => {
            setOpenId(null)
            if (tab === 'new') form.current?.focus()
          }}
        />
      </Page>
    </KeysProvider>
  )
}

const Count = ({ of: rows }: { readonly of: readonly Row[] }) => (
  <span className="count number">{rows.length}</span>
)
