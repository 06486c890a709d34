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

/** The ways to take a certificate along, for whatever document: a picture, a PDF, paper. */
export interface TakeAlongWays {
  readonly picture: (paper: Paper) => Promise<unknown>
  readonly pdf: (paper: Paper) => Promise<unknown>
  readonly print: (paper: Paper) => Promise<unknown>
}

/** The certificate of the test, which Ctrl P prints too. */
export const TakeAlong = ({ document }: { readonly document: CertificateDocument }) => {
  const printed = usePrintedDocument(document)
  return (
    <TakeAlongButtons
      ways={{
        picture: (paper) => paper.downloadPicture(document),
        pdf: (paper) => paper.downloadDocument(document),
        print: async () => {
          await printed()
          print()
        },
      }}
    />
  )
}

/** @param of what is taken along, for whoever hears several of these on one page */
export const TakeAlongButtons = ({
  ways,
  of,
}: {
  readonly ways: TakeAlongWays
  readonly of?: string
}) => {
  const t = useMessages(personMessages)
  const [state, setState] = useState<'idle' | 'working' | 'failed'>('idle')
  const run = (work: (paper: Paper) => Promise<unknown>) => async () => {
    setState('working')
    try {
      await work(await loadPaper())
      setState('idle')
    } catch (error) {
      console.warn('DOCUMENT_FAILED', error)
      setState('failed')
    }
  }
  const isBusy = state === 'working'
  const buttons = [
    { icon: 'picture', way: ways.picture, words: t('saveImage') },
    { icon: 'download', way: ways.pdf, words: t('download') },
    { icon: 'printer', way: ways.print, words: t('print') },
  ] as const
  return (
    <div className="stack-tight no-print">
      <div className="take-along">
        {buttons.map(({ icon, way, words }) => (
          <Button key={icon} icon={icon} isDisabled={isBusy} onPress={run(way)}>
            {words}
            {of !== undefined && <span className="visually-hidden"> ({of})</span>}
          </Button>
        ))}
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
