import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Cells } from './columns.ts'
import { readCsv as readCsvIn, writeCsv } from './csv.ts'

const readCsv = (bytes: Uint8Array, timeZone = 'Europe/Paris') => readCsvIn(bytes, timeZone)

const folder = new URL('../../../../../../shared/cases/portal/', import.meta.url)
const skip = existsSync(folder) ? false : 'no folder ../shared/cases'
const caseFile = (name: string) => readCsv(new Uint8Array(readFileSync(new URL(name, folder))))

const linesOf = (file: ReturnType<typeof readCsv>): Cells[] => {
  assert.ok(file.ok, file.ok ? '' : `${file.code} ${file.missing.join()}`)
  return file.lines.map(({ cells }) => cells)
}
const read = (text: string): Cells[] => linesOf(readCsv(new TextEncoder().encode(text)))
const pick = (cells: readonly Cells[], ...names: (keyof Cells)[]): string[] =>
  cells.map((line) => names.map((name) => line[name]).join('|'))

test('two titles for the ways to reach a person are both kept', { skip }, () => {
  assert.deepEqual(pick(linesOf(caseFile('c1-two-contact-columns.csv')), 'contact'), [
    '06 12 34 56 01',
    'brice.durand@exemple.fr',
    '06 12 34 56 03 ; chloe.petit@exemple.fr',
  ])
})

test('«Nom» is not taken beside «Nom de naissance», and an empty cell overwrites nothing', {
  skip,
}, () => {
  const file = caseFile('c2-birth-and-usual-name.csv')
  assert.deepEqual(pick(linesOf(file), 'familyName'), ['Kervella', 'Legrand'])
  assert.deepEqual(file.ok && file.ignored, ['Nom'])
})

test('Mac Roman is read as such', { skip }, () => {
  assert.deepEqual(
    pick(linesOf(caseFile('c3-mac-roman-template.csv')), 'familyName', 'firstNames'),
    ['Lefèvre|Hélène'],
  )
  assert.deepEqual(
    pick(linesOf(caseFile('c3b-mac-roman-plain-titles.csv')), 'familyName', 'firstNames'),
    ['Lefèvre|René', 'Noël|Hélène', 'François|Benoît'],
  )
  const file = caseFile('c3c-mac-roman-ready-and-wrong.csv')
  assert.deepEqual(pick(linesOf(file), 'firstNames'), ['René', 'Zoé'])
  assert.equal(file.ok && file.encoding, 'macintosh')
})

test('UTF-8 that was encoded twice is undone', { skip }, () => {
  const file = caseFile('c4-utf8-twice.csv')
  assert.deepEqual(pick(linesOf(file), 'familyName', 'firstNames'), [
    'BENOÎT|CÔME',
    'Müller|Côme',
    'Weiß|Dalà',
    'BENOÎT|Zoé',
  ])
  assert.equal(file.ok && file.encoding, 'utf-8-twice')
})

test('a line counter, a title line, a total and hints in titles are told apart from papers', {
  skip,
}, () => {
  const counted = caseFile('partly-c6-line-counter.csv')
  assert.deepEqual(pick(linesOf(counted), 'slip', 'familyName', 'birthDate'), [
    '|Premier|03/04/1980',
    '|Second|05/06/1971',
  ])
  assert.deepEqual(counted.ok && counted.ignored, ['N°'])
  const titled = caseFile('partly-c7-title-line.csv')
  assert.deepEqual(pick(linesOf(titled), 'familyName', 'result'), ['Premier|N'])
  assert.deepEqual(titled.ok && titled.leftOut, ['Tests du 28/11/2026', 'Total : 1'])
  assert.equal(titled.ok && titled.lines[0]?.line, 3)
  const hinted = linesOf(caseFile('partly-c9-titles-with-hints.csv'))
  assert.deepEqual(
    pick(hinted, 'familyName', 'firstNames', 'birthDate', 'sex', 'contact', 'device'),
    ['Premier|Alice|03/04/1980|F|0612345601|1232'],
  )
  assert.deepEqual(pick(hinted, 'sampledDay', 'sampledTime', 'result'), ['28/11/2026|14:30|N'])
})

const inEncoding = (text: string, encoding: 'windows-1252' | 'macintosh'): Uint8Array => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  const letters = [...new TextDecoder(encoding).decode(bytes)]
  return Uint8Array.from([...text].map((letter) => letters.indexOf(letter)))
}
const people = (names: readonly string[]): string =>
  ['Nom;Prenom;Naissance', ...names.map((name) => `${name};03/04/1980`)].join('\r\n')
const names = [
  'Lefèvre;Hélène',
  'D’Artagnan;Zoë',
  'BENOÎT;ANAÏS',
  'Œuvrard;Loïc',
  'Muñoz;José',
  'Müller;Jürgen',
  'Garçon;Françoise',
]

test('whichever encoding a file of names is in, the names come out', () => {
  for (const encoding of ['windows-1252', 'macintosh'] as const) {
    for (const some of [names, ...names.map((name) => [name]), names.slice(2, 4)]) {
      const file = readCsv(inEncoding(people(some), encoding))
      assert.deepEqual(
        pick(linesOf(file), 'familyName', 'firstNames').join(),
        some.join().replaceAll(';', '|'),
      )
    }
  }
  // «CSV (MS-DOS)» of a French spreadsheet: é is 0x82, ë 0x89, ç 0x87, É 0x90.
  const bytes = [
    ...people(['Lef\u008avre;H\u0082l\u008ane', 'No\u0089l;Fran\u0087ois', '\u0090mile;Ren\u0082']),
  ]
  const dos = readCsv(Uint8Array.from(bytes.map((letter) => letter.charCodeAt(0))))
  assert.deepEqual(pick(linesOf(dos), 'familyName', 'firstNames'), [
    'Lefèvre|Hélène',
    'Noël|François',
    'Émile|René',
  ])
})

test('letters read as Mac Roman, or twice over, are put right; those of languages are left', () => {
  assert.deepEqual(
    pick(
      read(people(['Lef√®vre;Ren√©', 'GuimarÃ£es;JoÃ£o', 'DâArtagnan;ZoÃƒÂ©'])),
      'familyName',
      'firstNames',
    ).slice(0, 2),
    ['Lefèvre|René', 'Guimarães|João'],
  )
  assert.deepEqual(pick(read(people(['Dupont;ZoÃƒÂ©'])), 'firstNames'), ['Zoé'])
  const kept = [
    'Guimarães;João',
    'Ângela;Conceição',
    'GUIMARÃES;JOÃO',
    'Škoda;Žaneta',
    'Yıldırım;Çağlar',
  ]
  assert.deepEqual(
    pick(read(people(kept)), 'familyName', 'firstNames').join(),
    kept.join().replaceAll(';', '|'),
  )
})

test('letters that no encoding explains are refused, and what they seem to be is named', () => {
  const bytes = [...people(['Ren\u0081\u0081;A\u0090b', 'X\u00b1y\u00bez;\u00b1\u00be'])]
  const file = readCsv(Uint8Array.from(bytes.map((letter) => letter.charCodeAt(0))))
  assert.ok(!file.ok)
  assert.equal(file.code, 'FILE_ENCODING')
  assert.notEqual(file.encoding, null)
})

test('two titles for one field that say different things are both kept, to be settled', () => {
  const text =
    'Nom de naissance;Nom de naissance;Prénoms;Né le\nA;B;X;1/2/1980\nC;;Y;1/2/1980\nD;D;Z;1/2/1980'
  assert.deepEqual(pick(read(text), 'familyName'), ['A / B', 'C', 'D'])
  const usual =
    'Nom;Nom d’usage;Prénom;Date de naissance;Date;Date de saisie\nA;B;X;1/2/1980;28/11/2026;29/11/2026'
  assert.deepEqual(pick(read(usual), 'familyName', 'sampledDay'), ['A|28/11/2026'])
})

test('day and time in one cell are parted, and slips are no line counter', () => {
  const text =
    'N°;Nom;Prénom;Né le;Date et heure du prélèvement\n00042-7JW4PK-Z;A;X;1958;28/11/2026 14:30:00\n;B;Y;06/1958;46354,604166667'
  assert.deepEqual(pick(read(text), 'slip', 'birthDate', 'sampledDay', 'sampledTime'), [
    '00042-7JW4PK-Z|1958|28/11/2026|14:30:00',
    '|06/1958|46354|,604166667',
  ])
})

test('hints behind titles are no part of them, brackets within words are', () => {
  const text =
    'Nom de naissance *;Prénom(s) [tous];Né(e) le (JJ/MM/AAAA);Sexe(F/M);Tél.(portable);Résultat : N/P/I\nA;X;1/2/1980;F;0612345678;P'
  assert.deepEqual(
    pick(read(text), 'familyName', 'firstNames', 'birthDate', 'sex', 'contact', 'result'),
    ['A|X|1/2/1980|F|0612345678|P'],
  )
})

test('a total in the column of a line counter makes no slips of its numbers', () => {
  const text = 'N°;Nom;Prénom;Né le\n1;A;X;1/2/1980\n2.;B;Y;1/2/1980\nTotal : 2;;;'
  assert.deepEqual(pick(read(text), 'slip', 'familyName'), ['|A', '|B'])
})

test('commas, tabs and bars part cells too, under a title without any', () => {
  for (const sign of [',', '\t', '|', ';']) {
    const text = `Liste du jour\n\n${['Nom', 'Prénom', 'Né le'].join(sign)}\n${['A', 'X', '1/2/1980'].join(sign)}\n`
    assert.deepEqual(
      pick(read(text), 'familyName', 'firstNames', 'birthDate'),
      ['A|X|1/2/1980'],
      sign,
    )
  }
})

test('the matricule of an INS comes with the identity, is kept when it is wrong, and is nobody’s staff number', () => {
  const insOf = (text: string) => {
    const file = readCsv(new TextEncoder().encode(text))
    return file.ok ? file.lines.map(({ ins }) => ins) : assert.fail(file.code)
  }
  const titled = (title: string, ...values: string[]) =>
    insOf(
      `Nom;Prénom;Né(e) le;${title}\n${values.map((value) => `Le Goff;Anne;14/05/1969;${value}`).join('\n')}`,
    )
  for (const title of ['INS', 'Matricule INS', 'N° INS', 'INS-NIR', 'Matricule (15 caractères)'])
    assert.deepEqual(titled(title, '2 69 05 49 588 157 80'), ['269054958815780'])
  // The key is wrong; a spreadsheet took it for a number; there is none.
  assert.deepEqual(titled('INS', '269054958815781', '2,69055E+14', '-', 'néant'), [
    '269054958815781',
    '2,69055E+14',
    undefined,
    undefined,
  ])
  assert.deepEqual(titled('Matricule', '004512', '004513'), [undefined, undefined])
  assert.deepEqual(titled('N° de sécurité sociale', '269054958815780'), [undefined])
})

test('lines with a matricule are written with it and read again with it', () => {
  const text = 'Nom;Prénom;Né(e) le;INS\nLe Goff;Anne;14/05/1969;269054958815780\nPetit;Léa;1980;'
  const file = readCsv(new TextEncoder().encode(text))
  if (!file.ok) return assert.fail(file.code)
  const rows = file.lines.map(({ cells, ins = null }) => ({ cells, ins }))
  const again = readCsv(writeCsv(rows))
  assert.deepEqual(again.ok && again.lines.map(({ ins }) => ins), ['269054958815780', undefined])
})

test('a moment of another clock is the day and the time that the site’s clock showed', () => {
  const sampled = (text: string, timeZone = 'Europe/Paris') => {
    const bytes = new TextEncoder().encode(
      `Nom;Prénom;Né(e) le;Date et heure\nPetit;Léa;1980;${text}`,
    )
    return pick(linesOf(readCsv(bytes, timeZone)), 'sampledDay', 'sampledTime')[0]
  }
  assert.equal(sampled('2026-11-28T14:30:00Z'), '28/11/2026|15:30')
  assert.equal(sampled('2026-11-28T14:30:00.000Z', 'Pacific/Noumea'), '29/11/2026|01:30')
  assert.equal(sampled('2026-11-28 14:30+0100', 'America/Martinique'), '28/11/2026|09:30')
  // Without a zone it is the site's own; a day alone has no time.
  assert.equal(sampled('2026-11-28T14:30:00', 'Pacific/Noumea'), '2026-11-28|14:30:00')
  assert.equal(sampled('28/11/2026 à 14h30'), '28/11/2026|14h30')
  assert.equal(sampled('2026-11-28T00:00:00Z', 'America/Martinique'), '2026-11-28T00:00:00Z|')
})

test('titles say whose, are numbered or written as programs do; nothing is lost of two numbers', () => {
  assert.deepEqual(
    pick(
      read(
        'Nom du patient;Prénom de la personne testée;Date de naissance (patient);Tél 1;Tél 2\nPetit;Léa;1980;01 23 45 67 89;06 12 34 56 78',
      ),
      'familyName',
      'firstNames',
      'contact',
    ),
    ['Petit|Léa|01 23 45 67 89 ; 06 12 34 56 78'],
  )
  assert.deepEqual(
    pick(
      read('lastName,firstName,birthDate,phoneNumber\nPetit,Léa,1980-04-03,0612345678'),
      'familyName',
      'contact',
    ),
    ['Petit|0612345678'],
  )
  // An accent that was read wrongly is no new word.
  assert.deepEqual(
    pick(read('Nom;Prénom;Né(e) le;Date du prélËvement\nPetit;Léa;1980;28/11/2026'), 'sampledDay'),
    ['28/11/2026'],
  )
  // Of somebody else.
  const file = readCsv(
    new TextEncoder().encode(
      'Nom;Prénom;Né(e) le;Tél médecin;Nom du préleveur\nPetit;Léa;1980;01;X',
    ),
  )
  assert.deepEqual(file.ok && file.ignored, ['Tél médecin', 'Nom du préleveur'])
})

const titles = 'Nom;Prénom;Né(e) le;Sexe;Téléphone;Test;Date;Heure;Résultat'
const paper = 'Lefèvre;Hélène;03/04/1980;F;0612345601;1232;13/08/2021;14:30;N'

test('UTF-16 is read with its mark and without, in either order of its bytes', () => {
  const wide = (text: string, isLittle: boolean): Uint8Array => {
    const view = new DataView(new ArrayBuffer(text.length * 2))
    for (let at = 0; at < text.length; at += 1)
      view.setUint16(at * 2, text.charCodeAt(at), isLittle)
    return new Uint8Array(view.buffer)
  }
  for (const isLittle of [true, false])
    for (const mark of ['\ufeff', '', '\ufeffsep=;\r\n']) {
      const file = readCsv(wide(`${mark}${titles}\r\n${paper}`, isLittle))
      assert.deepEqual(pick(linesOf(file), 'familyName', 'result'), ['Lefèvre|N'])
    }
  // A picture has noughts anywhere.
  const picture = readCsv(Uint8Array.from({ length: 400 }, (_, at) => (at % 5 === 0 ? 0 : at)))
  assert.equal(!picture.ok && picture.code, 'FILE_NOT_TEXT')
})

test('titles parted by one sign and lines by another are read alike', () => {
  for (const [above, below] of [
    [',', ';'],
    [';', ','],
    ['\t', ';'],
  ] as const) {
    const text = `${titles.replaceAll(';', above)}\n${paper.replaceAll(';', below)}\n${paper.replaceAll(';', below)}`
    assert.deepEqual(
      pick(read(text), 'familyName', 'firstNames', 'contact', 'result'),
      Array(2).fill('Lefèvre|Hélène|0612345601|N'),
    )
  }
})

test('titles in two languages, hints below them and totals of any name are no papers', () => {
  const text = [
    'Patient;;;;;Prélèvement;;;',
    titles,
    'Last name;First name;Birth date;Sex;Phone;Device;Date;Time;Result',
    '(texte);(texte);(jj/mm/aaaa);(F/M);;;(jj/mm/aaaa);(hh:mm);[N/P/I]',
    paper,
    'Totaux;;;;;;;;1',
    'Total général : 1;;;;;;;;',
  ].join('\n')
  assert.deepEqual(pick(read(text), 'familyName'), ['Lefèvre'])
  // Whoever is called like titles is somebody.
  const named = `${titles}\nNom;Contact;03/04/1980;F;;1232;13/08/2021;14:30;N`
  assert.deepEqual(pick(read(named), 'familyName', 'firstNames'), ['Nom|Contact'])
})

test('figures that a program took for numbers are what they were', () => {
  const text = `Nom;Prénom;Né(e) le;Téléphone;INS
Petit;Léa;1980;612345678.0;269054958815780.0
Petit;Léa;1980;6,12345678E+08;'269054958815780
Petit;Léa;1980;6,12E+08;2,69055E+14`
  assert.deepEqual(pick(read(text), 'contact'), ['0612345678', '0612345678', '6,12E+08'])
  const file = readCsv(new TextEncoder().encode(text))
  assert.deepEqual(file.ok && file.lines.map(({ ins }) => ins), [
    '269054958815780',
    '269054958815780',
    '2,69055E+14',
  ])
})

test('titles of other programs are known by their words, whoever they say that it is of', () => {
  const line = 'Lefèvre;Hélène;03/04/1980;Mme;42;Panbio;Neg.'
  for (const titles of [
    'Patient - Nom;Patient - Prénom;Patient - Date de naissance;Civilité;Fiche n°;Kit;Résultat TAG',
    'Nom naissance;Prénom 1;D. naissance;Genre;N° fiche;Marque du test;Résultat TROD',
  ]) {
    assert.deepEqual(
      pick(
        read(`${titles}\n${line}`),
        'familyName',
        'firstNames',
        'birthDate',
        'sex',
        'slip',
        'device',
        'result',
      ),
      ['Lefèvre|Hélène|03/04/1980|Mme|42|Panbio|Neg.'],
    )
  }
})
