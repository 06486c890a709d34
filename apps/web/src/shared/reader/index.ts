/** Reading QR and DataMatrix codes with the camera or from a photo; nothing leaves the device. */
export { CodeCamera, type CodeCameraProps } from './code-camera.tsx'
export { PictureButton, type PictureButtonProps } from './picture-button.tsx'
export type { CodeKind, Texts } from './reading-options.ts'
