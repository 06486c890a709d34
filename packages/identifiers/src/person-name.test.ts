import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePersonName, parsePersonNames, saysNoName } from './person-name.ts'

const refusedWith = (code: string, names: readonly string[]): void => {
  for (const name of names) assert.deepEqual(parsePersonName(name), { ok: false, code }, name)
}

test('names of many alphabets are kept as they are written', () => {
  for (const name of [
    'Le Goff-Kermeur',
    'D’Artagnan',
    "O'Brien",
    'ʿAbd al-Raḥmān',
    'Nguyễn Thị Hương',
    'Yıldırım',
    'Παπαδόπουλος',
    'Юрий',
    'J.-P.',
    'Gal·la',
    'Kɔfi',
  ]) {
    assert.deepEqual(parsePersonName(name), { ok: true, value: name })
  }
})

test('a letter that no table can write for machines is refused, whatever stands beside it', () => {
  refusedWith('NAME_CHARACTERS', ['Ɣusuf', 'Le ƻx', 'Anne-ɏa', 'Aʘ'])
})

test('a name is composed, its spaces and hyphens are made one kind', () => {
  assert.deepEqual(parsePersonName('  Zoe\u0301\u00a0 Anne\u2011Marie\t'), {
    ok: true,
    value: 'Zoé Anne-Marie',
  })
})

test('commas between first names, as on the identity card, become spaces', () => {
  assert.deepEqual(parsePersonName('Jean, Paul,Marie'), { ok: true, value: 'Jean Paul Marie' })
})

test('a name of nothing is refused with NAME_EMPTY', () => {
  refusedWith('NAME_EMPTY', ['', '   ', '\u00a0\u202f', ' , '])
})

test('a name of more than 80 characters is refused with NAME_TOO_LONG', () => {
  assert.equal(parsePersonName('é'.repeat(80)).ok, true)
  assert.equal(parsePersonName('e\u0301'.repeat(80)).ok, true)
  refusedWith('NAME_TOO_LONG', ['a'.repeat(81), 'a'.repeat(200), '😀'.repeat(200), 'a'.repeat(1e6)])
})

test('a name is nobody’s with a hyphen around it, full-width or of letters in one character', () => {
  for (const [typed, name] of [
    ['-Hélène', 'Hélène'],
    ['- Anne', 'Anne'],
    ['Petit -', 'Petit'],
    ['Petit --', 'Petit'],
    ['‐Le Goff-Kermeur‐', 'Le Goff-Kermeur'],
    ['Ｊｅａｎ', 'Jean'],
    ['ǅemal', 'Džemal'],
    ['Ǆa', 'DŽa'],
    ['Ǌegoš', 'NJegoš'],
    ['Anǳelo', 'Andzelo'],
    ['Pe\u00adtit\u2060', 'Petit'],
  ] as const)
    assert.deepEqual(parsePersonName(typed), { ok: true, value: name })
  refusedWith('NAME_CHARACTERS', ['-', '---'])
})

test('emoji, digits and control characters are refused with NAME_CHARACTERS', () => {
  refusedWith('NAME_CHARACTERS', [
    'Zoé 😀',
    '❤',
    'R2D2',
    'Jean\u0000',
    'Jean\u001dPaul',
    'Jean\nPaul',
    'Jean\u0008Paul',
    '<script>',
    'a@b',
    'Jean/Paul',
    '\ud83d',
    'Ⅳ',
    'ª',
  ])
})

test('scripts that have no table are refused with NAME_CHARACTERS', () => {
  refusedWith('NAME_CHARACTERS', ['محمد', 'דוד', '王', 'やまだ', '김', 'अमित', 'გიორგი'])
})

test('look-alike letters of another script within a name are refused with NAME_CHARACTERS', () => {
  refusedWith('NAME_CHARACTERS', ['D\u0430niel', '\u039fdile'])
})

test('a name without any letter that is spoken is refused with NAME_CHARACTERS', () => {
  refusedWith('NAME_CHARACTERS', ['-', "'", '. .', 'Ь', '\u0301'])
})

test('a ligature of a printed document is read as its letters', () => {
  assert.deepEqual(parsePersonName('Grif\ufb01th \ufb02eur'), { ok: true, value: 'Griffith fleur' })
  assert.deepEqual(parsePersonName('Bou\ua78cdia'), { ok: true, value: 'Bou\ua78cdia' })
})

test('letters of no living alphabet are refused with NAME_CHARACTERS', () => {
  refusedWith('NAME_CHARACTERS', ['a\u0363', '\u1c80', 'А\u2de0', 'А\u0488', '\ua660'])
})

test('marks piled on a letter are refused with NAME_CHARACTERS', () => {
  refusedWith('NAME_CHARACTERS', [`Z${'\u0335\u0321\u0334'.repeat(4)}oé`, 'a\u20e3'])
})

test('what nobody sees in a copied name is left out of it', () => {
  for (const text of [
    'Jean\u200b',
    '\u202aJean\u202c',
    '\ufeffJe\u00adan',
    '\u2068Jean\u2069 \u3000',
  ]) {
    assert.deepEqual(parsePersonName(text), { ok: true, value: 'Jean' }, JSON.stringify(text))
  }
  assert.deepEqual(parsePersonName('\u200b'), { ok: false, code: 'NAME_EMPTY' })
})

test('somebody of one name has it as family name, wherever and however that was said', () => {
  const value = { familyName: 'Suharto', firstNames: '' }
  for (const [familyName, firstNames] of [
    ['Suharto', ''],
    ['Suharto', '-'],
    ['Suharto', '\u2013'],
    ['Suharto', 'Sans prénom'],
    ['SANS NOM', 'Suharto'],
  ] as const) {
    assert.deepEqual(parsePersonNames({ familyName, firstNames }), { ok: true, value })
  }
  for (const text of ['', 'Sans', 'Pas', 'Na', 'Sansnom'])
    assert.equal(saysNoName(text), false, text)
})

test('no name at all, and each wrong one of two, is said by its field', () => {
  const faultsOf = (familyName: string, firstNames: string) => {
    const names = parsePersonNames({ familyName, firstNames })
    return names.ok ? {} : names.faults
  }
  assert.deepEqual(faultsOf('', ''), { familyName: 'NAME_EMPTY' })
  // Empty is forgotten, not said.
  assert.deepEqual(faultsOf(' ', 'Suharto'), { familyName: 'NAME_EMPTY' })
  assert.deepEqual(faultsOf('-', '-'), { familyName: 'NAME_EMPTY' })
  assert.deepEqual(faultsOf('R2D2', 'a'.repeat(81)), {
    familyName: 'NAME_CHARACTERS',
    firstNames: 'NAME_TOO_LONG',
  })
})

test('words that say that there is no name are none; a family name that is such a word stays', () => {
  for (const none of [
    'néant',
    'inconnu',
    'non renseigné',
    'no given name',
    'aucun',
    'Sans',
    '(aucun)',
    'FNU',
  ])
    assert.deepEqual(
      parsePersonNames({ familyName: 'Suharto', firstNames: none }),
      { ok: true, value: { familyName: 'Suharto', firstNames: '' } },
      none,
    )
  for (const familyName of ['Sans', 'Aucun', 'Sanson', 'Néantais'])
    assert.deepEqual(parsePersonNames({ familyName, firstNames: 'Léa' }), {
      ok: true,
      value: { familyName, firstNames: 'Léa' },
    })
})
