/** What comes from outside and may be read wrongly: it is held until a person has looked at it. */
import type { Column } from './columns.ts'
import { type CellContext, isDeviceNamed, readDevice } from './read-cell.ts'

/**
 * A name as no person writes it and a wrong encoding does: a capital with an accent behind a small letter (`RenŽ`), a
 * small one between capitals (`BENOëT`), or what a lost second half leaves at the end (`DalÃ`).
 */
const isSuspiciousName = (text: string): boolean =>
  /\p{Ll}(?![A-Z])\p{Lu}|\p{Lu}(?![a-z])\p{Ll}\p{Lu}|[ÃÂ√](?:$|[\s-])/u.test(text)

/** Whether a text is only guessed at, or looks wrong. */
export const isDoubtful = (column: Column, text: string, context: CellContext): boolean => {
  switch (column) {
    case 'familyName':
    case 'firstNames':
      return isSuspiciousName(text)
    case 'device':
      return !isDeviceNamed(text, context) && readDevice(text, context).ok
    default:
      return false
  }
}
