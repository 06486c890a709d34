import type { Catalogue, RetrievalAnswer } from '@sidep/contracts'
import { useEffect, useRef } from 'react'
import { useWakeLock } from '../shared/device/use-wake-lock.ts'
import {
  type DocumentWords,
  documentOfRetrieval,
  documentWords,
  localDateTime,
  numericDate,
} from '../shared/documents/index.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Notice } from '../shared/ui/index.ts'
import { CertificateView } from './certificate-view.tsx'
import { KnownAboutMe } from './known-about-me.tsx'
import { personMessages } from './person-messages.ts'

interface ResultViewProps {
  readonly answer: RetrievalAnswer
  /** Null until it is loaded, or when it cannot be. */
  readonly catalogue: Catalogue | null
  readonly onClose: () => void
}

/** The result in one sentence, then the certificate, then what is known and kept. */
export const ResultView = ({ answer, catalogue, onClose }: ResultViewProps) => {
  const t = useMessages(personMessages)
  const { language } = useLanguage()
  const title = useRef<HTMLHeadingElement>(null)
  const words = documentWords(answer, catalogue, new URL('/verifier/', location.href).href)
  const document = documentOfRetrieval(answer, words)
  const sentence = {
    test: words.test[language],
    sampled: localDateTime(answer.sampledAt, language, 'zone unsaid'),
  }
  useWakeLock()
  useEffect(() => title.current?.focus(), [])

  return (
    <>
      <section className={`panel stack result ${answer.result}`}>
        <h1 ref={title} tabIndex={-1}>
          {t(`${answer.result}Title`)}
        </h1>
        <p className="result-sentence">{t(`${answer.result}Words`, sentence)}</p>
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
      <Details answer={answer} words={words} />
      <KnownAboutMe kept={answer.kept} siteName={answer.siteName} />
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
    <section className="stack-tight" aria-labelledby="details-title">
      <h2 id="details-title">{t('details')}</h2>
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
    </section>
  )
}
