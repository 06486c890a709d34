/** What a person takes along, fetched when there is something to take: the printed page, the PDF, the picture. */
export { downloadDocument, downloadRecovery } from './document-pdf.ts'
export { downloadPicture, downloadRecoveryPicture } from './document-picture.ts'
export { keepForPrint, printRecovery } from './print-document.ts'
