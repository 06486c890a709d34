/** What operators say of an act, as commands take it. */
import { parseProfessionalId } from '@sidep/identifiers'
import { InvalidArgumentError } from 'commander'
import { parseInstantLeniently } from './instant.ts'

/** Who decides it. @throws InvalidArgumentError */
export const nameOf = (text: string): string => {
  if (/^[\w.@-]{1,60}$/.test(text)) return text
  throw new InvalidArgumentError(
    'the name that you are known by to operations: letters, digits, . @ -',
  )
}

/** Why it is decided, for the audit chain. @throws InvalidArgumentError */
export const wordsOf = (text: string): string => {
  if (/^[\p{L}\p{N}][\p{L}\p{N} .,'’@-]{0,79}$/u.test(text)) return text
  throw new InvalidArgumentError('at most 80 letters, digits and . , @ -')
}

const reasonCharactersMax = 200

/** Why, in words of any kind, on one line. @throws InvalidArgumentError */
export const reasonOf = (text: string): string => {
  const reason = text.replace(/\s+/g, ' ').trim()
  if (reason !== '' && reason.length <= reasonCharactersMax) return reason
  throw new InvalidArgumentError(`1 to ${reasonCharactersMax} characters`)
}

/** A moment from which on something is meant. @throws InvalidArgumentError */
export const instantOf = (text: string): Date => {
  const instant = parseInstantLeniently(text)
  if (instant !== null) return instant
  throw new InvalidArgumentError('an instant such as 2021-08-13T15:30:00+02:00')
}

/** A professional by national id, spaces in it or none. @throws InvalidArgumentError */
export const professionalOf = (text: string): string => {
  const id = parseProfessionalId(text.replace(/\s/g, ''))
  if (id.ok) return id.value
  throw new InvalidArgumentError(`${text} is no national id: 8 and the 11 digits of RPPS`)
}
