import { useId } from 'react'
import {
  type CertificateDocument,
  DataMatrixPicture,
  numericDate,
  QrPicture,
} from '../shared/documents/index.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button, Modal } from '../shared/ui/index.ts'
import { personMessages } from './person-messages.ts'

export type CodeKind = 'eu' | 'french'

interface FullCodeProps {
  readonly document: CertificateDocument
  readonly kind: CodeKind
  readonly onClose: () => void
}

/** One code over the whole screen, on white: the light of the screen is what a reader reads by. */
export const FullCode = ({ document, kind, onClose }: FullCodeProps) => {
  const t = useMessages(personMessages)
  const id = useId()
  const { person } = document
  return (
    <Modal className="full-code" labelledBy={id} onClose={onClose}>
      <div className="close">
        <Button icon="cross" onPress={onClose}>
          {t('reduce')}
        </Button>
      </div>
      <CodePicture document={document} kind={kind} />
      <div>
        <p id={id} className="code-name">
          {t(kind === 'eu' ? 'euCode' : 'frenchCode')}
        </p>
        <p className="holder" translate="no">
          <strong>{person.familyName}</strong> {person.firstNames}
        </p>
        <p>{t('born', { date: numericDate(person.birthDate) })}</p>
        <p className="brightness">{t('brightness')}</p>
      </div>
    </Modal>
  )
}

/** @param kind `eu` only of a certificate that has that code */
export const CodePicture = ({
  document: { certificate, person },
  kind,
}: Omit<FullCodeProps, 'onClose'>) => {
  const t = useMessages(personMessages)
  const name = `${person.firstNames} ${person.familyName}`.trim()
  return kind === 'eu' && certificate.hcert !== null ? (
    <QrPicture text={certificate.hcert} label={t('euCodeLabel', { name })} />
  ) : (
    <DataMatrixPicture text={certificate.twoddoc} label={t('frenchCodeLabel', { name })} />
  )
}
