/** Whether a text is base64, line ends and blanks aside: the unused bits of its last character may be any. */
export const isBase64 = (text: string): boolean => {
  const bare = text.replace(/\s/g, '')
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(bare)
}
