import { useEffect, useRef, useState } from 'react'
import type { CertificateDocument } from '../shared/documents/index.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button, Notice, Working } from '../shared/ui/index.ts'
import { personMessages } from './person-messages.ts'

type Paper = typeof import('../shared/documents/paper.ts')

/** Fetched once a certificate is on the screen: from then on Ctrl P prints it, too, and a tap finds everything there. */
const loadPaper = (): Promise<Paper> => import('../shared/documents/paper.ts')

/** Makes the document what this page prints; resolves when it is. */
const usePrintedDocument = (document: CertificateDocument): (() => Promise<unknown>) => {
  const ready = useRef<Promise<unknown>>(Promise.resolve())
  useEffect(() => {
    let stop = (): void => undefined
    let isOver = false
    const prepare = async (): Promise<void> => {
      const end = await (await loadPaper()).keepForPrint(document)
      if (isOver) end()
      else stop = end
    }
    ready.current = prepare()
    // Said when printing is asked for here; Ctrl P then prints the page as it is.
    ready.current.catch((error: unknown) => console.warn('PAPER_NOT_READY', error))
    return () => {
      isOver = true
      stop()
    }
  }, [document])
  return () => ready.current
}

/** The ways to take a certificate along: a picture, a PDF, paper. */
export const TakeAlong = ({ document }: { readonly document: CertificateDocument }) => {
  const t = useMessages(personMessages)
  const [state, setState] = useState<'idle' | 'working' | 'failed'>('idle')
  const printed = usePrintedDocument(document)
  const run = (work: () => Promise<unknown>) => async () => {
    setState('working')
    try {
      await work()
      setState('idle')
    } catch (error) {
      console.warn('DOCUMENT_FAILED', error)
      setState('failed')
    }
  }
  const isBusy = state === 'working'
  return (
    <div className="stack-tight no-print">
      <div className="take-along">
        <Button
          icon="picture"
          isDisabled={isBusy}
          onPress={run(async () => (await loadPaper()).downloadPicture(document))}
        >
          {t('saveImage')}
        </Button>
        <Button
          icon="download"
          isDisabled={isBusy}
          onPress={run(async () => (await loadPaper()).downloadDocument(document))}
        >
          {t('download')}
        </Button>
        <Button
          icon="printer"
          isDisabled={isBusy}
          onPress={run(async () => {
            await printed()
            print()
          })}
        >
          {t('print')}
        </Button>
      </div>
      {isBusy && <Working>{t('downloading')}</Working>}
      {state === 'failed' && (
        <Notice tone="warn" live="alert">
          <p>{t('documentFailed')}</p>
        </Notice>
      )}
    </div>
  )
}
