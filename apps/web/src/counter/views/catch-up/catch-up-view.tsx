import './catch-up.css'
import { useDeferredValue, useMemo, useRef, useSyncExternalStore } from 'react'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Disclosure, Notice, Working } from '../../../shared/ui/index.ts'
import { useCatchUpDesk, useCounterState, useMedia, useNow, useSiteZone } from '../../context.ts'
import { clockTime } from '../../words.ts'
import { ErrorNotice } from '../error-notice.tsx'
import { Cards } from './cards.tsx'
import { catchUpMessages } from './catch-up-messages.ts'
import { Colleagues } from './colleagues.tsx'
import { DefaultsBar } from './defaults-bar.tsx'
import { FaultList } from './fault-list.tsx'
import { Files } from './files.tsx'
import { GridTable, type GridTableHandle } from './grid-table.tsx'
import { SendBar } from './send-bar.tsx'
import { type PaperScanned, usePaperScanner } from './use-paper-scanner.ts'

/** Typing a pile of papers: a grid on a desk, a card a paper on a phone. */
export const CatchUpView = () => {
  const t = useMessages(catchUpMessages)
  const desk = useCatchUpDesk()
  const state = useSyncExternalStore(desk.store.subscribe, desk.store.get)
  return (
    <>
      <p>{t('intro')}</p>
      {state.phase === 'opening' && <Working>{t('opening')}</Working>}
      {state.phase === 'elsewhere' && (
        <Notice tone="info" live="status" title={t('elsewhereTitle')}>
          <p>{t('elsewhere')}</p>
        </Notice>
      )}
      {state.phase === 'open' && <Desk />}
    </>
  )
}

const Desk = () => {
  const t = useMessages(catchUpMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const desk = useCatchUpDesk()
  const state = useSyncExternalStore(desk.store.subscribe, desk.store.get)
  const { catalogue, recentDevices } = useCounterState()
  const isWide = useMedia('(min-width: 60rem)')
  const grid = useRef<GridTableHandle>(null)
  const sendButton = useRef<HTMLButtonElement>(null)
  // Times go by: what was in the future a minute ago no longer is.
  const now = useNow(60_000)
  // The letter just typed is shown at once; what is wrong with a thousand lines may follow.
  const rows = useDeferredValue(state.grid.rows)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the desk reads clock and catalogue by itself
  const standings = useMemo(() => desk.standings(rows), [desk, rows, now, catalogue, recentDevices])
  const { notice } = state.grid
  const scanned = usePaperScanner((spot) => grid.current?.goTo(spot))

  return (
    <>
      {state.hasSaveFailed && (
        <Notice tone="bad" live="alert" title={t('saveFailed')}>
          <p>{t('saveFailedHelp')}</p>
        </Notice>
      )}
      {state.trouble !== null && (
        <>
          <Notice tone="warn" live="status">
            <p>{t('trouble')}</p>
            <p>
              {t('troubleAt', {
                time: clockTime(state.trouble.retryAt, localeOf[language], timeZone),
              })}
            </p>
          </Notice>
          <ErrorNotice error={state.trouble.error} />
        </>
      )}
      <Colleagues state={state} />
      <section className="panel stack" aria-labelledby="papers-title">
        <h2 id="papers-title" className="visually-hidden">
          {t('title')}
        </h2>
        <DefaultsBar />
        {isWide ? (
          <>
            <GridTable
              ref={grid}
              state={state}
              standings={standings}
              leaveTo={() => sendButton.current?.focus()}
            />
            <Disclosure title={t('keysTitle')}>
              <p className="small">{t('keys')}</p>
            </Disclosure>
          </>
        ) : (
          <Cards state={state} standings={standings} />
        )}
        {notice !== null && (
          <Notice tone="warn" live="alert">
            <p>{t(`notice_${notice}`)}</p>
          </Notice>
        )}
        <Scanned scanned={scanned} />
        <SendBar state={state} standings={standings} buttonRef={sendButton} />
        {isWide && (
          <FaultList
            rows={rows}
            standings={standings}
            active={state.grid.active.row}
            onGo={(spot) => grid.current?.goTo(spot)}
          />
        )}
      </section>
      <Files state={state} />
    </>
  )
}

const refusedWords = { ins: 'scanIns', other: 'scanOther', layout: 'scanLayout' } as const

/** What became of the last scan. */
const Scanned = ({ scanned }: { readonly scanned: PaperScanned | null }) => {
  const t = useMessages(catchUpMessages)
  return (
    <>
      <p className="said" role="status">
        {scanned?.kind === 'slip' && t('scanSlip', { line: scanned.line })}
        {scanned?.kind === 'person' && t('scanPerson', { line: scanned.line })}
      </p>
      {scanned?.kind === 'refused' && (
        <Notice tone="warn" live="alert">
          <p>{t(refusedWords[scanned.why])}</p>
        </Notice>
      )}
    </>
  )
}
