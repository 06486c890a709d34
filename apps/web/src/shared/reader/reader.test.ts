import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogueFaults } from '../messages/catalogue.ts'
import { failureOf, openCamera } from './camera.ts'
import { type Decoder, preferQuick } from './decoder.ts'
import { nativeDecoder } from './native-decoder.ts'
import { boundedSize } from './picture-pixels.ts'
import { readerMessages } from './reader-messages.ts'
import { type FoundCode, foundCodes } from './reading-options.ts'
import { absenceMilliseconds, repeatGuard } from './repeat-guard.ts'

test('a code held up is read once; again after it was away for a moment', () => {
  const guard = repeatGuard()
  assert.equal(guard.isNew('A', 0), true)
  assert.equal(guard.isNew('A', 1_000), false)
  // Held all along: each sighting starts the wait anew.
  assert.equal(guard.isNew('A', 2_000), false)
  assert.equal(guard.isNew('B', 2_100), true)
  assert.equal(guard.isNew('B', 2_100 + absenceMilliseconds), true)
})

test('large pictures are made smaller, small ones stay, flat ones keep a pixel', () => {
  assert.deepEqual(boundedSize(4_000, 3_000, 1_000), { width: 1_000, height: 750 })
  assert.deepEqual(boundedSize(640, 480, 1_280), { width: 640, height: 480 })
  assert.deepEqual(boundedSize(10_000, 1, 1_000), { width: 1_000, height: 1 })
})

test('each way a camera fails has its name', () => {
  const named = (name: string) => failureOf(new DOMException('', name))
  assert.equal(named('NotAllowedError'), 'CAMERA_DENIED')
  assert.equal(named('NotFoundError'), 'CAMERA_ABSENT')
  assert.equal(named('NotReadableError'), 'CAMERA_BUSY')
  assert.equal(named('TypeError'), 'CAMERA_UNSUPPORTED')
  assert.equal(failureOf('?'), 'CAMERA_UNSUPPORTED')
})

test('a browser without cameras says so instead of throwing', async () => {
  assert.deepEqual(await openCamera(undefined), { ok: false, code: 'CAMERA_UNSUPPORTED' })
})

test('unreadable and empty finds are left out', () => {
  const find = { isValid: true, format: 'DataMatrix', text: 'DC04' }
  assert.deepEqual(foundCodes([find, { ...find, isValid: false }, { ...find, text: '' }]), [
    { kind: 'datamatrix', text: 'DC04' },
  ])
})

// Only passed through: a decoder stand-in never looks at it.
const pixels = { width: 1, height: 1 } as ImageData

const standIn = (...codes: FoundCode[]): Decoder & { readonly reads: number[] } => {
  const reads: number[] = []
  return {
    reads,
    read: async () => {
      reads.push(1)
      return codes
    },
  }
}

test('a DataMatrix that lost its separators on the way is read again by the thorough reader', async () => {
  const whole: FoundCode = { kind: 'datamatrix', text: 'DC04\u001dX\u001fS' }
  const lost: FoundCode = { kind: 'datamatrix', text: 'DC04XS' }
  const thorough = standIn(whole)
  assert.deepEqual(await preferQuick(standIn(lost), thorough).read(pixels, 'frame'), [whole])
  assert.deepEqual(await preferQuick(standIn(whole), thorough).read(pixels, 'frame'), [whole])
  assert.equal(thorough.reads.length, 1)
  const quick = standIn()
  await preferQuick(quick, thorough).read(pixels, 'file')
  assert.equal(quick.reads.length, 0)
})

test('the browser’s reader is used only where it knows both kinds', async () => {
  const detectorFor = (formats: readonly string[]) =>
    class {
      static getSupportedFormats = async () => formats
      detect = async () => [
        { format: 'qr_code', rawValue: 'HC1:A' },
        { format: 'ean_13', rawValue: '123' },
      ]
    }
  assert.equal(await nativeDecoder(undefined), null)
  assert.equal(await nativeDecoder(detectorFor(['qr_code'])), null)
  const decoder = await nativeDecoder(detectorFor(['qr_code', 'data_matrix']))
  assert.deepEqual(await decoder?.read(pixels, 'frame'), [{ kind: 'qr', text: 'HC1:A' }])
})

test('the texts are whole in both languages', () => {
  assert.deepEqual(catalogueFaults(readerMessages), [])
})
