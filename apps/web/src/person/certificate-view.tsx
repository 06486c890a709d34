import { useState } from 'react'
import {
  type CertificateDocument,
  DataMatrixPicture,
  downloadDocument,
  numericDate,
  printDocument,
  QrPicture,
} from '../shared/documents/index.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button, Notice, Working } from '../shared/ui/index.ts'
import { personMessages } from './person-messages.ts'

/** The codes to show at a door, and the ways to take them along. */
export const CertificateView = ({ document }: { readonly document: CertificateDocument }) => {
  const t = useMessages(personMessages)
  const { hcert, twoddoc } = document.certificate
  const { familyName, firstNames, birthDate } = document.person
  const name = `${firstNames} ${familyName}`.trim()
  return (
    <section className="panel stack certificate" aria-labelledby="certificate-title">
      <h2 id="certificate-title">{t('certificateTitle')}</h2>
      <figure>
        {hcert === null ? (
          <DataMatrixPicture text={twoddoc} label={t('frenchCodeLabel', { name })} />
        ) : (
          <QrPicture text={hcert} label={t('euCodeLabel', { name })} />
        )}
        <figcaption>
          <p className="code-name">{hcert === null ? t('frenchCode') : t('euCode')}</p>
          <p className="holder" translate="no">
            <strong>{familyName}</strong> {firstNames}
          </p>
          <p>{t('born', { date: numericDate(birthDate) })}</p>
        </figcaption>
      </figure>
      <p className="brightness">{t('brightness')}</p>
      {hcert === null && (
        <Notice tone="info">
          <p>{t('noEuCode')}</p>
        </Notice>
      )}
      <TakeAlong document={document} />
      {hcert !== null && (
        <figure className="second">
          <DataMatrixPicture text={twoddoc} label={t('frenchCodeLabel', { name })} />
          <figcaption>
            <p className="code-name">{t('frenchCode')}</p>
          </figcaption>
        </figure>
      )}
    </section>
  )
}

const TakeAlong = ({ document }: { readonly document: CertificateDocument }) => {
  const t = useMessages(personMessages)
  const [state, setState] = useState<'idle' | 'working' | 'failed'>('idle')
  const run = (make: (document: CertificateDocument) => Promise<void>) => async () => {
    setState('working')
    try {
      await make(document)
      setState('idle')
    } catch (error) {
      console.warn('DOCUMENT_FAILED', error)
      setState('failed')
    }
  }
  return (
    <div className="stack-tight">
      <div className="take-along">
        <Button
          variant="primary"
          icon="download"
          onPress={run(downloadDocument)}
          isDisabled={state === 'working'}
        >
          {t('download')}
        </Button>
        <Button icon="printer" onPress={run(printDocument)} isDisabled={state === 'working'}>
          {t('print')}
        </Button>
      </div>
      {state === 'working' && <Working>{t('downloading')}</Working>}
      {state === 'failed' && (
        <Notice tone="warn" live="alert">
          <p>{t('documentFailed')}</p>
        </Notice>
      )}
    </div>
  )
}
