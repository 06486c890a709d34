import type { CertificateDocument } from './certificate-document.ts'
import './documents.css'
import { documentSheet } from './document-sheet.ts'
import { type RecoveryDocument, recoverySheet } from './recovery-sheet.ts'
import { canvasMeasure, documentFontFamily, renderSvg } from './render-svg.ts'
import type { Sheet } from './sheet.ts'
import type { MeasureText } from './text-layout.ts'

/**
 * Prints the A4 page of a certificate through the browser's print dialog, on paper as the PDF shows it.
 * Drawn into the page itself and shown only in print: frames and PDF viewers are not everywhere
 * printable, a page is. Works offline.
 *
 * @returns when the dialog has been asked for; whether paper came out is not known to a page.
 */
export const printDocument = (document: CertificateDocument): Promise<void> =>
  printSheets((measure) => [documentSheet(document, measure)])

/** The same of a certificate of recovery. */
export const printRecovery = (document: RecoveryDocument): Promise<void> =>
  printSheets((measure) => [recoverySheet(document, measure)])

/** What is being printed because somebody asked for just that: what is kept for Ctrl P is not to take its place. */
let asked: HTMLElement | null = null

/** Prints any sheets, one a page; see {@link printDocument}. */
export const printSheets = async (
  layOut: (measure: MeasureText) => readonly Sheet[],
): Promise<void> => {
  const sheets = await drawnSheets(layOut)
  asked = sheets
  show(sheets)
  const after = (): void => {
    hide(sheets)
    if (asked === sheets) asked = null
  }
  addEventListener('afterprint', after, { once: true })
  print()
}

/**
 * From now on the document is what the page prints, by whatever way printing is asked for: Ctrl P and a browser's menu
 * do not ask us first.
 *
 * @returns ends it
 */
export const keepForPrint = async (document: CertificateDocument): Promise<() => void> => {
  const sheets = await drawnSheets((measure) => [documentSheet(document, measure)])
  const before = (): void => {
    if (asked === null) show(sheets)
  }
  const after = (): void => hide(sheets)
  addEventListener('beforeprint', before)
  addEventListener('afterprint', after)
  return () => {
    removeEventListener('beforeprint', before)
    removeEventListener('afterprint', after)
    hide(sheets)
  }
}

const drawnSheets = async (
  layOut: (measure: MeasureText) => readonly Sheet[],
): Promise<HTMLElement> => {
  const page = globalThis.document
  await Promise.all(
    [400, 700].map((weight) => page.fonts.load(`${weight} 12px '${documentFontFamily}'`)),
  )
  const holder = page.createElement('div')
  holder.className = 'print-sheet'
  for (const sheet of layOut(canvasMeasure(page))) holder.append(renderSvg(sheet, page))
  return holder
}

const show = (sheets: HTMLElement): void => {
  const page = globalThis.document
  for (const stale of page.querySelectorAll('.print-sheet')) stale.remove()
  page.body.append(sheets)
  page.documentElement.classList.add('printing-sheet')
}

const hide = (sheets: HTMLElement): void => {
  globalThis.document.documentElement.classList.remove('printing-sheet')
  sheets.remove()
}
