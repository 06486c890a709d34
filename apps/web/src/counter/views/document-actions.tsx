import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import {
  type CertificateDocument,
  downloadDocument,
  printDocument,
} from '../../shared/documents/index.ts'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Notice } from '../../shared/ui/index.ts'
import { messages } from '../messages.ts'

/** The ways to hand a document over: paper (Ctrl P), a file, and what is given as children. */
export const PrintActions = ({
  document,
  children,
}: {
  readonly document: CertificateDocument
  readonly children?: ReactNode
}) => {
  const t = useMessages(messages)
  const [hasFailed, setHasFailed] = useState(false)

  const draw = (work: (document: CertificateDocument) => Promise<void>): void => {
    setHasFailed(false)
    work(document).catch((error: unknown) => {
      console.error('DOCUMENT_FAILED', error)
      setHasFailed(true)
    })
  }

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p') return
    // The browser would print the screen; the sheet is what the person takes along.
    event.preventDefault()
    draw(printDocument)
  })
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  return (
    <>
      <div className="actions hand-over">
        <Button
          variant="primary"
          size="large"
          autoFocus
          icon="printer"
          shortcut="Ctrl P"
          onPress={() => draw(printDocument)}
        >
          {t('print')}
        </Button>
        <Button size="large" icon="download" onPress={() => draw(downloadDocument)}>
          {t('pdf')}
        </Button>
        {children}
      </div>
      {hasFailed && (
        <Notice tone="bad" live="alert">
          <p>{t('drawFailed')}</p>
        </Notice>
      )}
    </>
  )
}

export const PositiveAdvice = () => {
  const t = useMessages(messages)
  return (
    <Notice tone="warn" title={t('positiveTell')}>
      <ul className="advice">
        <li>{t('positiveTell1')}</li>
        <li>{t('positiveTell2')}</li>
        <li>{t('positiveTell3')}</li>
        <li>{t('positiveTell4')}</li>
      </ul>
    </Notice>
  )
}
