/**
 * Which fields of a person tested an answer shows: one table, by view and by role. docs/reference/authorization.md is made
 * from it. What nobody's work needs is not sent, so that a copied session or a curious colleague has not got it either.
 */
import type { Person } from './screening.ts'

/** Who answers for a site, or somebody whom they let work for them. */
export type Role = 'responsible' | 'staff'

/** The site's lists, which a screen keeps up to date by itself; one screening that somebody opened. */
export type View = 'list' | 'opened'

/** As it is; so much of it that one knows which it is; not at all. */
export type Visibility = 'whole' | 'hint' | 'absent'

type Fields = Required<Person>
type ByRole = Readonly<Record<Role, Visibility>>

const toAll: ByRole = { responsible: 'whole', staff: 'whole' }
const toResponsible: ByRole = { responsible: 'whole', staff: 'absent' }
const toNobody: ByRole = { responsible: 'absent', staff: 'absent' }

/** A new field of a person does not compile until somebody decided who sees it. */
export const visibleFields: Readonly<Record<keyof Fields, Readonly<Record<View, ByRole>>>> = {
  familyName: { list: toAll, opened: toAll },
  firstNames: { list: toAll, opened: toAll },
  birthDate: { list: toAll, opened: toAll },
  sex: { list: toAll, opened: toAll },
  // In a list it says whether, and whereto, a link goes. Reaching somebody about a result is anybody's work.
  contact: {
    list: { responsible: 'hint', staff: 'hint' },
    opened: toAll,
  },
  // Entered once, sent on by the portal; who answers for the entry may have to put it right.
  ins: { list: toNobody, opened: toResponsible },
  postalCode: { list: toNobody, opened: toResponsible },
}

/** `+33612345678` → `+33 •••• 78`: enough to know which of one's phones, not enough to call it. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)} •••• ${phone.slice(-2)}`

/** `paul.martin@example.fr` → `p•••@example.fr`. */
export const maskEmail = (email: string): string => {
  const at = email.lastIndexOf('@')
  return `${[...email].slice(0, 1).join('')}•••${at < 0 ? '' : email.slice(at)}`
}

/** The ways to reach somebody, as hints. */
export const maskedContacts = ({ contact }: Pick<Person, 'contact'>): string[] => [
  ...(contact?.phone === undefined ? [] : [maskPhone(contact.phone)]),
  ...(contact?.email === undefined ? [] : [maskEmail(contact.email)]),
]

export interface ShownPerson {
  readonly person: Person
  /** The first way to reach them, where only a hint of it is shown. */
  readonly contactHint?: string
}

/** Of a person what a role sees in a view. */
export const shownPerson = (person: Person, view: View, role: Role): ShownPerson => {
  const { familyName, firstNames, birthDate, sex, ins, postalCode, contact } = person
  const sees = (field: keyof Fields): Visibility => visibleFields[field][view][role]
  const [hint] = sees('contact') === 'hint' ? maskedContacts(person) : []
  return {
    person: {
      familyName,
      firstNames,
      birthDate,
      sex,
      ...(ins !== undefined && sees('ins') === 'whole' ? { ins } : {}),
      ...(postalCode !== undefined && sees('postalCode') === 'whole' ? { postalCode } : {}),
      ...(contact !== undefined && sees('contact') === 'whole' ? { contact } : {}),
    },
    ...(hint === undefined ? {} : { contactHint: hint }),
  }
}
