import { useMemo } from 'react'
import './documents.css'
import { codeDrawing } from './code-svg.ts'
import { dataMatrix, dataMatrixQuietZoneModules } from './data-matrix.ts'
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

/** The French 2D-DOC code, as wide as its container, quiet zone included. */
export const DataMatrixPicture = ({ text, label }: CodeProps) => {
  const drawing = useMemo(() => codeDrawing(dataMatrix(text), dataMatrixQuietZoneModules), [text])
  return <CodePicture {...drawing} label={label} />
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
