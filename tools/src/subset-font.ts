/**
 * Makes the two small fonts that the printed certificate is set in from DejaVu Sans (free licence: its
 * changes are in the public domain, Bitstream Vera's terms permit modified copies under another name).
 * A whole DejaVu is 750 kB a weight; what names in Latin, Greek and Cyrillic script need is an eighth.
 *
 * Run after a new version of the font or of the subsetter: `node tools/src/subset-font.ts`. A test compares the result
 * with what is committed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { create } from 'fontkit'
import subset from 'subset-font'
import { nameCharacters } from './name-characters.ts'

/**
 * Inclusive ranges of code points kept for what is no person's name, where the font has them: names of sites and
 * devices, and the document's own words. What names may hold is added to them.
 */
const otherRanges: readonly (readonly [number, number])[] = [
  [0x20, 0x7e], // Basic Latin
  [0xa0, 0x17f], // Latin-1, Latin Extended-A: French, Breton, Turkish, most of Europe
  [0x180, 0x24f], // Latin Extended-B: Vietnamese ơ ư, Romanian ș ț, African languages
  [0x259, 0x259], // ə, Azeri
  [0x2b9, 0x2bc], // ʹ ʺ ʻ ʼ: transcriptions of Arabic, Breton c’h typed with a modifier letter
  [0x2bd, 0x2bf], // ʽ ʾ ʿ
  [0x300, 0x304], // Combining marks left over after composition
  [0x306, 0x30c],
  [0x323, 0x328],
  [0x370, 0x3ff], // Greek
  [0x400, 0x45f], // Cyrillic
  [0x1e00, 0x1eff], // Latin Extended Additional: Vietnamese, Welsh
  [0x2010, 0x2015], // Dashes
  [0x2018, 0x201e], // Quotation marks
  [0x2022, 0x2022], // •
  [0x2026, 0x2026], // …
  [0x202f, 0x202f], // Narrow no-break space
  [0x2039, 0x203a],
  [0x20ac, 0x20ac],
  [0x2116, 0x2116], // №
  [0x2190, 0x2193], // Arrows
  [0xfffd, 0xfffd], // Stands for what the font lacks
]

/** Every code point that is kept where the font has it, in ascending order. */
const keptCodePoints = (): number[] => {
  const kept = new Set(nameCharacters())
  for (const [first, last] of otherRanges) {
    for (let codePoint = first; codePoint <= last; codePoint++) kept.add(codePoint)
  }
  return [...kept].sort((a, b) => a - b)
}

/** Without positions and substitutions: texts are composed (NFC) before they are drawn. */
const layoutTables = ['GDEF', 'GPOS', 'GSUB', 'kern']

/** Names of the font, and the licence that its parts come under (OpenType 1.9, name). */
const keptNames = [0, 1, 2, 4, 5, 6, 13, 14]

/** The font with only the characters that documents need. @param font a TrueType file with `glyf` outlines */
export const subsetFont = (font: Uint8Array): Promise<Uint8Array> =>
  subset(Buffer.from(font), String.fromCodePoint(...keptCodePoints()), {
    targetFormat: 'sfnt',
    noHinting: true,
    dropTables: layoutTables,
    preserveNameIds: keptNames,
  })

/** Code points that a font has no glyph of its own for. */
export const lackingIn = (font: Uint8Array, codePoints: readonly number[]): number[] => {
  const file = create(Buffer.from(font))
  if (!('hasGlyphForCodePoint' in file)) throw new Error('a collection of fonts')
  return codePoints.filter((codePoint) => !file.hasGlyphForCodePoint(codePoint))
}

/** Each committed font and what it is made from. */
export const documentFonts = [
  { weight: 'regular', source: 'DejaVuSans.ttf' },
  { weight: 'bold', source: 'DejaVuSans-Bold.ttf' },
] as const

export const documentFontSource = (file: string): URL =>
  new URL(`../../node_modules/dejavu-fonts-ttf/ttf/${file}`, import.meta.url)

export const documentFontFile = (weight: string): URL =>
  new URL(`../../apps/web/src/shared/documents/fonts/document-${weight}.ttf`, import.meta.url)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { weight, source } of documentFonts) {
    const font = readFileSync(documentFontSource(source))
    writeFileSync(documentFontFile(weight), await subsetFont(font))
  }
}
