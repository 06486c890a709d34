/** Base64 of lists that leave the padding out or use the alphabet of addresses (RFC 4648 §5), as base64. */
export const paddedBase64 = (text: string): string => {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/')
  return standard.padEnd(Math.ceil(standard.length / 4) * 4, '=')
}
