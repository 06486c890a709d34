import type { Certified } from '@sidep/sdk/parts'
import { useEffect, useState } from 'react'
import {
  type CertificateDocument,
  documentWords,
  personOrigin,
  QrPicture,
  verifierAddress,
} from '../../shared/documents/index.ts'
import { dateWords, localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, LinkButton, Notice, Working } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { provisionalPart } from '../booklet/provisional-part.ts'
import { useCounter, useCounterState, useSiteZone } from '../context.ts'
import type { Row } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import type { HeldEntry } from '../outbox/content.ts'
import { slipsHref } from '../place.ts'
import { PositiveAdvice, PrintActions } from './document-actions.tsx'
import { UnlockForm } from './unlock-form.tsx'

/**
 * A result that the portal does not have yet: its provisional certificate at once, or the unlocking that it takes, or
 * why there is none, and the slip.
 */
export const UnsentResult = ({ row }: { readonly row: Row & { readonly held: HeldEntry } }) => {
  const t = useMessages(bookletMessages)
  const counter = useCounter()
  const { held } = row
  const text = held.document?.text ?? null
  // One that failed is not tried again by looking at it: each try takes a number.
  const [asked, setAsked] = useState<Certified | null>(
    held.noDocument === 'SIGNING_FAILED' ? { kind: 'none', code: 'SIGNING_FAILED' } : null,
  )

  // Asked for once when it is opened; then by hand.
  useEffect(() => {
    let isCurrent = true
    if (text === null && asked === null)
      void counter.certify(held.id).then((outcome) => {
        if (isCurrent) setAsked(outcome)
      })
    return () => {
      isCurrent = false
    }
  }, [counter, held.id, text, asked])

  if (text !== null) return <Provisional row={row} text={text} />
  if (asked === null || asked.kind === 'signed') return <Working>{t('signing')}</Working>
  if (asked.kind === 'locked')
    return (
      <div className="stack">
        <Notice tone="info" title={t('unlockTitle')}>
          <p>{t('unlockHelp')}</p>
        </Notice>
        <UnlockForm label={t('unlock')} unlock={counter.unlock} onOpen={() => setAsked(null)} />
      </div>
    )
  return <NoDocument code={asked.code} onAgain={() => setAsked(null)} />
}

const NoDocument = ({
  code,
  onAgain,
}: {
  readonly code: Extract<Certified, { readonly kind: 'none' }>['code']
  readonly onAgain: () => void
}) => {
  const t = useMessages(bookletMessages)
  const tCounter = useMessages(messages)
  const isPaperUseful = code !== 'NOT_CERTIFIABLE' && code !== 'CLOCK_AHEAD'
  return (
    <div className="stack">
      <Notice tone="info" live="status" title={tCounter('queuedTitle')}>
        <p>{t('safe')}</p>
      </Notice>
      <Notice tone="warn" title={t('noneTitle')} supportCode={code}>
        <p>{t(`none_${code}`)}</p>
        {isPaperUseful && <p>{t('slip')}</p>}
        <div className="actions">
          {isPaperUseful && (
            <LinkButton href={slipsHref} variant="primary">
              {t('slipOpen')}
            </LinkButton>
          )}
          {code === 'SIGNING_FAILED' && <Button onPress={onAgain}>{t('tryAgain')}</Button>}
        </div>
      </Notice>
    </div>
  )
}

const Provisional = ({
  row,
  text,
}: {
  readonly row: Row & { readonly held: HeldEntry }
  readonly text: string
}) => {
  const t = useMessages(bookletMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const { outbox, catalogue } = useCounterState()
  const [document, setDocument] = useState<CertificateDocument | null>(null)
  const { held, person, result, sampledAt } = row
  useEffect(() => {
    let isCurrent = true
    void provisionalPart(held, outbox.booklets, personOrigin(catalogue)).then((part) => {
      if (!isCurrent || part === null || result === null || result === 'inconclusive') return
      setDocument({
        person,
        certificate: { hcert: null, twoddoc: '', uvci: part.uvci },
        ...documentWords(row, catalogue, verifierAddress(catalogue)),
        sampledAt,
        result,
        siteName: part.siteName,
        provisional: part,
      })
    })
    return () => {
      isCurrent = false
    }
  }, [held, outbox.booklets, catalogue, person, result, sampledAt, row])
  if (document?.provisional === undefined) return <Working>{t('signing')}</Working>
  const { address, acceptedUntil } = document.provisional
  const until = dateWords(new Date(acceptedUntil), localeOf[language], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  })
  return (
    <>
      <PrintActions document={document} />
      <Notice tone="info" title={t('provisional')}>
        <p>{t('provisionalHelp', { until })}</p>
      </Notice>
      {result === 'positive' && <PositiveAdvice />}
      <div className="codes">
        <figure className="wide-code">
          <QrPicture text={text} label={t('provisionalCode')} />
          <figcaption>{t('provisionalCode')}</figcaption>
        </figure>
      </div>
      <p className="small">
        {t('definitiveAddress')}
        <br />
        <span className="link-text">{address}</span>
      </p>
      <p className="small muted uvci">{document.certificate.uvci}</p>
    </>
  )
}
