import type { RetrievalWaiting } from '@sidep/contracts'
import { localDateTime } from '../shared/documents/index.ts'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Disclosure } from '../shared/ui/index.ts'
import { KnownAboutMe } from './known-about-me.tsx'
import { personMessages } from './person-messages.ts'
import { expectedAt } from './retrieval.ts'

interface WaitingResultProps {
  readonly answer: RetrievalWaiting
  readonly busy: boolean
  readonly onAgain: () => void
}

/** The sample is taken, the result is not set yet: when to expect it, and a button to look. */
export const WaitingResult = ({ answer, busy, onAgain }: WaitingResultProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const time = new Intl.DateTimeFormat(localeOf[language], { timeStyle: 'short' }).format(
    expectedAt(answer),
  )
  return (
    <>
      <div className="panel stack">
        <h1>{t('waitingTitle')}</h1>
        <p role="status">
          {t('waitingWords', {
            sampled: localDateTime(answer.sampledAt, language, 'zone unsaid'),
            time,
          })}
        </p>
        <Button variant="primary" size="large" wide onPress={onAgain} isDisabled={busy}>
          {t('waitingAgain')}
        </Button>
      </div>
      <div className="panel folded">
        <Disclosure title={t('knownTitle')} level={2}>
          <KnownAboutMe kept={answer.kept} siteName={answer.siteName} />
        </Disclosure>
      </div>
    </>
  )
}
