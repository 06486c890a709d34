import type { RetrievalAnswer } from '@sidep/contracts'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { dateInWords } from './birth-date-form.tsx'
import { personMessages } from './person-messages.ts'

interface KnownAboutMeProps {
  readonly kept: RetrievalAnswer['kept']
  readonly siteName: string
}

/** What is known about the person, until when it is kept, how to correct it. */
export const KnownAboutMe = ({ kept, siteName }: KnownAboutMeProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const day = (date: string): string => dateInWords(date.slice(0, 10), localeOf[language])
  const contact = new Intl.ListFormat(localeOf[language]).format([...kept.contact])
  return (
    <div className="stack-tight known">
      <p>
        {t('knownIdentity')}{' '}
        {kept.contact.length === 0 ? t('knownNoContact') : t('knownContact', { contact })}
      </p>
      <p>
        {t('knownUntil', {
          date: day(kept.identifyingDataUntil),
          traces: day(kept.tracesUntil),
        })}
      </p>
      <p>{t('knownCorrect', { site: siteName })}</p>
      <p>{t('knownNoThird')}</p>
    </div>
  )
}
