import { requestRecovery } from '@sidep/contracts/endpoints'
import { useEffect, useRef, useState } from 'react'
import './person.css'
import { browserApi, errorWords } from '../shared/api/index.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { UpdateNotice } from '../shared/offline/update-notice.tsx'
import { noteField, useScanner } from '../shared/scanner/index.ts'
import { Button, Notice, Page } from '../shared/ui/index.ts'
import { BirthDateForm } from './birth-date-form.tsx'
import { CodeForm } from './code-form.tsx'
import { ExpiredLink } from './expired-link.tsx'
import { keepLink } from './kept-link.ts'
import { isSlipCode, isSlipNumber, takeLinkCode } from './link-code.ts'
import { PausedLink } from './paused-link.tsx'
import { personMessages } from './person-messages.ts'
import { type RetrievalOutcome, retrieve } from './retrieval.ts'
import { readScannedLink, type ScannedLink } from './scanned-link.ts'
import { useCatalogue } from './use-catalogue.ts'
import { WaitingResult } from './waiting-result.tsx'
import { WithdrawnResult } from './withdrawn-result.tsx'

const api = browserApi()
const now = (): Date => new Date()

/** What shows a result, and draws its codes; fetched while the birth date is typed. */
const loadResultView = async () => (await import('./result-view.tsx')).ResultView
type ResultView = Awaited<ReturnType<typeof loadResultView>>

interface PersonPageProps {
  readonly code: string | null
  /** Of this tab: the code is kept there over a reload. */
  readonly storage: Parameters<typeof keepLink>[0]
}

/** Link → birth date → result. All but the code is in memory alone; closing the page forgets it. */
export const PersonPage = ({ code: opened, storage }: PersonPageProps) => {
  const t = useMessages(personMessages)
  const [code, setCode] = useState(opened)
  const [birthDate, setBirthDate] = useState<string | null>(null)
  const [outcome, setOutcome] = useState<RetrievalOutcome | null>(null)
  const [seeing, setSeeing] = useState(false)
  const [numbersTyped, setNumbersTyped] = useState(0)
  const [scanned, setScanned] = useState<ScannedLink['kind'] | null>(null)
  const [view, setView] = useState<{ readonly Result: ResultView } | null>(null)
  const catalogue = useCatalogue(api, code !== null)

  const restart = (next: string | null): void => {
    setCode(next)
    setBirthDate(null)
    setOutcome(null)
    setNumbersTyped(0)
  }
  useNextLink(restart)
  const putBack = useRef<() => void>(() => undefined)
  useScanner(
    () => {
      putBack.current = noteField()
      setScanned(null)
    },
    (text) => {
      putBack.current()
      const read = readScannedLink(text)
      setScanned(read?.kind ?? null)
      if (read?.kind === 'code') restart(read.code)
    },
  )
  useEffect(() => keepLink(storage, code, now()), [storage, code])
  useEffect(() => {
    // Asked for again, and what is wrong said, when it is needed.
    if (code !== null) loadResultView().catch(() => undefined)
  }, [code])

  /** The part that shows it first: without that, no try is spent. */
  const retrieveAndShow = async (
    link: string,
    date: string,
    unlockNumber: string | undefined,
  ): Promise<RetrievalOutcome> => {
    try {
      const Result = await loadResultView()
      setView({ Result })
    } catch (error) {
      console.warn('VIEW_NOT_LOADED', error)
      return { kind: 'failed', error: { kind: 'offline' } }
    }
    return retrieve(api, link, date, now, unlockNumber)
  }
  const look = async (link: string, date: string, unlockNumber?: string): Promise<void> => {
    setBirthDate(date)
    setSeeing(true)
    setOutcome(await retrieveAndShow(link, date, unlockNumber))
    setSeeing(false)
  }
  const unlock = async (unlockNumber: string, date: string): Promise<void> => {
    if (code === null) return
    await look(code, date, unlockNumber)
    setNumbersTyped((count) => count + 1)
  }
  const again = (): void => {
    if (code !== null && birthDate !== null) void look(code, birthDate)
  }

  return (
    <Page title={t('title')} width="narrow">
      <div className="stack person-page">
        <UpdateNotice />
        {(scanned === 'layout' || scanned === 'other') && (
          <Notice tone="warn" live="alert">
            <p>{t(scanned === 'layout' ? 'scanLayout' : 'scanOther')}</p>
          </Notice>
        )}
        {code === null ? (
          <CodeForm onCode={setCode} />
        ) : outcome?.kind === 'result' && view !== null ? (
          <view.Result
            answer={outcome.answer}
            catalogue={catalogue}
            onAskRecovery={() =>
              api.ask(requestRecovery, { body: { code, birthDate: birthDate ?? '' } })
            }
            onClose={() => restart(null)}
          />
        ) : outcome?.kind === 'waiting' ? (
          <WaitingResult answer={outcome.answer} busy={seeing} onAgain={again} />
        ) : outcome?.kind === 'withdrawn' ? (
          <WithdrawnResult answer={outcome.answer} />
        ) : outcome?.kind === 'expired' ? (
          <ExpiredLink api={api} code={code} />
        ) : outcome?.kind === 'paused' ? (
          <PausedLink
            api={api}
            code={code}
            birthDate={birthDate ?? ''}
            until={outcome.until}
            busy={seeing}
            wasWrong={numbersTyped > 0}
            onOpen={() => setOutcome(null)}
            onNumber={(number, date) => void unlock(number, date)}
          />
        ) : (
          <>
            {outcome !== null && !seeing && (
              <Trouble outcome={outcome} code={code} onAgain={again} />
            )}
            <BirthDateForm key={code} busy={seeing} onDate={(date) => void look(code, date)} />
          </>
        )}
      </div>
    </Page>
  )
}

/** A second link opened in the same tab: its code is taken as the first one's was. */
const useNextLink = (onCode: (code: string | null) => void): void => {
  useEffect(() => {
    const take = () => {
      const code = takeLinkCode(window)
      if (code !== null) onCode(code)
    }
    addEventListener('hashchange', take)
    return () => removeEventListener('hashchange', take)
  })
}

interface TroubleProps {
  readonly outcome: RetrievalOutcome
  /** Of a paper slip, which may not have been typed yet, or of a link. */
  readonly code: string
  readonly onAgain: () => void
}

/** What went wrong, above the form, which stays: the next try is one line away. */
const Trouble = ({ outcome, code, onAgain }: TroubleProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  if (outcome.kind === 'not-found' && isSlipCode(code)) {
    return (
      <Notice tone="info" live="alert" title={t('slipNotYetTitle')}>
        <p>{t('slipNotYetWords')}</p>
        <p>{t('slipNotYetDate')}</p>
        {isSlipNumber(code) && <p>{t('slipChecking')}</p>}
      </Notice>
    )
  }
  if (outcome.kind === 'not-found') {
    return (
      <Notice tone="warn" live="alert" title={t('notFoundTitle')}>
        <p>{t('notFoundWords')}</p>
      </Notice>
    )
  }
  if (outcome.kind !== 'failed') return null
  const { sentence, supportCode } = errorWords(outcome.error, language)
  return (
    <Notice tone="warn" live="alert" title={t('failedTitle')} supportCode={supportCode}>
      <p>{sentence}</p>
      <div>
        <Button onPress={onAgain}>{t('again')}</Button>
      </div>
    </Notice>
  )
}
