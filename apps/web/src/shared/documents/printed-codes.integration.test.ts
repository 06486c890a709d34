import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { ensureDebianPackages } from '../../../../../tools/src/debian.ts'
import { fileOptions, thoroughLook } from '../reader/reading-options.ts'
import { readPicture } from '../reader/testing.ts'
import { documentPdf } from './document-pdf.ts'
import { documentFontsFromDisk, sampleDocument, sampleProvisional } from './testing.ts'

/**
 * What happens to a certificate in the world: printed, then photographed a little askew and out of focus.
 * Read by the reader of our verifier page and by two that are not ours.
 */
const run = promisify(execFile)
const { hcert, twoddoc } = sampleDocument.certificate
let folder = ''

before(async () => {
  ensureDebianPackages(['poppler-utils', 'imagemagick', 'zbar-tools', 'dmtx-utils'])
  folder = await mkdtemp(join(tmpdir(), 'sidep-print-'))
  await writeFile(
    join(folder, 'certificate.pdf'),
    await documentPdf(sampleDocument, documentFontsFromDisk),
  )
  const page = join(folder, 'page')
  await run('pdftoppm', ['-r', '150', '-png', '-singlefile', join(folder, 'certificate.pdf'), page])
  for (const [index, degrees] of [-4, 2, 7].entries()) {
    await run('/usr/bin/convert', [
      `${page}.png`,
      ...['-background', '#e8e4dc', '-rotate', String(degrees), '-blur', '0x1.1'],
      ...['-attenuate', '0.3', '-seed', '7', '+noise', 'Gaussian', '-quality', '80'],
      join(folder, `photo-${index}.jpg`),
    ])
  }
})
after(() => rm(folder, { recursive: true, force: true }))

const photos = [0, 1, 2].map((index) => `photo-${index}.jpg`)

for (const photo of photos) {
  test(`${photo}: our reader finds both codes, text exact with its separators`, async () => {
    const found = await readPicture(
      new Uint8Array(await readFile(join(folder, photo))),
      fileOptions,
    )
    const texts = Object.fromEntries(found.map(({ kind, text }) => [kind, text]))
    assert.equal(texts.qr, hcert)
    assert.equal(texts.datamatrix, twoddoc)
  })

  test(`${photo}: zbarimg reads the QR code, dmtxread the DataMatrix`, async () => {
    const zbar = await run('zbarimg', ['--quiet', '--raw', join(folder, photo)])
    assert.ok(zbar.stdout.split('\n').includes(hcert ?? ''))
    // dmtxread looks at every edge of a page; a photo of the card's back is what it would be given.
    const back = join(folder, `back-${photo}.png`)
    await run('/usr/bin/convert', [join(folder, photo), '-crop', '50%x55%+640+0', back])
    const dmtx = await run('dmtxread', ['--stop-after=1', '--milliseconds=20000', back])
    assert.equal(dmtx.stdout, twoddoc)
  })
}

test('the quick setting used for camera frames reads each half of the folded card', async () => {
  for (const [kind, crop] of [
    ['qr', '50%x55%+0+0'],
    ['datamatrix', '50%x55%+640+0'],
  ] as const) {
    const half = join(folder, `half-${kind}.png`)
    await run('/usr/bin/convert', [join(folder, 'photo-1.jpg'), '-crop', crop, half])
    const found = await readPicture(new Uint8Array(await readFile(half)), thoroughLook)
    assert.deepEqual(
      found.map(({ kind: read }) => read),
      [kind],
    )
  }
})

test('the PDF is one A4 page with title, language and embedded fonts, and no picture in it', async () => {
  const file = join(folder, 'certificate.pdf')
  const info = (await run('pdfinfo', [file])).stdout
  assert.match(info, /Title: +Certificat de test · Test certificate – Le Goff-Nguyễn Éloïse/)
  assert.match(info, /Pages: +1\n/)
  assert.match(info, /A4/)
  const fonts = (await run('pdffonts', [file])).stdout.trim().split('\n').slice(2)
  assert.equal(fonts.length, 2)
  assert.ok(fonts.every((line) => /yes +yes +yes/.test(line)))
  assert.equal((await run('pdfimages', ['-list', file])).stdout.trim().split('\n').length, 2)
  assert.match((await run('pdftotext', [file, '-'])).stdout, /Éloïse Thị Ưởng/)
})

test('the same document gives the same bytes', async () => {
  const again = await documentPdf(sampleDocument, documentFontsFromDisk)
  assert.deepEqual(Buffer.from(again), await readFile(join(folder, 'certificate.pdf')))
})

test('characters that the font lacks do not stop a document', async () => {
  const person = {
    familyName: '李 🙂',
    firstNames: 'Ξένια Ağaoğlu \u0000',
    birthDate: '2001-01-01',
  }
  const bytes = await documentPdf({ ...sampleDocument, person }, documentFontsFromDisk)
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 5)), '%PDF-')
})

test('a provisional certificate on paper, a little askew, is read by our reader and by zbarimg, its address too', async () => {
  const { provisional } = sampleProvisional
  assert.ok(provisional)
  const pdf = join(folder, 'provisional.pdf')
  await writeFile(pdf, await documentPdf(sampleProvisional, documentFontsFromDisk))
  const page = join(folder, 'provisional')
  await run('pdftoppm', ['-r', '200', '-png', '-singlefile', pdf, page])
  const photo = join(folder, 'provisional.jpg')
  await run('/usr/bin/convert', [
    `${page}.png`,
    ...['-background', '#e8e4dc', '-rotate', '3', '-blur', '0x0.8', '-quality', '80'],
    photo,
  ])
  const found = await readPicture(new Uint8Array(await readFile(photo)), fileOptions)
  const texts = found.map(({ text }) => text)
  assert.deepEqual(texts.toSorted(), [provisional.code, provisional.address].toSorted())
  const { stdout } = await run('zbarimg', ['--quiet', '--raw', photo])
  assert.ok(stdout.split('\n').includes(provisional.code))
})
