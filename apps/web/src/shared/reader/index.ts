/** Reading QR and DataMatrix codes with the camera or from a photo; nothing leaves the device. */
export { CodeCamera } from './code-camera.tsx'
export { PictureButton } from './picture-button.tsx'
export type { CodeKind, Texts } from './reading-options.ts'
