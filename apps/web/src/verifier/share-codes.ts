/** What draws codes, loaded when somebody shares. */
export { codeDrawing } from '../shared/documents/code-svg.ts'
export { qrCode, qrQuietZoneModules } from '../shared/documents/qr-code.ts'
