/** Drawing the certificate: codes on the screen, the A4 page as PDF and on paper. */
export { personOrigin, verifierAddress } from './addresses.ts'
export { documentWords } from './catalogue-words.ts'
export { DataMatrixPicture, QrPicture } from './certificate-codes.tsx'
export {
  type CertificateDocument,
  type DocumentWords,
  documentOfRetrieval,
  type ProvisionalPart,
} from './certificate-document.ts'
export {
  downloadDocument,
  downloadFile,
  sheetsPdf,
} from './document-pdf.ts'
export { localDateTime, numericDate, timeZoneOf, weekdayTime, zoneInWords } from './local-time.ts'
export { printDocument, printSheets } from './print-document.ts'
export { signedContentOf } from './signed-content.ts'
