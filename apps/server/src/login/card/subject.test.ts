import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RelativeName } from './certificate.ts'
import { parseCardSubject } from './subject.ts'

const types = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  GN: '2.5.4.42',
  serialNumber: '2.5.4.5',
} as const

/** `C=FR, title=Pharmacien, SN=…+CN=…+GN=…` as relative names; values have no comma, plus or equals sign here. */
const names = (text: string): RelativeName[] =>
  text.split(', ').map((relative) =>
    relative.split('+').map((attribute) => {
      const [name = '', value = ''] = attribute.split('=')
      if (!Object.hasOwn(types, name)) throw new Error(`no attribute ${name}`)
      return { type: types[name as keyof typeof types], value }
    }),
  )

const professional = {
  kind: 'professional',
  professionalId: '899700075122',
  familyName: 'DUPONT-LEFÈVRE',
  firstNames: 'ANNE MARIE',
  title: 'Pharmacien',
}
const employee = {
  kind: 'employee',
  employeeId: '3750712184/0000000012',
  siteId: '750712184',
  serial: '0000000012',
  organization: 'PHARMACIE DU PARVIS',
  familyName: '',
  firstNames: '',
  title: 'Employé',
}

describe('a subject in one of the real shapes is read', () => {
  const table: readonly (readonly [string, object])[] = [
    ['C=FR, title=Pharmacien, SN=DUPONT-LEFÈVRE+CN=899700075122+GN=ANNE MARIE', professional],
    // The order inside a relative name is the encoder's.
    ['C=FR, title=Pharmacien, CN=899700075122+GN=ANNE MARIE+SN=DUPONT-LEFÈVRE', professional],
    ['C=FR, SN=DUPONT-LEFÈVRE+CN=899700075122', { ...professional, title: '', firstNames: '' }],
    [
      'C=FR, title=Pharmacien, SN= DUPONT-LEFÈVRE +CN=899700075122+GN=ANNE MARIE, serialNumber=1',
      professional,
    ],
    ['O=PHARMACIE DU PARVIS, OU=1750712184, title=Employé, CN=3750712184/0000000012', employee],
    [
      'C=FR, O=PHARMACIE DU PARVIS, OU=1750712184, title=Employé, CN=3750712184/0000000012',
      employee,
    ],
    [
      'O=PHARMACIE DU PARVIS, OU=1750712184, title=Employé, SN=MARTIN+CN=3750712184/0000000012+GN=ZOÉ',
      { ...employee, familyName: 'MARTIN', firstNames: 'ZOÉ' },
    ],
  ]
  for (const [text, value] of table) {
    test(text, () => assert.deepEqual(parseCardSubject(names(text)), { ok: true, value }))
  }
})

describe('any other subject is refused with CARD_SUBJECT_UNREADABLE', () => {
  const table = [
    // The kind of identifier: ADELI 0, RPPS 8, employee 3; SIRET-based ids are no professionals.
    'C=FR, title=Pharmacien, SN=DUPONT+CN=0759900012+GN=ANNE',
    'C=FR, title=Pharmacien, SN=DUPONT+CN=99700075122+GN=ANNE',
    'C=FR, title=Pharmacien, SN=DUPONT+CN=899700075123+GN=ANNE',
    'C=FR, title=Pharmacien, SN=DUPONT+CN=8997000751220+GN=ANNE',
    'C=FR, title=Pharmacien, SN=+CN=899700075122+GN=ANNE',
    'C=BE, title=Pharmacien, SN=DUPONT+CN=899700075122+GN=ANNE',
    'title=Pharmacien, SN=DUPONT+CN=899700075122+GN=ANNE',
    'C=FR, SN=DUPONT+CN=899700075122, CN=810003456789',
    'C=FR, SN=DUPONT+SN=DURAND+CN=899700075122',
    'C=FR, title=Pharmacien, SN=DUPONT+GN=ANNE',
    'C=FR, SN=DU\nPONT+CN=899700075122',
    'O=PHARMACIE, OU=1750712184, title=Employé, CN=3750712185/0000000012',
    'O=PHARMACIE, OU=12A0000014, title=Employé, CN=3750712184/0000000012',
    'O=PHARMACIE, OU=3750712184, title=Employé, CN=3750712184/0000000012',
    'O=PHARMACIE, title=Employé, CN=3750712184/0000000012',
    'OU=1750712184, title=Employé, CN=3750712184/0000000012',
    'O=PHARMACIE, OU=1750712184, CN=3750712184',
    'O=PHARMACIE, OU=1750712184, CN=3750712184/',
    'O=PHARMACIE, OU=1750712184, CN=3750712184/12/13',
    `C=FR, SN=${'A'.repeat(201)}+CN=899700075122`,
  ]
  for (const text of table) {
    test(JSON.stringify(text.slice(0, 80)), () =>
      assert.deepEqual(parseCardSubject(names(text)), {
        ok: false,
        code: 'CARD_SUBJECT_UNREADABLE',
      }),
    )
  }
  test('an empty subject', () => assert.equal(parseCardSubject([]).ok, false))
})
