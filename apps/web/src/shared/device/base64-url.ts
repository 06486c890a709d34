import { bytesToBase64 } from '@sidep/encoding'

/** RFC 4648 §5, without padding. */
export const bytesToBase64Url = (bytes: Uint8Array): string =>
  bytesToBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

export const textToBase64Url = (text: string): string =>
  bytesToBase64Url(new TextEncoder().encode(text))
