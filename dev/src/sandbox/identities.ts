/** Whom the sandbox knows: a professional at a site, and people to test. Plainly test identities. */
import type { SessionView } from '@sidep/contracts'

export const testProfessional: SessionView['professional'] = {
  id: '899700075122',
  familyName: 'TEST-LEMAIRE',
  firstNames: 'Camille',
  profession: '21',
}

export const testSite: SessionView['sites'][number] = {
  id: '750712184',
  name: 'Pharmacie de test du Parvis',
  postalCode: '75004',
}

/** With what makes trouble in practice: accents, an apostrophe, one name only, a birth date of a year. */
export const testPeople = [
  { familyName: 'TESTNOM', firstNames: 'ANNE', birthDate: '1984-02-29', sex: 'F' },
  { familyName: 'TESTNOM', firstNames: 'BASILE', birthDate: '1990-07-14', sex: 'M' },
  { familyName: 'TESTNOM DE L’ÉCOLE', firstNames: 'ZOÉ', birthDate: '2012-01-31', sex: 'F' },
  { familyName: 'TESTNOM', firstNames: '', birthDate: '1951', sex: 'U' },
] as const
