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

/** The codes of a test, and that of the recovery which it proves. */
type CodeKind = 'eu' | 'french' | 'recovery'

export interface ShownCode {
  readonly kind: CodeKind
  readonly text: string
  readonly person: CertificateDocument['person']
}

const names = {
  eu: 'euCode',
  french: 'frenchCode',
  recovery: 'recoveryTitle',
} as const satisfies Record<CodeKind, keyof (typeof personMessages)['fr']>

interface FullCodeProps {
  readonly code: ShownCode
  readonly onClose: () => void
}

/** One code over the whole screen, on white: the light of the screen is what a reader reads by. */
export const FullCode = ({ code, onClose }: FullCodeProps) => {
  const t = useMessages(personMessages)
  const id = useId()
  const { kind, person } = code
  return (
    <Modal className="full-code" labelledBy={id} onClose={onClose}>
      <div className="close">
        <Button icon="cross" onPress={onClose}>
          {t('reduce')}
        </Button>
      </div>
      <CodePicture code={code} />
      <div>
        <p id={id} className="code-name">
          {t(names[kind])}
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

export const CodePicture = ({ code: { kind, text, person } }: Pick<FullCodeProps, 'code'>) => {
  const t = useMessages(personMessages)
  const name = `${person.firstNames} ${person.familyName}`.trim()
  return kind === 'french' ? (
    <DataMatrixPicture text={text} label={t('frenchCodeLabel', { name })} />
  ) : (
    <QrPicture
      text={text}
      label={t(kind === 'eu' ? 'euCodeLabel' : 'recoveryCodeLabel', { name })}
    />
  )
}
