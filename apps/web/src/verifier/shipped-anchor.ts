import { base64ToBytes } from '@sidep/encoding'

/** What the page brings, SubjectPublicKeyInfo; null where no portal wrote one into it. */
export const shippedAnchor = (page: ParentNode = document): Uint8Array | null => {
  const content = page.querySelector('meta[name="trust-anchor"]')?.getAttribute('content')
  const spki = base64ToBytes(content ?? '')
  return spki.ok && spki.value.length > 0 ? spki.value : null
}
