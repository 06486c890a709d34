/** Every character that a person's name may hold, asked of the parser itself: what is accepted must be drawable. */
import { parsePersonName } from '@sidep/identifiers'

/** One letter of each script that names are written in: a name is of one. */
const companions = ['A', 'Α', 'А'] as const

// Letters of the scripts that names are written in stand in the Basic Multilingual Plane, or are refused.
const planesEnd = 0x20000

const isAccepted = (character: string): boolean =>
  companions.some((companion) => {
    const name = parsePersonName(companion + character + companion)
    return name.ok && name.value.includes(character)
  })

/** Code points in ascending order. */
export const nameCharacters = (): number[] => {
  const found: number[] = []
  for (let codePoint = 0x20; codePoint < planesEnd; codePoint++) {
    const isSurrogate = codePoint >= 0xd800 && codePoint < 0xe000
    if (!isSurrogate && isAccepted(String.fromCodePoint(codePoint))) found.push(codePoint)
  }
  return found
}
