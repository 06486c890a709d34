/** What certificates of every kind that we issue write alike: version, names, texts of a bounded length. */
import { transliterateIcao } from '@sidep/identifiers'
import { textLengthMax } from './fields.ts'
import type { JsonObject } from './json.ts'
import { trimmed } from './texts.ts'

export const dccVersion = '1.3.0'

export interface Holder {
  /** As written, at most 80 characters. */
  readonly familyName: string
  /** As written, at most 80 characters; empty for somebody of one name. */
  readonly firstNames: string
  /** `YYYY-MM-DD`; `YYYY-MM` or `YYYY` where no more is known. */
  readonly birthDate: string
}

/** A verifier reads texts without blanks around them: so they are written, the cut ones too. */
export const firstCharacters = (text: string): string => {
  const whole = trimmed(text)
  return whole.length <= textLengthMax
    ? whole
    : trimmed([...whole].slice(0, textLengthMax).join(''))
}

// Schema 1.3, gn and gnt: «If the holder has no forenames, the field MUST be skipped».
export const namesOf = ({ familyName, firstNames }: Holder): JsonObject => ({
  fn: firstCharacters(familyName),
  fnt: transliterateIcao(familyName),
  ...(firstNames !== '' && {
    gn: firstCharacters(firstNames),
    gnt: transliterateIcao(firstNames),
  }),
})
