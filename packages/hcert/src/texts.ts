/**
 * What stands around a value without being part of it: white space of every kind (Unicode White_Space, and the
 * blank letters of Braille and Hangul), control characters, and characters without a shape, such as a byte order
 * mark or a zero-width space.
 */
const blank = /^[\s\p{Cc}\p{Cf}\p{Z}\u115f\u1160\u2800\u3164\uffa0]$/u

const isBlankAt = (text: string, index: number): boolean => {
  const code = text.charCodeAt(index)
  // Nearly every value begins and ends with a printable character of ASCII.
  return code > 0x20 && code < 0x7f ? false : blank.test(text.charAt(index))
}

/** A text without the blanks around it; those within stay. */
export const trimmed = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isBlankAt(text, start)) start++
  while (end > start && isBlankAt(text, end - 1)) end--
  return end - start === text.length ? text : text.slice(start, end)
}

/** Whether there is something to compare with an identity document: a hyphen or a filler alone is no name. */
export const hasLetter = (text: string | undefined): text is string =>
  text !== undefined && /\p{L}/u.test(text)
