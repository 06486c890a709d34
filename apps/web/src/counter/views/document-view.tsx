import type { Result } from '@sidep/contracts'
import { useMemo, useState } from 'react'
import type { ApiError } from '../../shared/api/index.ts'
import { deviceLabel } from '../../shared/documents/catalogue-words.ts'
import {
  type CertificateDocument,
  DataMatrixPicture,
  documentWords,
  QrPicture,
  signedContentOf,
  verifierAddress,
} from '../../shared/documents/index.ts'
import { dateWords, localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { dayFirst } from '../../shared/typing/dates.ts'
import { Button, Notice } from '../../shared/ui/index.ts'
import { useCounter, useCounterState, useSiteZone } from '../context.ts'
import { isWithdrawn, type Row } from '../lists/rows.ts'
import { messages } from '../messages.ts'
import { correctionMessages } from '../record/correction-messages.ts'
import { recordMessages } from '../record/record-messages.ts'
import { fullName, resultIcon, resultTone } from '../words.ts'
import { ConfirmPositive } from './confirm-positive.tsx'
import { Deliveries, DeliveryHelp } from './deliveries.tsx'
import { PositiveAdvice, PrintActions } from './document-actions.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { UnsentResult } from './provisional-view.tsx'
import { AmendmentNotice, ChangeNotice } from './record/standing.tsx'
import { ResultBanner } from './result-banner.tsx'

/** @param siteName of the session, for a certificate that names no place itself */
const documentOf = (
  row: Row,
  siteName: string,
  words: ReturnType<typeof documentWords>,
): CertificateDocument | null => {
  const { certificate, result } = row
  if (certificate === null || result === null || result === 'inconclusive') return null
  const signed = certificate.hcert === null ? null : signedContentOf(certificate.hcert)
  return {
    person: signed?.person ?? row.person,
    certificate,
    ...words,
    sampledAt: row.sampledAt,
    result,
    siteName: signed?.siteName ?? siteName,
  }
}

export interface DocumentViewProps {
  readonly row: Row
  readonly onClose: () => void
}

/** The document at once: result, both codes, and the ways to hand it over. */
export const DocumentView = ({ row, onClose }: DocumentViewProps) => {
  const t = useMessages(messages)
  const { session, catalogue } = useCounterState()
  const document = useMemo(
    () =>
      documentOf(
        row,
        session?.site?.name ?? '',
        documentWords(row, catalogue, verifierAddress(catalogue)),
      ),
    [row, session, catalogue],
  )
  return (
    <div className="stack document">
      {row.result && isWithdrawn(row) && <NoLonger row={row} result={row.result} />}
      {row.result && !isWithdrawn(row) && (
        <ResultBanner
          tone={resultTone(row.result)}
          icon={resultIcon(row.result)}
          word={t(row.result)}
        >
          <p className="name">{fullName(row.person)}</p>
          <p className="number">{t('born', { date: dayFirst(row.person.birthDate) })}</p>
        </ResultBanner>
      )}
      <RecordFacts row={row} />
      <ChangeNotice row={row} />
      <Handing row={row} document={document} onClose={onClose} />
    </div>
  )
}

/** What was entered and no longer counts: no sign and no colour of a result. */
const NoLonger = ({ row, result }: { readonly row: Row; readonly result: Result }) => {
  const t = useMessages(messages)
  const tCorrection = useMessages(correctionMessages)
  return (
    <div>
      <p className="card-name">{fullName(row.person)}</p>
      <p className="number">{t('born', { date: dayFirst(row.person.birthDate) })}</p>
      <p className="muted">{tCorrection('withdrawnResult', { result: t(result) })}</p>
    </div>
  )
}

/** When it was taken, and with what. */
const RecordFacts = ({ row }: { readonly row: Row }) => {
  const t = useMessages(recordMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const { catalogue } = useCounterState()
  const sampled = dateWords(new Date(row.sampledAt), localeOf[language], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  })
  return (
    <p className="small muted">{t('recordOf', { sampled, device: deviceLabel(row, catalogue) })}</p>
  )
}

const Handing = ({
  row,
  document,
  onClose,
}: {
  readonly row: Row
  readonly document: CertificateDocument | null
  readonly onClose: () => void
}) => {
  const { held, amendment } = row
  if (isWithdrawn(row)) return null
  if (amendment !== null) {
    const hasPaper = document !== null || held?.document != null
    const refused = amendment.stage === 'refused' && document !== null
    return (
      <>
        <AmendmentNotice row={row} hasPaper={hasPaper} />
        {refused && <HandOver row={row} document={document} />}
      </>
    )
  }
  if (document !== null) return <HandOver row={row} document={document} />
  if (row.result === 'inconclusive') return <Inconclusive row={row} onClose={onClose} />
  if (held === null && row.confirmation === 'wanted') return <ConfirmPositive row={row} />
  return held === null ? null : <UnsentResult row={{ ...row, held }} />
}

const HandOver = ({
  row,
  document,
}: {
  readonly row: Row
  readonly document: CertificateDocument
}) => {
  const t = useMessages(messages)
  const { hcert, twoddoc } = document.certificate
  return (
    <>
      <PrintActions document={document}>
        <SendButton row={row} />
      </PrintActions>
      {document.result === 'positive' && <PositiveAdvice />}
      {hcert === null && (
        <Notice tone="info">
          <p>{t('noEuCode')}</p>
        </Notice>
      )}
      <div className="codes">
        {hcert !== null && (
          <figure>
            <QrPicture text={hcert} label={t('euCode')} />
            <figcaption>{t('euCode')}</figcaption>
          </figure>
        )}
        <figure>
          <DataMatrixPicture text={twoddoc} label={t('frenchCode')} />
          <figcaption>{t('frenchCode')}</figcaption>
        </figure>
      </div>
      <p className="small muted uvci">{document.certificate.uvci}</p>
    </>
  )
}

const SendButton = ({ row }: { readonly row: Row }) => {
  const t = useMessages(messages)
  const counter = useCounter()
  const [state, setState] = useState<'ready' | 'sending' | 'sent'>('ready')
  const [error, setError] = useState<ApiError | null>(null)
  const contact = row.person.contact?.phone ?? row.person.contact?.email ?? row.contactHint
  const hasNews = row.deliveries?.some((delivery) => delivery.state !== 'pending') ?? false
  if (contact === undefined) return <p className="sending-line muted">{t('noContact')}</p>
  const send = async (): Promise<void> => {
    setState('sending')
    const failed = await counter.sendAgain(row.id)
    setError(failed)
    setState(failed ? 'ready' : 'sent')
  }
  return (
    <>
      <Button size="large" icon="send" isPending={state === 'sending'} onPress={() => void send()}>
        {t('sendAgain')}
      </Button>
      <div className="sending-line small stack-tight" role="status">
        {hasNews && state !== 'sent' ? (
          <p className="day-tags">
            <Deliveries of={row.deliveries} />
          </p>
        ) : (
          <p>
            {t(state === 'sent' ? 'sent' : row.certificate ? 'sentAutomatically' : 'sentResult', {
              contact,
            })}
          </p>
        )}
        {state !== 'sent' && <DeliveryHelp of={row.deliveries} />}
      </div>
      {error && <ErrorNotice error={error} title={t('sendFailed')} />}
    </>
  )
}

const Inconclusive = ({ row, onClose }: DocumentViewProps) => {
  const t = useMessages(messages)
  return (
    <>
      <Notice tone="warn" title={t('inconclusiveTitle')}>
        <p>{t('inconclusiveHelp')}</p>
      </Notice>
      <div className="actions hand-over">
        <Button variant="primary" size="large" autoFocus onPress={onClose}>
          {t('done')}
        </Button>
        {row.held === null && <SendButton row={row} />}
      </div>
    </>
  )
}
