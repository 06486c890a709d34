import { loadPart } from '../offline/load-part.ts'
import type { CertificateDocument } from './certificate-document.ts'
import { documentSheet } from './document-sheet.ts'
import { type RecoveryDocument, recoverySheet } from './recovery-sheet.ts'
import type { DocumentFonts } from './render-pdf.ts'
import type { Sheet } from './sheet.ts'
import type { MeasureText } from './text-layout.ts'

/**
 * The certificate as a PDF of one A4 page that folds to a card. The PDF writer and the fonts are fetched
 * only when the first PDF is asked for (then from the offline cache).
 *
 * @param loadFonts Where the two font files come from; tests read them from disk.
 * @returns The file's bytes; the same document always gives the same bytes.
 */
export const documentPdf = async (
  document: CertificateDocument,
  loadFonts: () => Promise<DocumentFonts> = fetchDocumentFonts,
): Promise<Uint8Array> => sheetsPdf((measure) => [documentSheet(document, measure)], loadFonts)

/** The same of a certificate of recovery. */
export const recoveryPdf = async (
  document: RecoveryDocument,
  loadFonts: () => Promise<DocumentFonts> = fetchDocumentFonts,
): Promise<Uint8Array> => sheetsPdf((measure) => [recoverySheet(document, measure)], loadFonts)

/** Any sheets as a PDF, one a page; see {@link documentPdf}. */
export const sheetsPdf = async (
  layOut: (measure: MeasureText) => readonly [Sheet, ...Sheet[]],
  loadFonts: () => Promise<DocumentFonts> = fetchDocumentFonts,
): Promise<Uint8Array> => {
  const [{ renderPdf }, fonts] = await Promise.all([
    loadPart(() => import('./render-pdf.ts')),
    loadPart(loadFonts),
  ])
  return renderPdf(layOut, fonts)
}

const fetchDocumentFonts = async (): Promise<DocumentFonts> => {
  const [regular, bold] = await Promise.all([
    fetchBytes(new URL('./fonts/document-regular.ttf', import.meta.url)),
    fetchBytes(new URL('./fonts/document-bold.ttf', import.meta.url)),
  ])
  return { regular, bold }
}

const fetchBytes = async (address: URL): Promise<Uint8Array> => {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`Font not available (${response.status})`)
  return new Uint8Array(await response.arrayBuffer())
}

/**
 * File name for a certificate: the person's name in plain letters, so that families keep theirs apart.
 * `certificat-le-goff-eloise-2026-11-23.pdf`
 */
export const documentFileName = (document: CertificateDocument): string => {
  const kind = document.provisional === undefined ? 'certificat' : 'certificat-provisoire'
  return `${fileNameStart(kind, document.person)}-${document.sampledAt.slice(0, 10)}.pdf`
}

/** `certificat-le-goff-eloise` */
const fileNameStart = (
  kind: string,
  { familyName, firstNames }: CertificateDocument['person'],
): string => {
  const plain = `${familyName} ${firstNames}`
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  return `${kind}-${plain}`
}

/** Hands the PDF to the browser as a download. */
export const downloadDocument = async (document: CertificateDocument): Promise<void> => {
  downloadFile(await documentPdf(document), documentFileName(document), 'application/pdf')
}

/** `certificat-retablissement-le-goff-eloise-2026-11-23` and its ending. */
export const recoveryFileName = (
  { person, certificate }: RecoveryDocument,
  ending: 'pdf' | 'png',
): string =>
  `${fileNameStart('certificat-retablissement', person)}-${certificate.validFrom}.${ending}`

/** Hands the PDF of a certificate of recovery to the browser as a download. */
export const downloadRecovery = async (document: RecoveryDocument): Promise<void> => {
  downloadFile(await recoveryPdf(document), recoveryFileName(document, 'pdf'), 'application/pdf')
}

/** Hands a file made here to the browser as a download. */
export const downloadFile = (bytes: Uint8Array, name: string, type: string): void => {
  const address = URL.createObjectURL(new Blob([bytes.slice().buffer], { type }))
  const link = globalThis.document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download has its own handle by the next turn; the address must not outlive it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
