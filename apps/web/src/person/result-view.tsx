import type { Catalogue, RetrievalAnswer } from '@sidep/contracts'
import { useEffect, useMemo, useRef } from 'react'
import { useWakeLock } from '../shared/device/use-wake-lock.ts'
import {
  type DocumentWords,
  documentOfRetrieval,
  documentWords,
  localDateTime,
  numericDate,
  verifierAddress,
} from '../shared/documents/index.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Disclosure, Icon, type IconName, Notice } from '../shared/ui/index.ts'
import { AcceptanceLines } from './acceptance.tsx'
import { CertificateView } from './certificate-view.tsx'
import { KnownAboutMe } from './known-about-me.tsx'
import { personMessages } from './person-messages.ts'
import { type AskForRecovery, RecoveryPart } from './recovery-part.tsx'

interface ResultViewProps {
  readonly answer: RetrievalAnswer
  /** Null until it is loaded, or when it cannot be. */
  readonly catalogue: Catalogue | null
  readonly onAskRecovery: AskForRecovery
  readonly onClose: () => void
}

/** Beside the word, which says it: no sign and no colour does alone. */
const signs = {
  negative: 'tick',
  positive: 'warning',
  inconclusive: 'question',
} as const satisfies Record<RetrievalAnswer['result'], IconName>

/** The result in one sentence, then the certificate, then what is known and kept. */
export const ResultView = ({ answer, catalogue, onAskRecovery, onClose }: ResultViewProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const title = useRef<HTMLHeadingElement>(null)
  const words = useMemo(
    () => documentWords(answer, catalogue, verifierAddress(catalogue)),
    [answer, catalogue],
  )
  const document = useMemo(() => documentOfRetrieval(answer, words), [answer, words])
  const sentence = {
    test: words.test[language],
    sampled: localDateTime(answer.sampledAt, language, 'zone unsaid'),
  }
  useWakeLock()
  useEffect(() => title.current?.focus(), [])

  return (
    <>
      <section className={`panel stack result ${answer.result}`}>
        <div className="result-head">
          <span className="result-sign">
            <Icon name={signs[answer.result]} />
          </span>
          <h1 ref={title} tabIndex={-1}>
            {t(`${answer.result}Title`)}
          </h1>
        </div>
        <p className="result-sentence">{t(`${answer.result}Words`, sentence)}</p>
        {answer.correctedAt !== undefined && (
          <Notice
            tone="info"
            title={t('correctedTitle', { corrected: localDateTime(answer.correctedAt, language) })}
          >
            <p>{t('correctedWords')}</p>
          </Notice>
        )}
        <AcceptanceLines answer={answer} now={new Date()} />
        {answer.result === 'positive' && (
          <Notice tone="info">
            <p>{t('positiveAdvice')}</p>
          </Notice>
        )}
      </section>
      {document === null && answer.result === 'positive' && (
        <Notice tone="info">
          <p>{t('positiveHeld')}</p>
        </Notice>
      )}
      {document !== null && <CertificateView document={document} />}
      <RecoveryPart answer={answer} words={words} onAsk={onAskRecovery} />
      <div className="panel folded">
        <Details answer={answer} words={words} />
        <Disclosure title={t('knownTitle')} level={2}>
          <KnownAboutMe kept={answer.kept} siteName={answer.siteName} />
        </Disclosure>
      </div>
      <div>
        <Button onPress={onClose}>{t('close')}</Button>
      </div>
    </>
  )
}

interface DetailsProps {
  readonly answer: RetrievalAnswer
  readonly words: DocumentWords
}

const Details = ({ answer, words }: DetailsProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const rows: readonly (readonly [label: string, value: string])[] = [
    [t('sampledAt'), localDateTime(answer.sampledAt, language)],
    [t('device'), words.device],
    [t('site'), answer.siteName],
    ...(answer.certificate === null ? [] : [[t('uvci'), answer.certificate.uvci] as const]),
  ]
  return (
    <Disclosure title={t('details')} level={2}>
      <p translate="no">
        {`${answer.familyName} ${answer.firstNames}`.trim()},{' '}
        {t('born', { date: numericDate(answer.birthDate) })}
      </p>
      <dl className="facts">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  )
}
