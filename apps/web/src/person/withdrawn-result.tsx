import type { RetrievalWithdrawn } from '@sidep/contracts'
import { localDateTime } from '../shared/documents/index.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { Disclosure, Notice } from '../shared/ui/index.ts'
import { KnownAboutMe } from './known-about-me.tsx'
import { personMessages } from './person-messages.ts'

/** The place of the test took it back: what that means for who still has the document, and whom to ask. */
export const WithdrawnResult = ({ answer }: { readonly answer: RetrievalWithdrawn }) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const { siteName, sampledAt, withdrawnAt, recoveryEndedAt } = answer
  return (
    <>
      <div className="panel stack">
        <h1>{t('withdrawnTitle')}</h1>
        <p role="status">
          {t('withdrawnWords', {
            sampled: localDateTime(sampledAt, language, 'zone unsaid'),
            site: siteName === '' ? '' : ` (${siteName})`,
            withdrawn: localDateTime(withdrawnAt, language),
          })}
        </p>
        <Notice tone="warn">
          <p>{t('withdrawnAdvice')}</p>
          {recoveryEndedAt !== undefined && (
            <p>{t('recoveryEnded', { ended: localDateTime(recoveryEndedAt, language) })}</p>
          )}
        </Notice>
      </div>
      <div className="panel folded">
        <Disclosure title={t('knownTitle')} level={2}>
          <KnownAboutMe kept={answer.kept} siteName={siteName} />
        </Disclosure>
      </div>
    </>
  )
}
