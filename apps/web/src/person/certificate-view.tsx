import { useState } from 'react'
import { type CertificateDocument, numericDate } from '../shared/documents/index.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Notice } from '../shared/ui/index.ts'
import { type CodeKind, CodePicture, FullCode } from './full-code.tsx'
import { personMessages } from './person-messages.ts'
import { TakeAlong } from './take-along.tsx'

/** The codes to show at a door, each on the whole screen at a tap, and the ways to take them along. */
export const CertificateView = ({ document }: { readonly document: CertificateDocument }) => {
  const t = useMessages(personMessages)
  const [shown, setShown] = useState<CodeKind | null>(null)
  const { familyName, firstNames, birthDate } = document.person
  const first: CodeKind = document.certificate.hcert === null ? 'french' : 'eu'
  const figure = (kind: CodeKind) => (
    <div className="code-paper">
      <CodePicture document={document} kind={kind} />
      <button type="button" className="enlarge" onClick={() => setShown(kind)}>
        {t(kind === 'eu' ? 'enlargeEu' : 'enlargeFrench')}
      </button>
    </div>
  )
  return (
    <section className="panel stack certificate" aria-labelledby="certificate-title">
      <h2 id="certificate-title" className="visually-hidden">
        {t('certificateTitle')}
      </h2>
      <figure>
        {figure(first)}
        <figcaption>
          <p className="holder" translate="no">
            <strong>{familyName}</strong> {firstNames}
          </p>
          <p>{t('born', { date: numericDate(birthDate) })}</p>
        </figcaption>
      </figure>
      {first === 'french' && (
        <Notice tone="info">
          <p>{t('noEuCode')}</p>
        </Notice>
      )}
      <TakeAlong document={document} />
      {first === 'eu' && (
        <figure className="second">
          {figure('french')}
          <figcaption>
            <p>{t('frenchCodeHelp')}</p>
          </figcaption>
        </figure>
      )}
      {shown !== null && (
        <FullCode document={document} kind={shown} onClose={() => setShown(null)} />
      )}
    </section>
  )
}
