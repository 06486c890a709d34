import { useEffect } from 'react'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { Notice } from '../shared/ui/index.ts'
import { personMessages } from './person-messages.ts'

interface PausedLinkProps {
  readonly until: Date
  readonly onOpen: () => void
}

/** Says when the link reopens, and opens the form by itself then. */
export const PausedLink = ({ until, onOpen }: PausedLinkProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  useEffect(() => {
    const timer = setTimeout(onOpen, Math.max(0, until.getTime() - Date.now()))
    return () => clearTimeout(timer)
  }, [until, onOpen])
  // The minute after: at the minute shown it really is open.
  const time = new Intl.DateTimeFormat(localeOf[language], { timeStyle: 'short' }).format(
    new Date(Math.ceil(until.getTime() / 60_000) * 60_000),
  )
  return (
    <div className="panel stack">
      <h1>{t('pausedTitle')}</h1>
      <Notice tone="info" live="status">
        <p>{t('pausedWords', { time })}</p>
      </Notice>
    </div>
  )
}
