import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { readSlip } from '@sidep/continuity'
import { ensureDebianPackages } from '../../../../../tools/src/debian.ts'
import { zbarQrCodes } from '../../../test/zbar.ts'
import { sheetsPdf } from '../../shared/documents/document-pdf.ts'
import { documentFontsFromDisk } from '../../shared/documents/testing.ts'
import { fileOptions, thoroughLook } from '../../shared/reader/reading-options.ts'
import { readPicture } from '../../shared/reader/testing.ts'
import type { PrintedSlips } from './printed-slip.ts'
import { slipSheets } from './slip-sheet.ts'
import { sampleSlips } from './testing.ts'

/** A page of slips printed at 150 dpi, photographed askew and out of focus; and one slip of it held to a camera. */
const run = promisify(execFile)
let folder = ''
let print: PrintedSlips
const degrees = [-4, 2, 7]

before(async () => {
  ensureDebianPackages(['poppler-utils', 'imagemagick', 'zbar-tools'])
  folder = await mkdtemp(join(tmpdir(), 'sidep-slips-'))
  print = await sampleSlips(4, 41)
  const pdf = join(folder, 'slips.pdf')
  await writeFile(
    pdf,
    await sheetsPdf((measure) => slipSheets(print, measure), documentFontsFromDisk),
  )
  const drawAt = (dotsPerInch: string, name: string) =>
    run('pdftoppm', ['-r', dotsPerInch, '-png', '-f', '1', '-singlefile', pdf, join(folder, name)])
  await drawAt('150', 'page')
  await drawAt('200', 'scanned')
  for (const angle of degrees) {
    // zbarimg takes the page as a scanner gives it; our reader coarser, out of focus and in poor light too.
    for (const [kind, page, blur] of [
      ['scan', 'scanned.png', '0x0.7'],
      ['photo', 'page.png', '0x1.1'],
    ] as const) {
      await run('/usr/bin/convert', [
        join(folder, page),
        ...['-background', '#e8e4dc', '-rotate', String(angle), '-blur', blur],
        ...['-attenuate', '0.3', '-seed', '7', '+noise', 'Gaussian', '-quality', '80'],
        join(folder, `${kind}${angle}.jpg`),
      ])
    }
  }
})
after(() => rm(folder, { recursive: true, force: true }))

const checks = (): string[] => print.slips.map(({ check }) => check).sort()
const isCheck = (text: string): boolean => checks().includes(text)

for (const angle of degrees) {
  test(`turned by ${angle}°, our reader and zbarimg read all four codes for whoever checks exactly`, async () => {
    const photo = join(folder, `photo${angle}.jpg`)
    const found = await readPicture(new Uint8Array(await readFile(photo)), fileOptions)
    assert.deepEqual(found.flatMap(({ text }) => (isCheck(text) ? [text] : [])).sort(), checks())
    assert.deepEqual(
      (await zbarQrCodes(join(folder, `scan${angle}.jpg`))).filter(isCheck),
      checks(),
    )
  })
}

test('each quarter, cut out, is read with the quick setting of camera frames and is a whole slip', async () => {
  for (const [index, { check, printed }] of print.slips.entries()) {
    const quarter = join(folder, `quarter-${index}.png`)
    const corner = `+${(index % 2) * 620}+${Math.floor(index / 2) * 877}`
    await run('/usr/bin/convert', [
      join(folder, 'page.png'),
      ...['-crop', `620x877${corner}`, '-rotate', '3', '-blur', '0x0.8', quarter],
    ])
    const found = await readPicture(new Uint8Array(await readFile(quarter)), thoroughLook)
    assert.ok(found.some(({ text }) => text === check))
    const read = readSlip(check)
    assert.ok(read.ok)
    assert.equal(read.slip.serial.text, printed.replaceAll('-', ''))
  }
})

test('the person’s code, held close to a camera, is read from what is below the fold', async () => {
  const close = join(folder, 'close')
  await run('pdftoppm', [
    '-r',
    '300',
    '-png',
    '-f',
    '1',
    '-singlefile',
    join(folder, 'slips.pdf'),
    close,
  ])
  for (const [index, { address }] of print.slips.entries()) {
    const strip = join(folder, `strip-${index}.png`)
    const corner = `+${(index % 2) * 1240}+${Math.floor(index / 2) * 1754 + 1470}`
    await run('/usr/bin/convert', [
      `${close}.png`,
      ...['-crop', `1240x284${corner}`, '-rotate', '3', '-blur', '0x1.1', strip],
    ])
    const found = await readPicture(new Uint8Array(await readFile(strip)), thoroughLook)
    assert.deepEqual(
      found.map(({ text }) => text),
      [address],
    )
  }
})

test('the PDF has its pages, fonts embedded, no pictures, and every number as text', async () => {
  const pdf = join(folder, 'slips.pdf')
  assert.match((await run('pdfinfo', [pdf])).stdout, /Pages: +2\n/)
  assert.equal((await run('pdfimages', ['-list', pdf])).stdout.trim().split('\n').length, 2)
  const text = (await run('pdftotext', [pdf, '-'])).stdout
  for (const { printed } of print.slips) {
    const afterSite = printed.indexOf('-') + 1
    assert.ok(text.includes(`N° ${printed.slice(0, afterSite)}`), printed)
    assert.ok(text.includes(printed.slice(afterSite)), printed)
  }
})
