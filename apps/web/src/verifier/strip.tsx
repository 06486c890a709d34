import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { DataAge } from './data-line.tsx'
import type { ToldLoading } from './judging/judge.ts'
import { localDay, type Mode, type ModeChoice } from './mode.ts'

import { verifierMessages } from './verifier-messages.ts'

interface StripProps {
  readonly choices: readonly ModeChoice[]
  readonly mode: Mode
  /** Null while it is first loaded. */
  readonly loading: ToldLoading | null
}

/** What is being checked, and how old the data is: always in sight, in one strip. */
export const Strip = ({ choices, mode, loading }: StripProps) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const chosen = choices.find(({ id }) => id === mode.choice)
  const date = mode.date !== null && mode.date > localDay(new Date()) ? mode.date : null
  return (
    <div className="strip">
      <p>
        <span className="visually-hidden">{t('mode')} : </span>
        <strong>
          {chosen?.title[language]}
          {date !== null && ` ${t('modeOn', { date: shortDate(date, localeOf[language]) })}`}
        </strong>
      </p>
      {loading !== null && <DataAge loading={loading} />}
    </div>
  )
}

const shortDate = (date: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' }).format(
    new Date(`${date}T12:00:00`),
  )
