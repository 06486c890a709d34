import { useState } from 'react'
import { type CertificateDocument, numericDate } from '../shared/documents/index.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Notice } from '../shared/ui/index.ts'
import { CodePicture, FullCode, type ShownCode } from './full-code.tsx'
import { personMessages } from './person-messages.ts'
import { TakeAlong } from './take-along.tsx'

/** The codes to show at a door, each on the whole screen at a tap, and the ways to take them along. */
export const CertificateView = ({ document }: { readonly document: CertificateDocument }) => {
  const t = useMessages(personMessages)
  const [shown, setShown] = useState<ShownCode | null>(null)
  const { person, certificate } = document
  const { familyName, firstNames, birthDate } = person
  const french: ShownCode = { kind: 'french', text: certificate.twoddoc, person }
  const first: ShownCode =
    certificate.hcert === null ? french : { kind: 'eu', text: certificate.hcert, person }
  const figure = (code: ShownCode) => (
    <div className="code-paper">
      <CodePicture code={code} />
      <button type="button" className="enlarge" onClick={() => setShown(code)}>
        {t(code.kind === 'eu' ? 'enlargeEu' : 'enlargeFrench')}
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
      {first.kind === 'french' && (
        <Notice tone="info">
          <p>{t('noEuCode')}</p>
        </Notice>
      )}
      <TakeAlong document={document} />
      {first.kind === 'eu' && (
        <figure className="second">
          {figure(french)}
          <figcaption>
            <p>{t('frenchCodeHelp')}</p>
          </figcaption>
        </figure>
      )}
      {shown !== null && <FullCode code={shown} onClose={() => setShown(null)} />}
    </section>
  )
}
