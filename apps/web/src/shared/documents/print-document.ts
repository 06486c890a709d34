import type { CertificateDocument } from './certificate-document.ts'
import './documents.css'
import { documentSheet } from './document-sheet.ts'
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

/** Prints any sheets, one a page; see {@link printDocument}. */
export async function printSheets(
  layOut: (measure: MeasureText) => readonly Sheet[],
): Promise<void> {
  const page = globalThis.document
  await Promise.all(
    [400, 700].map((weight) => page.fonts.load(`${weight} 12px '${documentFontFamily}'`)),
  )
  for (const stale of page.querySelectorAll('.print-sheet')) stale.remove()
  const holder = page.createElement('div')
  holder.className = 'print-sheet'
  for (const sheet of layOut(canvasMeasure(page))) holder.append(renderSvg(sheet, page))
  page.body.append(holder)
  page.documentElement.classList.add('printing-sheet')
  addEventListener(
    'afterprint',
    () => {
      page.documentElement.classList.remove('printing-sheet')
      holder.remove()
    },
    { once: true },
  )
  print()
}
