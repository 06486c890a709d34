/** The PDF for whoever hears it or sees it enlarged (PDF/UA-1, ISO 14289-1), as a reader that is not ours finds it. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { inflateSync } from 'node:zlib'
import { ensureDebianPackages } from '../../../../../tools/src/debian.ts'
import { slipSheets } from '../../counter/slips/slip-sheet.ts'
import { sampleSlips } from '../../counter/slips/testing.ts'
import { documentPdf, recoveryPdf, sheetsPdf } from './document-pdf.ts'
import {
  documentFontsFromDisk,
  sampleDocument,
  sampleProvisional,
  sampleRecovery,
} from './testing.ts'

const run = promisify(execFile)
const print = { ...(await sampleSlips(4, 41)), siteName: 'Pharmacie <Dupont & fils>' }
const kinds = ['certificate', 'recovery', 'provisional', 'slips'] as const
const files = {
  certificate: await documentPdf(sampleDocument, documentFontsFromDisk),
  recovery: await recoveryPdf(sampleRecovery, documentFontsFromDisk),
  provisional: await documentPdf(sampleProvisional, documentFontsFromDisk),
  slips: await sheetsPdf((measure) => slipSheets(print, measure), documentFontsFromDisk),
}
let folder = ''

before(async () => {
  ensureDebianPackages(['poppler-utils'])
  folder = await mkdtemp(join(tmpdir(), 'sidep-accessible-'))
  for (const kind of kinds) await writeFile(join(folder, kind), files[kind])
})
after(() => rm(folder, { recursive: true, force: true }))

const pdfinfo = async (kind: keyof typeof files, ...options: string[]): Promise<string> =>
  (await run('pdfinfo', [...options, join(folder, kind)])).stdout

/** Its elements and their texts, one a line, in the order in which they are read. */
const structureOf = async (kind: keyof typeof files): Promise<string[]> =>
  (await pdfinfo(kind, '-struct-text')).split('\n').map((line) => line.trim())

/** A text string (ISO 32000-1 §7.9.2.2): UTF-16 behind its mark, with signs escaped. */
const textOf = (literal: string): string => {
  const bytes = literal.replace(
    /\\(.)/gs,
    (_, sign) => ({ n: '\n', r: '\r' })[sign as string] ?? sign,
  )
  return new TextDecoder('utf-16be').decode(Buffer.from(bytes, 'latin1'))
}

/** What is said in place of each picture. */
const alternativesOf = (bytes: Uint8Array): string[] =>
  [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/\/Alt \(((?:\\.|[^\\)])*)\)/gs),
  ].map(([, literal = '']) => textOf(literal))

/** Operators of each page, one a line. */
const contentsOf = (bytes: Uint8Array): string[] => {
  const file = Buffer.from(bytes).toString('latin1')
  return [...file.matchAll(/\/Filter \/FlateDecode\n>>\nstream\n/g)].flatMap((found) => {
    const content = inflateSync(bytes.subarray(found.index + found[0].length)).toString('latin1')
    return content.includes('BDC') ? [content] : []
  })
}

test('a certificate says its title, its facts as a table, then each code as a picture with words', async () => {
  const structure = await structureOf('certificate')
  const elements = structure.filter((line) => /^[A-Z]\w*( \(block\)|:)?$/.test(line))
  const kindsInOrder = elements.map((line) => line.replace(/ .*|:/, ''))
  assert.deepEqual(kindsInOrder.slice(0, 6), ['Document', 'H1', 'Table', 'TR', 'TH', 'TD'])
  assert.equal(kindsInOrder.filter((kind) => kind === 'TR').length, 12)
  assert.equal(kindsInOrder.filter((kind) => kind === 'Figure').length, 2)
  const [title, result] = ['"Certificat de test"', '"Négatif · Negative"']
  assert.ok(structure.indexOf(title) < structure.indexOf(result))
  assert.ok(structure.indexOf(result) < structure.indexOf('Figure:'))
  assert.deepEqual(alternativesOf(files.certificate).toSorted(), [
    'Code européen · EU code',
    'Code français (2D-DOC) · French code',
  ])
})

test('each code of a slip is a picture named by its number or by whom it is for', () => {
  const alternatives = alternativesOf(files.slips)
  assert.equal(alternatives.length, 8)
  for (const { printed } of print.slips) {
    assert.ok(alternatives.includes(`Fiche de test · Test slip ${printed}`), printed)
  }
})

for (const kind of kinds) {
  test(`${kind}: tagged, in French with its English told, titled, and says that it keeps to PDF/UA`, async () => {
    assert.match(await pdfinfo(kind), /Tagged: +yes\n/)
    const file = Buffer.from(files[kind]).toString('latin1')
    assert.match(file, /\/Lang \(fr-FR\)/)
    assert.match(file, /\/DisplayDocTitle true/)
    assert.match(file, /\/Tabs \/S/)
    assert.match(await pdfinfo(kind, '-meta'), /<pdfuaid:part>1<\/pdfuaid:part>/)
    assert.match(contentsOf(files[kind])[0] ?? '', /\/Span <<\n\/Lang \(en\)\n>> BDC/)
  })

  test(`${kind}: everything drawn belongs to an element, or is marked as decoration`, () => {
    const contents = contentsOf(files[kind])
    assert.equal(contents.length, kind === 'slips' ? 2 : 1)
    for (const content of contents) {
      let depth = 0
      let drawn = 0
      for (const line of content.split('\n')) {
        if (/ BDC$/.test(line)) depth += 1
        if (line === 'EMC') depth -= 1
        if (!/(^| )(T[jJ]|[fSB]\*?)$/.test(line)) continue
        drawn += 1
        assert.ok(depth > 0, line)
      }
      assert.equal(depth, 0)
      assert.ok(drawn > 30)
    }
  })
}

test('the name of a site does not break the metadata', async () => {
  const metadata = await pdfinfo('slips', '-meta')
  assert.match(metadata, /00041–00044 – Pharmacie &#60;Dupont &#38; fils&#62;</)
  assert.match(await pdfinfo('slips'), /Title: +Fiches de test .*Pharmacie <Dupont & fils>\n/)
})
