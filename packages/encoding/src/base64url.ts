import { bytesToBase64 } from './base64.ts'

/** Without padding (RFC 4648 §5). */
export const bytesToBase64url = (bytes: Uint8Array): string =>
  bytesToBase64(bytes)
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/={1,2}$/, '')

export const textToBase64url = (text: string): string =>
  bytesToBase64url(new TextEncoder().encode(text))
