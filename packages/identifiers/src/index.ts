export { cleanText } from './clean-text.ts'
export {
  type Contacts,
  parseContacts,
  parseEmail,
  parsePhone,
  writeContacts,
} from './contact.ts'
export {
  type BirthDateCode,
  dateWithNoughts,
  dateWithoutNoughts,
  easternmostDay,
  isCalendarDate,
  isPartialDate,
  parseBirthDate,
} from './dates.ts'
export { type Finess, type FinessCode, parseFiness } from './finess.ts'
export { finessFromNumber, finessToNumber, siteFromNumber, siteToNumber } from './finess-number.ts'
export { givenNameKeys, identityKey } from './given-names.ts'
export { type InsCode, type InsIdentity, parseInsDataMatrix } from './ins-datamatrix.ts'
export {
  type KeyboardLayout,
  looksLikeCode,
  type RestoredScan,
  restoreLayout,
  scanReadings,
  sentThrough,
  typedThrough,
} from './keyboard-layout.ts'
export { isLandline } from './landline.ts'
export { type ComparedPerson, comparePersons, nameKey, personKey } from './name-key.ts'
export { type Nir, type NirCode, nirKey, parseNir } from './nir.ts'
export type { Identifier, Parsed } from './parsed.ts'
export {
  type NameCode,
  type NameFaults,
  nameLengthMax,
  type PersonNames,
  parsePersonName,
  parsePersonNames,
  saysNoName,
} from './person-name.ts'
export { personMatcher, personsMeant } from './person-search.ts'
export { departmentOfPostalCode } from './postal-code.ts'
export {
  nationalProfessionalId,
  type ProfessionalId,
  type ProfessionalIdCode,
  parseProfessionalId,
  parseRpps,
  type Rpps,
  type RppsCode,
  rppsOf,
} from './professional.ts'
export { cleanScannedText, restoreScannedText } from './scanned-text.ts'
export {
  icaoNameLengthMax,
  transliterate2dDoc,
  transliterateIcao,
} from './transliteration/transliterate.ts'
export { makeUuidV7, parseUuidV7, timeOfUuidV7, type UuidV7 } from './uuid-v7.ts'
export {
  makeUvci,
  parseUvci,
  type Uvci,
  type UvciCode,
  uvciCheckCharacter,
  uvciLengthMax,
} from './uvci.ts'
