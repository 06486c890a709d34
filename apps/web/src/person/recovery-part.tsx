import type { RecoveryCertificate, RetrievalAnswer } from '@sidep/contracts'
import { useState } from 'react'
import { type Answer, type ApiError, errorWords } from '../shared/api/index.ts'
import { type DocumentWords, localDateTime, numericDate } from '../shared/documents/index.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Notice, Working } from '../shared/ui/index.ts'
import { CodePicture, FullCode } from './full-code.tsx'
import { personMessages } from './person-messages.ts'
import { TakeAlongButtons } from './take-along.tsx'

export type AskForRecovery = () => Promise<Answer<RecoveryCertificate>>

interface RecoveryPartProps {
  readonly answer: RetrievalAnswer
  /** What the catalogue says about its codes. */
  readonly words: DocumentWords
  readonly onAsk: AskForRecovery
}

/** What a positive test proves later on: from which day, the certificate once it is asked for, and that one has ended. */
export const RecoveryPart = ({ answer, words, onAsk }: RecoveryPartProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const { recovery, recoveryEndedAt } = answer
  if (recovery === undefined && recoveryEndedAt === undefined) return null
  return (
    <section className="panel stack certificate" aria-labelledby="recovery-title">
      <h2 id="recovery-title">{t('recoveryTitle')}</h2>
      {recoveryEndedAt !== undefined && (
        <Notice tone="warn">
          <p>{t('recoveryEnded', { ended: localDateTime(recoveryEndedAt, language) })}</p>
        </Notice>
      )}
      {recovery !== undefined && (
        <CurrentRecovery recovery={recovery} answer={answer} words={words} onAsk={onAsk} />
      )}
    </section>
  )
}

interface CurrentRecoveryProps extends RecoveryPartProps {
  readonly recovery: NonNullable<RetrievalAnswer['recovery']>
}

const CurrentRecovery = ({ recovery, answer, words, onAsk }: CurrentRecoveryProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const [certificate, setCertificate] = useState(recovery.certificate)
  const [isAsking, setAsking] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const ask = async (): Promise<void> => {
    setAsking(true)
    setError(null)
    const asked = await onAsk()
    setAsking(false)
    if (asked.ok) setCertificate(asked.value)
    else setError(asked.error)
  }
  const days = { from: numericDate(recovery.from), until: numericDate(recovery.until) }
  if (certificate !== null)
    return <IssuedRecovery certificate={certificate} answer={answer} words={words} />
  if (!recovery.isOpen) return <p>{t('recoveryEarly', days)}</p>
  const failure = error === null ? null : errorWords(error, language)
  return (
    <>
      <p>{t('recoveryOpen', days)}</p>
      {failure !== null && (
        <Notice
          tone="warn"
          live="alert"
          title={t('recoveryFailed')}
          supportCode={failure.supportCode}
        >
          <p>{failure.sentence}</p>
        </Notice>
      )}
      <div>
        <Button isDisabled={isAsking} onPress={ask}>
          {t('recoveryAsk')}
        </Button>
      </div>
      {isAsking && <Working>{t('recoveryAsking')}</Working>}
    </>
  )
}

interface IssuedRecoveryProps {
  readonly certificate: RecoveryCertificate
  readonly answer: RetrievalAnswer
  readonly words: DocumentWords
}

const IssuedRecovery = ({ certificate, answer, words }: IssuedRecoveryProps) => {
  const t = useMessages(personMessages)
  const [isShown, setShown] = useState(false)
  const { familyName, firstNames, birthDate, sampledAt } = answer
  const person = { familyName, firstNames, birthDate }
  const { disease, verifierAddress } = words
  const document = { person, certificate, disease, verifierAddress, sampledAt }
  const code = { kind: 'recovery', text: certificate.hcert, person } as const
  const days = {
    from: numericDate(certificate.validFrom),
    until: numericDate(certificate.validUntil),
  }
  return (
    <>
      <p role="status">{t('recoveryIssued', days)}</p>
      <figure>
        <div className="code-paper">
          <CodePicture code={code} />
          <button type="button" className="enlarge" onClick={() => setShown(true)}>
            {t('enlargeRecovery')}
          </button>
        </div>
        <figcaption>
          <p className="holder" translate="no">
            <strong>{familyName}</strong> {firstNames}
          </p>
          <p>{t('born', { date: numericDate(birthDate) })}</p>
        </figcaption>
      </figure>
      <TakeAlongButtons
        of={t('recoveryTitle')}
        ways={{
          picture: (paper) => paper.downloadRecoveryPicture(document),
          pdf: (paper) => paper.downloadRecovery(document),
          print: (paper) => paper.printRecovery(document),
        }}
      />
      {isShown && <FullCode code={code} onClose={() => setShown(false)} />}
    </>
  )
}
