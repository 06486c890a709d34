import type { OpenSession } from '@sidep/contracts'
import { useEffect, useRef, useState } from 'react'
import { Type } from 'typebox'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button, News, Tag, Working } from '../../../shared/ui/index.ts'
import { useNow, useOpenSessionList, useOpenSessions, useSiteZone } from '../../context.ts'
import { takeAct } from '../../session/pending-act.ts'
import { CounterPage } from '../counter-page.tsx'
import { ErrorNotice } from '../error-notice.tsx'
import { SoftwarePanel } from '../software/software-panel.tsx'
import { EndConfirm, type Ending } from './end-confirm.tsx'
import { type SessionWords, sessionWords } from './session-words.ts'
import { sessionsMessages } from './sessions-messages.ts'

/** Where one is signed in, and ending it there. */
export const SessionsView = () => {
  const t = useMessages(sessionsMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const now = useNow(30_000)
  const open = useOpenSessions()
  const { sessions, error } = useOpenSessionList()
  const [ending, setEnding] = useState<Ending | null>(null)
  const [news, setNews] = useState<string | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    void open.read()
  }, [open])
  // The button that was pressed went with its session.
  useEffect(() => {
    if (news !== null) heading.current?.focus()
  }, [news])
  const others = sessions?.filter(({ isThis }) => !isThis) ?? []
  const wordsOf = (session: OpenSession): SessionWords =>
    sessionWords(t, session, now, localeOf[language], timeZone)
  const [pending] = useState(() => takeAct('end-sessions', Type.String()))
  // Back from a fresh sign-in: the question is asked again, about the same session, or about all others.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the list is there
  useEffect(() => {
    if (pending === null || sessions === null) return
    const session = others.find(({ sessionId }) => sessionId === pending)
    if (session !== undefined) setEnding({ kind: 'one', session, what: wordsOf(session).what })
    else if (pending === 'others' && others.length > 0)
      setEnding({ kind: 'others', count: others.length })
  }, [pending, sessions === null])
  return (
    <CounterPage title={t('title')}>
      <p>{t('intro')}</p>
      <News>{news}</News>
      {error && <ErrorNotice error={error} />}
      <section className="panel" aria-labelledby="sessions-open">
        <h2 id="sessions-open" ref={heading} tabIndex={-1}>
          {t('open')}
        </h2>
        {sessions === null && error === null && <Working />}
        <ul className="plain-list lined-list">
          {sessions?.map((session) => (
            <Listed key={session.sessionId} session={session} words={wordsOf(session)}>
              <Button
                aria-label={t('endOf', { what: wordsOf(session).what })}
                onPress={() => setEnding({ kind: 'one', session, what: wordsOf(session).what })}
              >
                {t('end')}
              </Button>
            </Listed>
          ))}
        </ul>
        {sessions !== null && others.length === 0 && <p>{t('none')}</p>}
        <div className="actions">
          {others.length > 0 && (
            <Button
              variant="danger"
              onPress={() => setEnding({ kind: 'others', count: others.length })}
            >
              {t('endOthers')}
            </Button>
          )}
          <Button onPress={() => void open.read()}>{t('reload')}</Button>
        </div>
      </section>
      <SoftwarePanel />
      <EndConfirm
        ending={ending}
        onClose={() => setEnding(null)}
        onEnded={(done) => {
          setEnding(null)
          setNews(done.kind === 'one' ? t('ended', { what: done.what }) : t('endedOthers'))
        }}
      />
    </CounterPage>
  )
}

const Listed = ({
  session: { door, isThis, isDormant },
  words: { place, equipment, since, until },
  children,
}: {
  readonly session: OpenSession
  readonly words: SessionWords
  /** The way to end it; this one is left by signing out. */
  readonly children: React.ReactNode
}) => {
  const t = useMessages(sessionsMessages)
  return (
    <li className="lined-item">
      <span className="lined-words">
        <strong>{place}</strong>
        <span>{equipment}</span>
        <span className="muted">{t(`door_${door}`)}</span>
        <span className="number">{t('since', { time: since })}</span>
        <span className="number muted">{t(isDormant ? 'dormant' : 'until', { time: until })}</span>
      </span>
      {isThis ? (
        <Tag tone="good" icon="tick">
          {t('here')}
        </Tag>
      ) : (
        children
      )}
    </li>
  )
}
