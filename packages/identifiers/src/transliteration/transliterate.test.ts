import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePersonName } from '../person-name.ts'
import { isTransliterable, transliterate2dDoc, transliterateIcao } from './transliterate.ts'

type Sample = readonly [name: string, icao: string, twoddoc: string]

const tables: Readonly<Record<string, readonly Sample[]>> = {
  French: [
    ['Noël', 'NOEL', 'NOEL'],
    ['Maëlys-Zoé', 'MAELYS<ZOE', 'MAELYS ZOE'],
    ['Lœtitia', 'LOETITIA', 'LOETITIA'],
    ['Ælis', 'AELIS', 'AELIS'],
    ['François-Xavier', 'FRANCOIS<XAVIER', 'FRANCOIS XAVIER'],
    ['D’Aboville', 'DABOVILLE', 'D ABOVILLE'],
    ["L'Haÿ", 'LHAY', 'L HAY'],
    ['Hérault de l’Étang', 'HERAULT<DE<LETANG', 'HERAULT DE L ETANG'],
    ['Croÿ-Solre', 'CROY<SOLRE', 'CROY SOLRE'],
    ['Müller', 'MUELLER', 'MULLER'],
    ['Saint-Exupéry', 'SAINT<EXUPERY', 'SAINT EXUPERY'],
    ['J.-P.', 'J<P', 'J P'],
    ['boudehane née hadad', 'BOUDEHANE<NEE<HADAD', 'BOUDEHANE NEE HADAD'],
  ],
  Breton: [
    ['Le Goïc', 'LE<GOIC', 'LE GOIC'],
    ['Fañch', 'FANCH', 'FANCH'],
    ['Derc’hen', 'DERCHEN', 'DERC HEN'],
    ['Kerc’hoas-Plouñéour', 'KERCHOAS<PLOUNEOUR', 'KERC HOAS PLOUNEOUR'],
    ['Guénolé', 'GUENOLE', 'GUENOLE'],
    ['Azenor Ar Bihan', 'AZENOR<AR<BIHAN', 'AZENOR AR BIHAN'],
  ],
  Turkish: [
    ['Yıldırım', 'YILDIRIM', 'YILDIRIM'],
    ['İbrahim Çağlar', 'IBRAHIM<CAGLAR', 'IBRAHIM CAGLAR'],
    ['Öztürk', 'OEZTUERK', 'OZTURK'],
    ['Gülşah Işık', 'GUELSAH<ISIK', 'GULSAH ISIK'],
    ['ığdır', 'IGDIR', 'IGDIR'],
    ['Hâkim', 'HAKIM', 'HAKIM'],
  ],
  Vietnamese: [
    ['Nguyễn Thị Hương', 'NGUYEN<THI<HUONG', 'NGUYEN THI HUONG'],
    ['Đặng Văn Đức', 'DANG<VAN<DUC', 'DANG VAN DUC'],
    ['Trần Quốc Vượng', 'TRAN<QUOC<VUONG', 'TRAN QUOC VUONG'],
    ['Hồ Ngọc Hà', 'HO<NGOC<HA', 'HO NGOC HA'],
    ['Phạm Thùy Ưng', 'PHAM<THUY<UNG', 'PHAM THUY UNG'],
  ],
  Greek: [
    ['Μενεξές', 'MENEXES', 'MENEXES'],
    ['Μάριος', 'MARIOS', 'MARIOS'],
    ['Παπαδόπουλος', 'PAPADOPOULOS', 'PAPADOPOULOS'],
    ['ΠΑΠΑΝΔΡΕΟΥ', 'PAPANDREOU', 'PAPANDREOU'],
    ['Ευστράτιος', 'EFSTRATIOS', 'EFSTRATIOS'],
    ['Ευαγγελία', 'EVANGELIA', 'EVANGELIA'],
    ['Αυγερινός', 'AVGERINOS', 'AVGERINOS'],
    ['Μπακογιάννης', 'BAKOGIANNIS', 'BAKOGIANNIS'],
    ['Κουμπάρος', 'KOUMPAROS', 'KOUMPAROS'],
    ['Αντωνίου', 'ANTONIOU', 'ANTONIOU'],
    ['Γιαννακόπουλος-Ξυλούρης', 'GIANNAKOPOULOS<XYLOURIS', 'GIANNAKOPOULOS XYLOURIS'],
    ['Χατζηγάκης', 'CHATZIGAKIS', 'CHATZIGAKIS'],
    ['Ψαρράς', 'PSARRAS', 'PSARRAS'],
    ['Θεοδώρου', 'THEODOROU', 'THEODOROU'],
    ['Βασιλείου', 'VASILEIOU', 'VASILEIOU'],
    ['Σφίγξ', 'SFINX', 'SFINX'],
    ['Μελαγχολία', 'MELANCHOLIA', 'MELANCHOLIA'],
    ['Ταΰγετος', 'TAYGETOS', 'TAYGETOS'],
    ['Κάυλος', 'KAYLOS', 'KAYLOS'],
    ['Πρωτόπαπας Χαράλαμπος', 'PROTOPAPAS<CHARALAMPOS', 'PROTOPAPAS CHARALAMPOS'],
  ],
  'transcribed Arabic': [
    ['ʿAbd al-Raḥmān', 'ABD<AL<RAHMAN', 'ABD AL RAHMAN'],
    ['Ṭāhā Ḥusayn', 'TAHA<HUSAYN', 'TAHA HUSAYN'],
    ['Benaïssa El Ḥāǧǧ', 'BENAISSA<EL<HAGG', 'BENAISSA EL HAGG'],
    ['Ould M’Barek', 'OULD<MBAREK', 'OULD M BAREK'],
    ['Ibn Khaldūn', 'IBN<KHALDUN', 'IBN KHALDUN'],
    ['Maʾmūn', 'MAMUN', 'MAMUN'],
    ['Aït-Ṣāliḥ', 'AIT<SALIH', 'AIT SALIH'],
  ],
  Cyrillic: [
    ['ВАЛЕНТИН АТАНАСОВ', 'VALENTIN<ATANASOV', 'VALENTIN ATANASOV'],
    ['Щербаков Юрий', 'SHCHERBAKOV<IURII', 'SHCHERBAKOV IURII'],
    ['Хрущёв', 'KHRUSHCHEV', 'KHRUSHCHEV'],
    ['Ольга', 'OLGA', 'OLGA'],
    ['Їжакевич', 'IZHAKEVICH', 'IZHAKEVICH'],
    ['Қасым-Жомарт Әбенұлы', 'KASYM<ZHOMART<ABENULY', 'KASYM ZHOMART ABENULY'],
    ['Ҷамшед Раҳимӣ', 'JAMSHED<RAHIMI', 'JAMSHED RAHIMI'],
    ['Әнисә Җәмилева', 'ANISA<ZHAMILEVA', 'ANISA ZHAMILEVA'],
    ['Һасан Ғали', 'CASAN<GALI', 'CASAN GALI'],
    ['Магӏамедов', 'MAGAMEDOV', 'MAGAMEDOV'],
  ],
  'other Latin': [
    ['Gößinger', 'GOESSINGER', 'GOSSINGER'],
    ['WEIẞ', 'WEISS', 'WEISS'],
    ['Jørgensen', 'JOERGENSEN', 'JORGENSEN'],
    ['Ågesen', 'AAGESEN', 'AGESEN'],
    ['Yrjänä', 'YRJAENAE', 'YRJANA'],
    ['Łukasz Żółć', 'LUKASZ<ZOLC', 'LUKASZ ZOLC'],
    ['Þórðardóttir', 'THORDARDOTTIR', 'THORDARDOTTIR'],
    ['Đorđević', 'DORDEVIC', 'DORDEVIC'],
    ['Núñez', 'NUNEZ', 'NUNEZ'],
    ['Řehoř Dvořák', 'REHOR<DVORAK', 'REHOR DVORAK'],
    ['Székely Ődön', 'SZEKELY<ODOEN', 'SZEKELY ODON'],
    ['Ɓoubacar Kɔfi', 'BOUBACAR<KOFI', 'BOUBACAR KOFI'],
    ['Gal·la', 'GALLA', 'GALLA'],
    ['Ĳsbrand', 'IJSBRAND', 'IJSBRAND'],
  ],
}

/** ICAO Doc 9303-3 (8th edition), §6.A and §6.B whole, by what letters become; the first form where there are several. */
const icaoTables: Readonly<Record<string, string>> = {
  A: 'ÀÁÂÃĀĂĄА',
  AA: 'Å',
  AE: 'ÄÆ',
  B: 'Б',
  C: 'ÇĆĈĊČҺ',
  CH: 'Ч',
  D: 'ÐĎĐДЂ',
  DZ: 'ЅЏ',
  E: 'ÈÉÊËĒĔĖĘĚЁЕЭ',
  F: 'Ф',
  G: 'ĜĞĠĢГҐҒ',
  H: 'ĤĦ',
  I: 'ÌÍÎÏĨĪĬĮİІЇИЙ',
  IA: 'Я',
  IE: 'ЄЪ',
  IJ: 'Ĳ',
  IU: 'Ю',
  J: 'ĴЈ',
  K: 'ĶКЌ',
  KH: 'Х',
  L: 'ĹĻĽĿŁЛ',
  LJ: 'Љ',
  M: 'М',
  N: 'ÑŃŅŇŊН',
  NJ: 'Њ',
  O: 'ÒÓÔÕŌŎŐО',
  OE: 'ÖØŒ',
  P: 'П',
  R: 'ŔŖŘР',
  S: 'ŚŜŞŠС',
  SH: 'Ш',
  SHCH: 'Щ',
  SS: 'ẞ',
  T: 'ŢŤŦТ',
  TH: 'Þ',
  TS: 'Ц',
  U: 'ÙÚÛŨŪŬŮŰŲУЎѪ',
  UE: 'Ü',
  V: 'В',
  W: 'Ŵ',
  Y: 'ÝŶŸЫѴ',
  Z: 'ŹŻŽЗ',
  ZH: 'Ж',
}

test('every letter of ICAO’s tables of Latin and Cyrillic is written as they say, capital or small', () => {
  for (const [basic, letters] of Object.entries(icaoTables)) {
    for (const letter of letters) {
      assert.equal(transliterateIcao(`b${letter}B`), `B${basic}B`, letter)
      assert.equal(transliterateIcao(`b${letter.toLowerCase()}B`), `B${basic}B`, letter)
      assert.equal(isTransliterable(letter), true, letter)
    }
  }
})

for (const [language, rows] of Object.entries(tables)) {
  describe(`${language} names`, () => {
    for (const [name, icao, twoddoc] of rows) {
      test(`${name} is ${icao} and ${twoddoc}`, () => {
        assert.equal(parsePersonName(name).ok, true)
        assert.equal(transliterateIcao(name), icao)
        assert.equal(transliterate2dDoc(name), twoddoc)
      })
      test(`${name} typed with loose accents is the same`, () => {
        assert.equal(transliterateIcao(name.normalize('NFD')), icao)
        assert.equal(transliterate2dDoc(name.normalize('NFD')), twoddoc)
      })
    }
  })
}

test('an ICAO name has at most 80 characters and does not end in a filler', () => {
  assert.equal(transliterateIcao('ß'.repeat(80)).length, 80)
  assert.equal(transliterateIcao(`${'A'.repeat(79)} B`), 'A'.repeat(79))
})

test('what no table knows is left out', () => {
  assert.equal(transliterateIcao('Zoé 😀 王'), 'ZOE')
  assert.equal(transliterate2dDoc(' 1 '), '')
})
