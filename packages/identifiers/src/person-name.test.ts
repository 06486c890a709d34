import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePersonName } from './person-name.ts'

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

test('emoji, digits, control and invisible characters are refused with NAME_CHARACTERS', () => {
  refusedWith('NAME_CHARACTERS', [
    'Zoé 😀',
    '❤',
    'R2D2',
    'Jean\u0000',
    'Jean\u001dPaul',
    'Jean\nPaul',
    'Jean\u200bPaul',
    'Jean\u202ePaul',
    '<script>',
    'a@b',
    'Jean/Paul',
    '\ud83d',
    'Ⅳ',
    'ª',
    'Ｊｅａｎ',
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

test('marks piled on a letter are refused with NAME_CHARACTERS', () => {
  refusedWith('NAME_CHARACTERS', [`Z${'\u0335\u0321\u0334'.repeat(4)}oé`, 'a\u20e3'])
})
