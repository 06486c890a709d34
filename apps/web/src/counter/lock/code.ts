/** The code where a counter has no passkey: a phrase or word of ten characters or more. */
export const codeLengthMin = 10
export const codeLengthMax = 128

export type CodeFault = 'CODE_SHORT' | 'CODE_LONG'

/** One code however it is typed: without capitals, accents, spaces and dashes. */
export const normalCode = (typed: string): string =>
  typed
    .normalize('NFKD')
    .replace(/[\p{M}\s\p{Pd}]/gu, '')
    .toLowerCase()

/** What is wrong with the form of a code that somebody chooses; null when nothing is. */
export const codeFault = (typed: string): CodeFault | null => {
  const { length } = normalCode(typed)
  if (length < codeLengthMin) return 'CODE_SHORT'
  return length > codeLengthMax ? 'CODE_LONG' : null
}
