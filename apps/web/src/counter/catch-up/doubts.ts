/** What comes from outside and may be read wrongly: it is held until a person has looked at it. */
import type { Column } from './columns.ts'
import { type CellContext, isDeviceNamed, readDevice } from './read-cell.ts'

/**
 * A name as no person writes it and a wrong encoding does: a capital with an accent behind a small letter (`RenŽ`), a
 * small one between capitals (`BENOëT`), or what a lost second half leaves at the end (`DalÃ`).
 */
const isSuspiciousName = (text: string): boolean =>
  /\p{Ll}(?![A-Z])\p{Lu}|\p{Lu}(?![a-z])\p{Ll}\p{Lu}|[ÃÂ√](?:$|[\s-])/u.test(text)

/**
 * A name with more than the name: a title, a married name behind the birth name. Or with a letter of Iceland, which is
 * nearly always one of Turkey read by the wrong encoding (`Yýlmaz`, `Ayþe`).
 */
const isMoreThanName = (text: string): boolean =>
  /(?:^|[\s(])(?:né|n[ée]e|[ée]p(?:ouse)?|veuve|vve|dite?|m|mr|mme|mlle|monsieur|madame|mademoiselle|dr|docteur)(?:\.|[\s)])/iu.test(
    `${text} `,
  ) || /[ðþýÐÞÝ]/u.test(text)

/** Whether a text is only guessed at, or looks wrong. */
export const isDoubtful = (column: Column, text: string, context: CellContext): boolean => {
  switch (column) {
    case 'familyName':
    case 'firstNames':
      return isSuspiciousName(text) || isMoreThanName(text)
    case 'device':
      return !isDeviceNamed(text, context) && readDevice(text, context).ok
    default:
      return false
  }
}
