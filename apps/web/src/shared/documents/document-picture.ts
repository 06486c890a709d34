/** The certificate as a picture for a phone's album: the code to show, whose it is, and nothing of the result. */
import type { Bilingual, CertificateDocument } from './certificate-document.ts'
import { dataMatrix, dataMatrixQuietZoneModules } from './data-matrix.ts'
import { documentFileName, downloadFile, recoveryFileName } from './document-pdf.ts'
import { documentTexts } from './document-words.ts'
import { numericDate } from './local-time.ts'
import type { ModuleMatrix } from './module-matrix.ts'
import { qrCode, qrQuietZoneModules } from './qr-code.ts'
import type { RecoveryDocument } from './recovery-sheet.ts'

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

interface Picture {
  readonly matrix: ModuleMatrix
  readonly quietModules: number
  readonly person: CertificateDocument['person']
  /** What the code is, and more to say of it. */
  readonly captions: readonly string[]
}

const bothOf = ({ fr, en }: Bilingual): string => `${fr} · ${en}`

const linesOf = ({ person, captions }: Picture): readonly Line[] =>
  [
    { text: person.familyName, pixels: 52, isBold: true },
    { text: person.firstNames, pixels: 44, isBold: false },
    {
      text: `${bothOf(documentTexts.born)} ${numericDate(person.birthDate)}`,
      pixels: 40,
      isBold: false,
    },
    ...captions.map((text) => ({ text, pixels: 32, isBold: false })),
  ].filter(({ text }) => text !== '')

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
const drawPicture = async (picture: Picture): Promise<Uint8Array> => {
  const { matrix, quietModules: quiet } = picture
  const lines = linesOf(picture)
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

const pictureOf = ({ person, certificate }: CertificateDocument): Picture => {
  const { hcert, twoddoc } = certificate
  const { euCode, frenchCode } = documentTexts
  return hcert === null
    ? {
        matrix: dataMatrix(twoddoc),
        quietModules: dataMatrixQuietZoneModules,
        person,
        captions: [bothOf(frenchCode)],
      }
    : {
        matrix: qrCode(hcert),
        quietModules: qrQuietZoneModules,
        person,
        captions: [bothOf(euCode)],
      }
}

/** Hands the picture to the browser as a download. */
export const downloadPicture = async (document: CertificateDocument): Promise<void> => {
  const name = documentFileName(document).replace(/\.pdf$/, '.png')
  downloadFile(await drawPicture(pictureOf(document)), name, 'image/png')
}

/** The same of a certificate of recovery, with the days on which it is good. */
export const downloadRecoveryPicture = async (document: RecoveryDocument): Promise<void> => {
  const { person, certificate } = document
  const picture = {
    matrix: qrCode(certificate.hcert),
    quietModules: qrQuietZoneModules,
    person,
    captions: [
      bothOf(documentTexts.recovery),
      `${numericDate(certificate.validFrom)} – ${numericDate(certificate.validUntil)}`,
    ],
  }
  downloadFile(await drawPicture(picture), recoveryFileName(document, 'png'), 'image/png')
}
