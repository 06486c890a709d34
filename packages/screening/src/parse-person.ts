import type { Person } from '@sidep/contracts'
import {
  parseBirthDate,
  parseEmail,
  parseNir,
  parsePersonNames,
  parsePhone,
} from '@sidep/identifiers'
import type { Faults } from './faults.ts'

type Contact = NonNullable<Person['contact']>

const parseContacts = ({ phone, email, language }: Contact, faults: Faults): Contact => ({
  ...(phone === undefined
    ? {}
    : { phone: faults.take('/person/contact/phone', parsePhone(phone), phone) }),
  ...(email === undefined
    ? {}
    : { email: faults.take('/person/contact/email', parseEmail(email), email) }),
  ...(language === undefined ? {} : { language }),
})

const parseIns = (ins: string, faults: Faults): string => {
  const parsed = parseNir(ins)
  if (parsed.ok) return parsed.value
  faults.add('/person/ins', 'INS_INVALID')
  return ins
}

const parseNames = (
  person: Pick<Person, 'familyName' | 'firstNames'>,
  faults: Faults,
): Pick<Person, 'familyName' | 'firstNames'> => {
  const { familyName, firstNames } = person
  const names = parsePersonNames({ familyName, firstNames })
  if (names.ok) return names.value
  for (const field of ['familyName', 'firstNames'] as const) {
    const code = names.faults[field]
    if (code !== undefined) faults.add(`/person/${field}`, code)
  }
  return { familyName, firstNames }
}

/** Reads a person: names, birth date and ways to reach them in their one writing. */
export const parsePerson = (sent: Person, at: Date, faults: Faults): Person => {
  const { birthDate, sex, ins, postalCode, contact } = sent
  return {
    ...parseNames(sent, faults),
    birthDate: faults.take('/person/birthDate', parseBirthDate(birthDate, at), birthDate),
    sex,
    ...(ins === undefined ? {} : { ins: parseIns(ins, faults) }),
    ...(postalCode === undefined ? {} : { postalCode }),
    ...(contact === undefined ? {} : { contact: parseContacts(contact, faults) }),
  }
}
