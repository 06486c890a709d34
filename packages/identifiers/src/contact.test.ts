import assert from 'node:assert/strict'
import { test } from 'node:test'
import parsePhoneNumber, { type CountryCode, getExampleNumber } from 'libphonenumber-js/min'
import mobileExamples from 'libphonenumber-js/mobile/examples'
import { parseContacts, parseEmail, parsePhone, writeContacts } from './contact.ts'

test('numbers of metropolitan France, typed in any of its ways, become E.164', () => {
  for (const text of [
    '0612345678',
    '06 12 34 56 78',
    '06.12.34.56.78',
    '06-12-34-56-78',
    '+33 6 12 34 56 78',
    '+33 (0)6 12 34 56 78',
    '0033 6 12 34 56 78',
    '\u00a006\u202f12\u202f34\u202f56\u202f78',
    '06\u00ad12\u00ad34\u206056\u206078',
    '０６１２３４５６７８',
    '＋３３６１２３４５６７８',
    '033612345678',
    '0033 (0)6 12 34 56 78',
  ]) {
    assert.deepEqual(parsePhone(text), { ok: true, value: '+33612345678' }, text)
  }
  assert.deepEqual(parsePhone('01 40 56 60 00'), { ok: true, value: '+33140566000' })
})

test('overseas numbers, typed as at home, get their own country code', () => {
  for (const [text, value] of [
    ['0690 12 34 56', '+590690123456'],
    ['0590 12 34 56', '+590590123456'],
    ['0694 20 12 34', '+594694201234'],
    ['0696 12 34 56', '+596696123456'],
    ['0692 12 34 56', '+262692123456'],
    ['0262 90 50 50', '+262262905050'],
    ['0639 69 12 34', '+262639691234'],
    ['0269 61 80 00', '+262269618000'],
    ['+508 41 12 34', '+508411234'],
    ['+687 75 12 34', '+687751234'],
    ['+689 87 12 34 56', '+68987123456'],
  ] as const) {
    assert.deepEqual(parsePhone(text), { ok: true, value }, text)
  }
})

test('international numbers are read with + or 00', () => {
  assert.deepEqual(parsePhone('+44 7911 123456'), { ok: true, value: '+447911123456' })
  assert.deepEqual(parsePhone('0049 1512 3456789'), { ok: true, value: '+4915123456789' })
})

test('what nobody can call is refused with PHONE_INVALID', () => {
  for (const text of [
    '',
    '12',
    '0000000000',
    '061234567',
    '06123456789',
    '+999123456789',
    '+33 6 12 34',
    '06 12 34 56 7O',
    '0612345678;ext=1',
    '6,12E+08',
    '٠٦١٢٣٤٥٦٧٨',
    '1'.repeat(1000),
  ]) {
    assert.deepEqual(parsePhone(text), { ok: false, code: 'PHONE_INVALID' }, text)
  }
})

test('an e-mail address is read, its domain in lower case', () => {
  assert.deepEqual(parseEmail(' Jean.Le-Goff+test@Exemple.FR '), {
    ok: true,
    value: 'Jean.Le-Goff+test@exemple.fr',
  })
  assert.deepEqual(parseEmail("o'brien@mail.example.co.uk"), {
    ok: true,
    value: "o'brien@mail.example.co.uk",
  })
})

test('what is no address is refused with EMAIL_INVALID', () => {
  for (const text of [
    '',
    'jean',
    'jean@',
    '@exemple.fr',
    'jean@exemple',
    'jean@exemple..fr',
    'jean@-exemple.fr',
    'jean@exemple.fr, paul@exemple.fr',
    'jean@exemple.fr\nBcc: x@y.fr',
    'Jean <jean@exemple.fr>',
    '.jean@exemple.fr',
    'je..an@exemple.fr',
    'jean@192.168.0.1',
    `${'a'.repeat(65)}@exemple.fr`,
    `a@${'b'.repeat(250)}.fr`,
    'jean@exemple.fr😀',
  ]) {
    assert.deepEqual(parseEmail(text), { ok: false, code: 'EMAIL_INVALID' }, text)
  }
})

test('what comes along with a copied number or address is left out', () => {
  for (const text of [
    '\u202a+33 6 12 34 56 78\u202c',
    '\u206806 12 34 56 78\u2069',
    '06\u200b12345678',
    'tel:+33612345678',
    'TEL: 06 12 34 56 78',
    'Tél. : 06 12 34 56 78',
    'Portable 06 12 34 56 78',
    '06 12 34 56 78;',
    '<0612345678>,',
    '"0612345678"',
    '06\u221212\u201534 56 78',
  ]) {
    assert.deepEqual(parseContacts(text), { ok: true, value: { phone: '+33612345678' } }, text)
  }
  for (const text of [
    'mailto:camille@exemple.fr',
    'MAILTO:camille@Exemple.fr?subject=x',
    'camille@exemple.fr;',
    '<camille@exemple.fr>',
    '\ufeffcamille@exemple.fr\u200b .',
    "'camille@exemple.fr',",
  ]) {
    assert.deepEqual(
      parseContacts(text),
      { ok: true, value: { email: 'camille@exemple.fr' } },
      text,
    )
  }
})

test('a nought that a spreadsheet took comes back before the number is placed overseas', () => {
  for (const [text, value] of [
    ['612345601', '+33612345601'],
    ['145678901', '+33145678901'],
    ['692123456', '+262692123456'],
    ['690123456', '+590690123456'],
    ['(0)6.92.12.34.56', '+262692123456'],
    ['33612345602', '+33612345602'],
    ['33692123456', '+262692123456'],
    // The plan is one for dialling: the block is nobody's in metropolitan France.
    ['+33 692 12 34 56', '+262692123456'],
    ['0033 (0)692 12 34 56', '+262692123456'],
  ] as const) {
    assert.deepEqual(parsePhone(text), { ok: true, value }, text)
  }
})

test('a contact that is neither says so', () => {
  assert.deepEqual(parseContacts('chez sa mère'), { ok: false, code: 'CONTACT_UNREADABLE' })
  assert.deepEqual(parseContacts('06 12'), { ok: false, code: 'PHONE_INVALID' })
  assert.deepEqual(parseContacts('camille@exemple'), { ok: false, code: 'EMAIL_INVALID' })
})

test('a phone number and an address in one text are both kept', () => {
  const value = { phone: '+33612345678', email: 'camille@exemple.fr' }
  for (const text of [
    '06 12 34 56 78 ; camille@exemple.fr',
    'camille@exemple.fr, 0612345678',
    'mailto:camille@exemple.fr / tel:+33612345678;',
    '06.12.34.56.78 et camille@exemple.fr',
    writeContacts(value),
  ]) {
    assert.deepEqual(parseContacts(text), { ok: true, value }, text)
  }
  assert.deepEqual(parseContacts(' '), { ok: true, value: {} })
  // Two of one kind: a person says which.
  assert.equal(parseContacts('a@exemple.fr b@exemple.fr').ok, false)
  assert.equal(parseContacts('0612345678 / 0612345679').ok, false)
})

test('a number that earns by the call or the message is refused with PHONE_PREMIUM, in France and abroad', () => {
  for (const text of [
    '08 99 12 34 56',
    '+33 8 91 23 45 67',
    '0033 (0)836 65 65 65',
    '899123456', // as a spreadsheet leaves it
    '0810 12 34 56', // shared cost
    '0826 12 34 56',
    '118 218', // directory enquiries
    '+33 118 218',
    '36 15', // short numbers
    '3949',
    '+44 906 123 4567',
    '+44 70 1234 5678', // a British personal number
    '+49 900 1 123456',
    '+32 902 12 345',
    '+41 900 123 456',
    '+34 803 123 456',
    '+39 899 123 456',
    '+1 900 555 1234',
    '+979 1 2345 6789', // international premium
    '+881 6 1234 5678', // satellite
    '+882 16 123 4567',
  ]) {
    assert.deepEqual(parsePhone(text), { ok: false, code: 'PHONE_PREMIUM' }, text)
  }
  assert.deepEqual(parseContacts('camille@exemple.fr ; 0899 12 34 56'), {
    ok: false,
    code: 'PHONE_PREMIUM',
  })
})

test('numbers that cost what any other does are taken: free, standard, over the internet', () => {
  for (const [text, value] of [
    ['0800 12 34 56', '+33800123456'],
    ['0806 12 34 56', '+33806123456'],
    ['09 72 12 34 56', '+33972123456'],
    ['07 99 12 34 56', '+33799123456'],
  ] as const) {
    assert.deepEqual(parsePhone(text), { ok: true, value }, text)
  }
})

test('an ordinary mobile number of every country is taken', () => {
  const calls = Object.entries(mobileExamples)
  assert.ok(calls.length > 230)
  for (const [country, national] of calls) {
    const number = getExampleNumber(country as CountryCode, mobileExamples)?.number ?? national
    assert.deepEqual(parsePhone(number), { ok: true, value: number }, country)
  }
})

test('the library accepts every French mobile number, as is done here without it', () => {
  for (let block = 600; block < 800; block += 1) {
    for (const end of ['000000', '123456', '999999']) {
      const national = `${block}${end}`
      const number = parsePhoneNumber(`+33${national}`, 'FR')
      assert.ok(number)
      assert.ok(number.isValid(), national)
      assert.equal(number.number, `+33${national}`)
      const overseas = ['0639', '0690', '0691', '0692', '0693', '0694', '0696', '0697', '0709']
      if (overseas.some((start) => `0${national}`.startsWith(start))) continue
      assert.deepEqual(parsePhone(`0${national}`), { ok: true, value: number.number })
    }
  }
})

test('overseas numbers typed with their country code alone, and those of Saint-Pierre as they are dialled, are nobody else’s', () => {
  for (const [text, value] of [
    ['262692123456', '+262692123456'],
    ['262 0692 12 34 56', '+262692123456'],
    ['596 696 12 34 56', '+596696123456'],
    ['689 87 12 34 56', '+68987123456'],
    ['0508 41 12 34', '+508411234'],
    ['508 41 12 34', '+508411234'],
  ] as const) {
    assert.deepEqual(parsePhone(text), { ok: true, value }, text)
  }
})

test('signs that lists and telephones put into a number are left out', () => {
  for (const text of [
    '06·12·34·56·78',
    '06,12,34,56,78',
    '06_12_34_56_78',
    '☎ 06 12 34 56 78',
    '📱0612345678',
  ])
    assert.deepEqual(parsePhone(text), { ok: true, value: '+33612345678' }, text)
})

test('an address is taken out of what a mail program copies with it', () => {
  for (const text of ['Jean Petit <jean@exemple.fr>', '"Petit, Jean" <jean@exemple.fr>;'])
    assert.deepEqual(parseContacts(text), { ok: true, value: { email: 'jean@exemple.fr' } }, text)
  assert.equal(parseContacts('a@exemple.fr ; b@exemple.fr').ok, false)
})

test('words that say that there is no contact are none; others are asked about', () => {
  for (const text of [
    '-',
    '—',
    'néant',
    'AUCUN',
    'pas de tél',
    'sans e-mail',
    'pas de mail',
    'N/A',
    'N.R.',
    'inconnu',
    'refus',
  ])
    assert.deepEqual(parseContacts(text), { ok: true, value: {} }, text)
  for (const text of ['x', 'voir fille', 'idem']) assert.equal(parseContacts(text).ok, false, text)
})

test('where numbers are not of France’s plan, a number typed as at home is one of there', () => {
  for (const [text, countryCode, value] of [
    ['87 12 34 56', '689', '+68987123456'],
    ['75 12 34', '687', '+687751234'],
    // Behind its own country code it has as many digits as a French one without its nought.
    ['687 75 12 34', '687', '+687751234'],
    ['82 12 34', '681', '+681821234'],
    ['41 12 34', '508', '+508411234'],
    ['06 12 34 56 78', '687', '+33612345678'],
    ['+33 6 12 34 56 78', '689', '+33612345678'],
  ] as const) {
    assert.deepEqual(parsePhone(text, countryCode), { ok: true, value }, text)
    assert.deepEqual(parseContacts(text, countryCode), { ok: true, value: { phone: value } })
  }
  for (const text of ['87 12 34 56', '75 12 34']) assert.equal(parsePhone(text).ok, false, text)
})
