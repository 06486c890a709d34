/** The certificate as a picture for a phone's album: the code to show, whose it is, and nothing of the result. */
import type { CertificateDocument } from './certificate-document.ts'
import { dataMatrix, dataMatrixQuietZoneModules } from './data-matrix.ts'
import { documentFileName, downloadFile } from './document-pdf.ts'
import { documentTexts } from './document-words.ts'
import { numericDate } from './local-time.ts'
import type { ModuleMatrix } from './module-matrix.ts'
import { qrCode, qrQuietZoneModules } from './qr-code.ts'

/** As wide as most phones' screens, in pixels. */
const width = 1_080
const margin = 60
const lineHeight = 64
const font = '"Helvetica Neue", Arial, "Liberation Sans", sans-serif'

interface Line {
  readonly text: string
  readonly pixels: number
  readonly isBold: boolean
}

const linesOf = ({ person, certificate }: CertificateDocument): readonly Line[] => {
  const { born, euCode, frenchCode } = documentTexts
  const code = certificate.hcert === null ? frenchCode : euCode
  return [
    { text: person.familyName, pixels: 52, isBold: true },
    { text: person.firstNames, pixels: 44, isBold: false },
    {
      text: `${born.fr} · ${born.en} ${numericDate(person.birthDate)}`,
      pixels: 40,
      isBold: false,
    },
    { text: `${code.fr} · ${code.en}`, pixels: 32, isBold: false },
  ].filter(({ text }) => text !== '')
}

/** Whole pixels a module: a reader meets no blurred edge. */
const drawCode = (
  context: CanvasRenderingContext2D,
  { size, rows }: ModuleMatrix,
  quietModules: number,
): number => {
  const module = Math.floor(width / (size + 2 * quietModules))
  const left = Math.floor((width - module * size) / 2)
  const top = module * quietModules
  rows.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) context.fillRect(left + x * module, top + y * module, module, module)
    })
  })
  return module * (size + 2 * quietModules)
}

/** A long name is written smaller, not cut. */
const drawLine = (
  context: CanvasRenderingContext2D,
  { text, pixels, isBold }: Line,
  bottom: number,
): void => {
  const fontOf = (size: number): string => `${isBold ? 'bold ' : ''}${size}px ${font}`
  context.font = fontOf(pixels)
  const room = width - 2 * margin
  const share = Math.min(1, room / context.measureText(text).width)
  context.font = fontOf(Math.floor(pixels * share))
  context.fillText(text, width / 2, bottom)
}

/**
 * PNG of the code with name and birth date below it, black on white.
 *
 * @throws Error where the browser gives no picture of a canvas (some refuse it against fingerprinting)
 */
const documentPicture = async (document: CertificateDocument): Promise<Uint8Array> => {
  const { hcert, twoddoc } = document.certificate
  const [matrix, quiet] =
    hcert === null
      ? [dataMatrix(twoddoc), dataMatrixQuietZoneModules]
      : [qrCode(hcert), qrQuietZoneModules]
  const lines = linesOf(document)
  const codeHeight = Math.floor(width / (matrix.size + 2 * quiet)) * (matrix.size + 2 * quiet)
  const canvas = globalThis.document.createElement('canvas')
  canvas.width = width
  canvas.height = codeHeight + lines.length * lineHeight + margin
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#000000'
  context.textAlign = 'center'
  const below = drawCode(context, matrix, quiet)
  lines.forEach((line, index) => {
    drawLine(context, line, below + (index + 0.75) * lineHeight)
  })
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (blob === null) throw new Error('no picture of the canvas')
  return new Uint8Array(await blob.arrayBuffer())
}

/** Hands the picture to the browser as a download. */
export const downloadPicture = async (document: CertificateDocument): Promise<void> => {
  const name = documentFileName(document).replace(/\.pdf$/, '.png')
  downloadFile(await documentPicture(document), name, 'image/png')
}
