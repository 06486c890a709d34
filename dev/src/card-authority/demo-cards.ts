/** Cards to try the card door with: the demo people's, an employee's, and one for each thing that can be wrong. */
import type { JsonName } from '@peculiar/x509'
import { demoPeople, probeIdentity } from '../directory/demo-identities.ts'
import { syntheticFiness } from '../directory/numbers.ts'
import type { SyntheticProfessional } from '../directory/synthetic-professional.ts'
import type { Card, CardAuthority, CardFault } from './authority.ts'
import { employeeSubject, professionalSubject } from './names.ts'

const ofPerson = (person: SyntheticProfessional): JsonName =>
  professionalSubject({
    nationalId: person.nationalId,
    familyName: person.familyName,
    givenName: person.givenName,
    title: person.profession.label,
  })

const [parvis] = demoPeople.pharmacist.activities
const employee = { serial: '0000000012', title: 'Employé de pharmacie' }
/** A number that no directory lists. */
const unlistedFiness = syntheticFiness('75', 998)

interface DemoCard {
  readonly subject: JsonName
  readonly fault?: CardFault
  readonly revoked?: true
  /** What it is for, in a few words. */
  readonly note: string
}

/** By file name. */
export const demoCards = {
  pharmacist: { subject: ofPerson(demoPeople.pharmacist), note: 'a pharmacist with one site' },
  'pharmacist-two-sites': {
    subject: ofPerson(demoPeople.pharmacistWithTwoSites),
    note: 'a pharmacist with two sites',
  },
  nurse: { subject: ofPerson(demoPeople.nurse), note: 'a nurse' },
  doctor: { subject: ofPerson(demoPeople.doctor), note: 'a doctor' },
  probe: { subject: ofPerson(probeIdentity), note: 'what sidep watch shows: nobody’s' },
  employee: {
    subject: employeeSubject({
      companyName: parvis.companyName,
      finess: parvis.finess,
      ...employee,
    }),
    note: 'an employee of the pharmacist’s pharmacy',
  },
  psychologist: {
    subject: ofPerson(demoPeople.professionNotPermitted),
    note: 'refused: profession not permitted',
  },
  'employee-elsewhere': {
    subject: employeeSubject({
      companyName: 'PHARMACIE INCONNUE (ESSAI)',
      finess: unlistedFiness,
      ...employee,
    }),
    note: 'refused: a site that the directory does not know',
  },
  expired: { subject: ofPerson(demoPeople.pharmacist), fault: 'expired', note: 'refused: expired' },
  revoked: { subject: ofPerson(demoPeople.pharmacist), revoked: true, note: 'refused: revoked' },
  'other-authority': {
    subject: ofPerson(demoPeople.pharmacist),
    fault: 'other-authority',
    note: 'refused: from another authority',
  },
  'no-client-authentication': {
    subject: ofPerson(demoPeople.pharmacist),
    fault: 'no-client-authentication',
    note: 'refused: not made for signing in',
  },
} as const satisfies Record<string, DemoCard>

export type DemoCardName = keyof typeof demoCards

/** Makes one of the demo cards; a revoked one is on the next list. */
export const makeDemoCard = async (
  authority: CardAuthority,
  name: DemoCardName,
  at: Date,
): Promise<Card> => {
  const demo: DemoCard = demoCards[name]
  const { subject, fault, revoked } = demo
  const card = await authority.makeCard({
    subject,
    at,
    ...(fault === undefined ? {} : { fault }),
  })
  if (revoked) authority.revoke('persons', card.serialNumber, at)
  return card
}
