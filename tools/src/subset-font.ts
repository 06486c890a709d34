/**
 * Makes the two small fonts that the printed certificate is set in from DejaVu Sans (free licence: its
 * changes are in the public domain, Bitstream Vera's terms permit modified copies under another name).
 * A whole DejaVu is 750 kB a weight; what names in Latin, Greek and Cyrillic script need is an eighth.
 *
 * Run after a new version of the font: `node tools/src/subset-font.ts`. A test compares the result with what
 * is committed.
 *
 * Format: OpenType 1.9, tables cmap, glyf, head, hhea, hmtx, loca, maxp, name, OS/2, post. Hinting and the
 * layout tables are left out: texts are composed (NFC) before they are drawn.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
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

const compositeFlags = {
  wordArguments: 0x1,
  scale: 0x8,
  moreComponents: 0x20,
  twoScales: 0x40,
  twoByTwo: 0x80,
  instructions: 0x100,
} as const

class FontFile {
  readonly #view: DataView
  readonly #tables = new Map<string, { offset: number; length: number }>()
  readonly #longOffsets: boolean
  readonly #longMetrics: number

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let index = 0; index < this.#view.getUint16(4); index++) {
      const at = 12 + index * 16
      const tag = String.fromCharCode(...bytes.subarray(at, at + 4))
      this.#tables.set(tag, {
        offset: this.#view.getUint32(at + 8),
        length: this.#view.getUint32(at + 12),
      })
    }
    this.#longOffsets = this.viewOf('head').getInt16(50) === 1
    this.#longMetrics = this.viewOf('hhea').getUint16(34)
  }

  viewOf(tag: string): DataView {
    const table = this.#tables.get(tag)
    if (table === undefined) throw new Error(`The font has no table ${tag}`)
    return new DataView(this.#view.buffer, this.#view.byteOffset + table.offset, table.length)
  }

  bytesOf(tag: string): Uint8Array {
    const view = this.viewOf(tag)
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()
  }

  /** Glyph of a code point through the format 4 subtable (the Basic Multilingual Plane). */
  glyphOf(codePoint: number): number {
    const cmap = this.viewOf('cmap')
    for (let index = 0; index < cmap.getUint16(2); index++) {
      const at = cmap.getUint32(4 + index * 8 + 4)
      if (cmap.getUint16(at) === 4) return glyphInFormat4(cmap, at, codePoint)
    }
    throw new Error('The font has no format 4 character map')
  }

  glyph(id: number): Uint8Array {
    const loca = this.viewOf('loca')
    const offset = (index: number): number =>
      this.#longOffsets ? loca.getUint32(index * 4) : loca.getUint16(index * 2) * 2
    return this.bytesOf('glyf').subarray(offset(id), offset(id + 1))
  }

  metrics(id: number): { advance: number; leftSideBearing: number } {
    const hmtx = this.viewOf('hmtx')
    const last = this.#longMetrics - 1
    return id <= last
      ? { advance: hmtx.getUint16(id * 4), leftSideBearing: hmtx.getInt16(id * 4 + 2) }
      : {
          advance: hmtx.getUint16(last * 4),
          leftSideBearing: hmtx.getInt16((last + 1) * 4 + (id - last - 1) * 2),
        }
  }
}

function glyphInFormat4(cmap: DataView, at: number, codePoint: number): number {
  const segments = cmap.getUint16(at + 6) / 2
  const ends = at + 14
  const starts = ends + segments * 2 + 2
  for (let index = 0; index < segments; index++) {
    if (cmap.getUint16(ends + index * 2) < codePoint) continue
    const start = cmap.getUint16(starts + index * 2)
    if (start > codePoint) return 0
    const delta = cmap.getUint16(starts + segments * 2 + index * 2)
    const rangeAt = starts + segments * 4 + index * 2
    const range = cmap.getUint16(rangeAt)
    if (range === 0) return (codePoint + delta) & 0xffff
    const glyph = cmap.getUint16(rangeAt + range + (codePoint - start) * 2)
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff
  }
  return 0
}

/** Where the component references of a composite glyph are, and where the last one ends. */
function components(glyph: Uint8Array): { at: number; id: number; flags: number }[] {
  const view = new DataView(glyph.buffer, glyph.byteOffset, glyph.byteLength)
  if (glyph.length === 0 || view.getInt16(0) >= 0) return []
  const found: { at: number; id: number; flags: number }[] = []
  let at = 10
  for (;;) {
    const flags = view.getUint16(at)
    found.push({ at, id: view.getUint16(at + 2), flags })
    at += componentLength(flags)
    if ((flags & compositeFlags.moreComponents) === 0) return found
  }
}

function componentLength(flags: number): number {
  let length = 4 + (flags & compositeFlags.wordArguments ? 4 : 2)
  if (flags & compositeFlags.scale) length += 2
  if (flags & compositeFlags.twoScales) length += 4
  if (flags & compositeFlags.twoByTwo) length += 8
  return length
}

/** The glyph with its components renumbered and without hinting programs, padded to four bytes. */
function rewriteGlyph(glyph: Uint8Array, renumber: (id: number) => number): Uint8Array {
  if (glyph.length === 0) return glyph
  const copy = glyph.slice()
  const view = new DataView(copy.buffer)
  const parts = components(copy)
  const last = parts.at(-1)
  if (last !== undefined) {
    for (const part of parts) {
      view.setUint16(part.at, part.flags & ~compositeFlags.instructions)
      view.setUint16(part.at + 2, renumber(part.id))
    }
    return padded(copy.subarray(0, last.at + componentLength(last.flags)))
  }
  const lengthAt = 10 + view.getInt16(0) * 2
  const instructions = view.getUint16(lengthAt)
  view.setUint16(lengthAt, 0)
  return padded(
    joined([copy.subarray(0, lengthAt + 2), copy.subarray(lengthAt + 2 + instructions)]),
  )
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const padded = (bytes: Uint8Array): Uint8Array =>
  joined([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)])

/** Big-endian numbers, 16 bits each. */
function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => {
    view.setUint16(index * 2, value & 0xffff)
  })
  return bytes
}

function longs(values: readonly number[]): Uint8Array {
  return words(values.flatMap((value) => [value >>> 16, value & 0xffff]))
}

/** One format 4 subtable for the Windows platform (3, 1); runs of neighbours share a segment. */
function characterMap(pairs: readonly (readonly [codePoint: number, glyph: number])[]): Uint8Array {
  const segments: { start: number; end: number; delta: number }[] = []
  for (const [codePoint, glyph] of pairs) {
    const last = segments.at(-1)
    if (last !== undefined && last.end + 1 === codePoint && last.delta === glyph - codePoint) {
      last.end = codePoint
    } else {
      segments.push({ start: codePoint, end: codePoint, delta: glyph - codePoint })
    }
  }
  segments.push({ start: 0xffff, end: 0xffff, delta: 1 })
  const selector = Math.floor(Math.log2(segments.length))
  const body = words([
    segments.length * 2,
    2 ** (selector + 1),
    selector,
    segments.length * 2 - 2 ** (selector + 1),
    ...segments.map(({ end }) => end),
    0,
    ...segments.map(({ start }) => start),
    ...segments.map(({ delta }) => delta),
    ...segments.map(() => 0),
  ])
  const header = words([0, 1, 3, 1, 0, 12, 4, body.length + 6, 0])
  return joined([header, body])
}

function withWord(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  new DataView(bytes.buffer).setUint16(offset, value)
  return bytes
}

function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let sum = 0
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0
  return sum
}

function assemble(tables: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const tags = [...tables.keys()].sort()
  const selector = Math.floor(Math.log2(tags.length))
  const header = joined([
    longs([0x00010000]),
    words([tags.length, 2 ** selector * 16, selector, (tags.length - 2 ** selector) * 16]),
  ])
  let offset = header.length + tags.length * 16
  const directory: Uint8Array[] = []
  const bodies: Uint8Array[] = []
  for (const tag of tags) {
    const table = tables.get(tag) ?? new Uint8Array()
    const body = padded(table)
    directory.push(new TextEncoder().encode(tag), longs([checksum(body), offset, table.length]))
    bodies.push(body)
    offset += body.length
  }
  return joined([header, ...directory, ...bodies])
}

/** Every code point that is kept where the font has it, in ascending order. */
const keptCodePoints = (): number[] => {
  const kept = new Set(nameCharacters())
  for (const [first, last] of otherRanges) {
    for (let codePoint = first; codePoint <= last; codePoint++) kept.add(codePoint)
  }
  return [...kept].sort((a, b) => a - b)
}

/**
 * The font with only the characters of `codePoints` (and `.notdef`), renumbered from zero.
 *
 * @param font A TrueType file with `glyf` outlines.
 */
export function subsetFont(
  font: Uint8Array,
  codePoints: readonly number[] = keptCodePoints(),
): Uint8Array {
  const source = new FontFile(font)
  const ids = [0]
  const numberOf = new Map([[0, 0]])
  const keep = (id: number): number => {
    const known = numberOf.get(id)
    if (known !== undefined) return known
    numberOf.set(id, ids.length)
    ids.push(id)
    return ids.length - 1
  }

  const pairs: [number, number][] = []
  for (const codePoint of codePoints) {
    const id = source.glyphOf(codePoint)
    if (id !== 0) pairs.push([codePoint, keep(id)])
  }
  // Parts of composite glyphs are appended while the list is walked.
  const glyphs: Uint8Array[] = []
  for (let index = 0; index < ids.length; index++) {
    glyphs.push(rewriteGlyph(source.glyph(ids[index] ?? 0), keep))
  }

  const offsets = [0]
  for (const glyph of glyphs) offsets.push((offsets.at(-1) ?? 0) + glyph.length)
  const metrics = ids.map((id) => source.metrics(id))
  const post = source.bytesOf('post').slice(0, 32)
  new DataView(post.buffer).setUint32(0, 0x00030000) // Version 3: no glyph names

  return assemble(
    new Map([
      ['OS/2', source.bytesOf('OS/2')],
      ['cmap', characterMap(pairs)],
      ['glyf', joined(glyphs)],
      ['head', withWord(source.bytesOf('head'), 50, 1)],
      ['hhea', withWord(source.bytesOf('hhea'), 34, ids.length)],
      ['hmtx', words(metrics.flatMap((metric) => [metric.advance, metric.leftSideBearing]))],
      ['loca', longs(offsets)],
      ['maxp', withWord(source.bytesOf('maxp'), 4, ids.length)],
      ['name', source.bytesOf('name')],
      ['post', post],
    ]),
  )
}

/** Code points that a font has no glyph of its own for. */
export const lackingIn = (font: Uint8Array, codePoints: readonly number[]): number[] => {
  const file = new FontFile(font)
  return codePoints.filter((codePoint) => file.glyphOf(codePoint) === 0)
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
    writeFileSync(documentFontFile(weight), subsetFont(readFileSync(documentFontSource(source))))
  }
}
