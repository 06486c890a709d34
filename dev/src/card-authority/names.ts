/** Names on certificates, in the shape that the real hierarchy gives them, and plainly invented. */
import type { JsonName } from '@peculiar/x509'

const organisation: JsonName = [
  { C: ['FR'] },
  { O: ['ESSAI'] },
  { OU: ['0002 000000000'] },
  { OU: ['IGC-ESSAI'] },
]

/** The root, its authority for persons, and its sister for organisations: no card comes from the sister. */
export const authorityNames = {
  root: [...organisation, { CN: ['AC RACINE IGC-ESSAI FORT'] }],
  persons: [...organisation, { CN: ['AC IGC-ESSAI FORT PERSONNES'] }],
  organisations: [...organisation, { CN: ['AC IGC-ESSAI FORT ORGANISATIONS'] }],
} as const satisfies Record<string, JsonName>

export type AuthorityName = keyof typeof authorityNames

export interface ProfessionalHolder {
  /** `8` + RPPS. */
  readonly nationalId: string
  readonly familyName: string
  readonly givenName: string
  /** As printed on the card: `Pharmacien`. */
  readonly title: string
}

/** Subject of a professional's card: name, national id and first name in one relative name. */
export const professionalSubject = (holder: ProfessionalHolder): JsonName => [
  { C: ['FR'] },
  { T: [holder.title] },
  { SN: [holder.familyName], CN: [holder.nationalId], G: [holder.givenName] },
]

export interface EmployeeHolder {
  readonly companyName: string
  /** FINESS of the site, 9 characters. */
  readonly finess: string
  readonly serial: string
  readonly title: string
}

/** Subject of an employee's card: the site, and a number within it. */
export const employeeSubject = (holder: EmployeeHolder): JsonName => [
  { C: ['FR'] },
  { O: [holder.companyName] },
  { OU: [`1${holder.finess}`] },
  { T: [holder.title] },
  { CN: [`3${holder.finess}/${holder.serial}`] },
]
