/** The codes on a photo, a screenshot or a PDF; the file does not leave the device. */

import { withDeadline } from '../deadline.ts'
import { loadPart } from '../offline/load-part.ts'
import { pageDecoder } from './decoder.ts'
import { fileBytesMax, filePixels } from './picture-pixels.ts'
import { type CodeKind, type FoundCode, type Texts, textsOf } from './reading-options.ts'

export type FileFailure =
  | 'FILE_NOT_PICTURE'
  | 'FILE_NOT_DOCUMENT'
  | 'FILE_NO_CODE'
  | 'FILE_PDF_NOT_LOADED'
  | 'readerBroken'

export type FileReading =
  | { readonly ok: true; readonly texts: Texts }
  | { readonly ok: false; readonly code: FileFailure }

const loadPdfPart = () => loadPart(() => import('./pdf-pictures.ts'))

/** Begins to load what reads a PDF: nothing is to be fetched any more once a file is chosen. */
export const preparePdf = (): void => {
  // Without it pictures are read all the same; what is missing is said when a PDF is chosen.
  loadPdfPart().catch((error: unknown) => console.warn('PDF_READER_NOT_LOADED', error))
}

const pdfStart = '%PDF-'
/** ISO 32000-1 annex H.3.4.1: readers look for the heading in the first kilobyte. */
const pdfStartWithinBytes = 1_024
/** A page that takes longer is made to. */
const pdfMillisecondsMax = 20_000

const isPdf = async (file: Blob): Promise<boolean> =>
  (await file.slice(0, pdfStartWithinBytes).text()).includes(pdfStart)

/**
 * Reads all codes of a file.
 *
 * @param withPdf whether a PDF is read, too
 */
export const readCodeOfFile = async (
  file: Blob,
  accepts: readonly CodeKind[],
  withPdf: boolean,
): Promise<FileReading> => {
  const notReadable = withPdf ? 'FILE_NOT_DOCUMENT' : 'FILE_NOT_PICTURE'
  if (file.size > fileBytesMax) return { ok: false, code: notReadable }
  if (withPdf && (await isPdf(file))) return await readPdf(file, accepts)
  const pixels = await filePixels(file, document)
  if (pixels === null) return { ok: false, code: notReadable }
  try {
    return readingOf(await pageDecoder().read(pixels, 'file'), accepts)
  } catch (error) {
    console.warn('CODE_READER_BROKEN', error)
    return { ok: false, code: 'readerBroken' }
  }
}

const readingOf = (codes: readonly FoundCode[], accepts: readonly CodeKind[]): FileReading => {
  const [first, ...others] = textsOf(codes, accepts)
  return first === undefined
    ? { ok: false, code: 'FILE_NO_CODE' }
    : { ok: true, texts: [first, ...others] }
}

const readPdf = async (file: Blob, accepts: readonly CodeKind[]): Promise<FileReading> => {
  let part: Awaited<ReturnType<typeof loadPdfPart>>
  try {
    part = await loadPdfPart()
  } catch (error) {
    console.warn('PDF_READER_NOT_LOADED', error)
    return { ok: false, code: 'FILE_PDF_NOT_LOADED' }
  }
  const pages = part.pdfPictures(await file.arrayBuffer(), document)
  try {
    return readingOf(await withDeadline(codesOf(pages), pdfMillisecondsMax), accepts)
  } catch (error) {
    console.warn('PDF_NOT_READ', error)
    // Not awaited: what hangs would hang here, too.
    pages.return(undefined).catch(() => undefined)
    return { ok: false, code: 'FILE_NOT_DOCUMENT' }
  }
}

const codesOf = async (pages: AsyncIterable<ImageData>): Promise<FoundCode[]> => {
  const codes: FoundCode[] = []
  for await (const page of pages) codes.push(...(await pageDecoder().read(page, 'file')))
  return codes
}
