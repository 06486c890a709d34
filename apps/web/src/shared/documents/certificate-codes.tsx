import { useEffect, useMemo, useState } from 'react'
import { useMessages } from '../messages/index.ts'
import { Notice } from '../ui/notice.tsx'
import './documents.css'
import { type CodeDrawing, codeDrawing } from './code-svg.ts'
import { documentMessages } from './document-messages.ts'
import { qrCode, qrQuietZoneModules } from './qr-code.ts'

interface CodeProps {
  /** Text of the code, as issued. */
  readonly text: string
  /** What a screen reader says. */
  readonly label: string
}

/** The EU code (`HC1:…`), as wide as its container, quiet zone included. */
export const QrPicture = ({ text, label }: CodeProps) => {
  const drawing = useMemo(() => codeDrawing(qrCode(text), qrQuietZoneModules), [text])
  return <CodePicture {...drawing} label={label} />
}

/**
 * The French 2D-DOC code, as wide as its container, quiet zone included. What draws it is fetched with the first one;
 * until then its place is empty.
 */
export const DataMatrixPicture = ({ text, label }: CodeProps) => {
  const [drawing, setDrawing] = useState<CodeDrawing | 'failed' | null>(null)
  useEffect(() => {
    let isCurrent = true
    import('./data-matrix.ts').then(
      ({ dataMatrix, dataMatrixQuietZoneModules }) => {
        if (isCurrent) setDrawing(codeDrawing(dataMatrix(text), dataMatrixQuietZoneModules))
      },
      (error: unknown) => {
        console.error('CODE_NOT_DRAWN', error)
        if (isCurrent) setDrawing('failed')
      },
    )
    return () => {
      isCurrent = false
    }
  }, [text])
  if (drawing === 'failed') return <CodeFailed />
  if (drawing === null) return <div className="certificate-code waiting" aria-busy="true" />
  return <CodePicture {...drawing} label={label} />
}

/** Where the part that draws it cannot be had: a reload asks for it again. */
const CodeFailed = () => {
  const t = useMessages(documentMessages)
  return (
    <Notice tone="warn" live="status">
      <p>{t('codeNotDrawn')}</p>
    </Notice>
  )
}

interface PictureProps {
  readonly side: number
  readonly path: string
  readonly label: string
}

const CodePicture = ({ side, path, label }: PictureProps) => (
  <svg
    className="certificate-code"
    viewBox={`0 0 ${side} ${side}`}
    role="img"
    aria-label={label}
    shapeRendering="crispEdges"
  >
    <rect width={side} height={side} fill="#fff" />
    <path d={path} fill="#000" />
  </svg>
)
