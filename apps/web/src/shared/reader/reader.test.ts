import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { casesAbsent, readCodePicture } from '../../../../../tools/src/cases.ts'
import { catalogueFaults } from '../messages/catalogue.ts'
import { failureOf, nextCamera, openCamera, zoomStep } from './camera.ts'
import type { Decoder } from './code-decoder.ts'
import { helpedBy } from './decoder.ts'
import { boundedSize, frameGrabber } from './frame.ts'
import { greyOfPixels } from './grey-picture.ts'
import { nativeDecoder } from './native-decoder.ts'
import { readerMessages } from './reader-messages.ts'
import {
  carriesDocument,
  type FoundCode,
  foundCodes,
  frameLooks,
  textsOf,
} from './reading-options.ts'
import { absenceMilliseconds, patienceMilliseconds, sightings } from './sightings.ts'
import { readPicture } from './testing.ts'
import { wasmDecoder } from './wasm-decoder.ts'

const qr = (text: string): FoundCode => ({ kind: 'qr', text })
const certificate = qr('HC1:6BF')
const link = qr('https://example.org/')

test('what is held up while nothing is read, because a verdict is shown, is not new afterwards; what comes then is', () => {
  const seen = sightings()
  const other = qr('HC1:OTHER')
  assert.deepEqual(seen.see([certificate], 0), [certificate])
  seen.resume(120_000)
  assert.deepEqual(seen.see([certificate], 120_100), [])
  assert.deepEqual(seen.see([other], 120_200), [other])
  assert.deepEqual(seen.see([certificate], 120_100 + absenceMilliseconds), [certificate])
})

test('a code held up is read once; again after it was away for a moment', () => {
  const seen = sightings()
  const other = qr('HC1:OTHER')
  assert.deepEqual(seen.see([certificate], 0), [certificate])
  assert.deepEqual(seen.see([certificate], 1_000), [])
  // Held all along: each sighting starts the wait anew.
  assert.deepEqual(seen.see([certificate], 2_000), [])
  assert.deepEqual(seen.see([other], 2_100), [other])
  assert.deepEqual(seen.see([other], 2_100 + absenceMilliseconds), [other])
  assert.deepEqual(seen.see([certificate], 2_100 + absenceMilliseconds), [certificate])
})

test('two codes of one sheet are read together, and not again when only one is seen', () => {
  const seen = sightings()
  const second: FoundCode = { kind: 'datamatrix', text: 'DC04' }
  assert.deepEqual(seen.see([certificate], 0), [certificate])
  assert.deepEqual(seen.see([certificate, second], 100), [certificate, second])
  for (let at = 200; at < 3_000; at += 100) {
    assert.deepEqual(seen.see(at % 200 === 0 ? [certificate] : [second, certificate], at), [])
  }
})

test('a link waits for the certificate beside it, and is said to be none after a second alone', () => {
  const seen = sightings()
  assert.deepEqual(seen.see([link], 0), [])
  assert.deepEqual(seen.see([link], 900), [])
  assert.deepEqual(seen.see([link, certificate], 950), [link, certificate])
  assert.deepEqual(seen.see([link], 1_000), [])

  const alone = sightings()
  assert.deepEqual(alone.see([link], 0), [])
  assert.deepEqual(alone.see([link], patienceMilliseconds), [link])
  assert.deepEqual(alone.see([link], patienceMilliseconds + 100), [])
})

test('what is no document of ours is known by its beginning', () => {
  for (const text of [
    'HC1:',
    'FC1:',
    'DC04',
    ' ]Q1HC1:',
    'IS01',
    'https://x.example/resultat/#FABC',
    'HTTPS://X.EXAMPLE/RESULTAT/#FABC',
  ]) {
    assert.equal(carriesDocument(qr(text)), true, text)
  }
  for (const text of ['', 'shc:/56', 'https://x.example/', 'WIFI:S:a;;', 'http://resultat/']) {
    assert.equal(carriesDocument(qr(text)), false, text)
  }
})

test('of the codes found those of the kinds wanted are given, each once', () => {
  const found = [link, certificate, certificate, { kind: 'datamatrix', text: 'DC04' } as const]
  assert.deepEqual(textsOf(found, ['qr']), [link.text, certificate.text])
  assert.deepEqual(textsOf(found, ['datamatrix']), ['DC04'])
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

const helped = async (quick: Decoder | null, thorough: Decoder): Promise<Decoder> => {
  const decoder = helpedBy(Promise.resolve(quick), thorough, 20)
  await Promise.resolve()
  return decoder
}

test('a DataMatrix that lost its separators on the way is read again by the thorough reader', async () => {
  const whole: FoundCode = { kind: 'datamatrix', text: 'DC04\u001dX\u001fS' }
  const lost: FoundCode = { kind: 'datamatrix', text: 'DC04XS' }
  const thorough = standIn(whole)
  assert.deepEqual(await (await helped(standIn(lost), thorough)).read(pixels, 'frame'), [whole])
  assert.deepEqual(await (await helped(standIn(whole), thorough)).read(pixels, 'frame'), [whole])
  assert.equal(thorough.reads.length, 1)
  const quick = standIn()
  await (await helped(quick, thorough)).read(pixels, 'file')
  assert.equal(quick.reads.length, 0)
})

test('a quick reader that finds nothing is looked behind at once, and left aside for good after three misses', async () => {
  const quick = standIn()
  const thorough = standIn(certificate)
  const decoder = await helped(quick, thorough)
  for (let frame = 0; frame < 6; frame++) {
    assert.deepEqual(await decoder.read(pixels, 'frame'), [certificate])
  }
  assert.equal(quick.reads.length, 3)
  assert.equal(thorough.reads.length, 6)
})

test('a quick reader that finds only the link beside a certificate is looked behind', async () => {
  const decoder = await helped(standIn(link), standIn(link, certificate))
  assert.deepEqual(await decoder.read(pixels, 'frame'), [link, certificate])
})

test('a quick reader that is right now and then is kept', async () => {
  let frame = 0
  const quick: Decoder = { read: async () => (frame++ % 2 === 0 ? [] : [certificate]) }
  const decoder = await helped(quick, standIn(certificate))
  for (let count = 0; count < 12; count++) await decoder.read(pixels, 'frame')
  assert.equal(frame, 12)
})

test('a quick reader that throws, rejects or hangs is left aside for good', async () => {
  const broken: readonly (() => Promise<FoundCode[]>)[] = [
    () => {
      throw new Error('detect')
    },
    () => Promise.reject(new DOMException('service unavailable')),
    () => new Promise(() => undefined),
  ]
  for (const detect of broken) {
    let asked = 0
    const quick: Decoder = {
      read: () => {
        asked += 1
        return detect()
      },
    }
    const decoder = await helped(quick, standIn(certificate))
    for (let frame = 0; frame < 3; frame++) {
      assert.deepEqual(await decoder.read(pixels, 'frame'), [certificate])
    }
    assert.equal(asked, 1)
  }
})

test('a quick reader that never comes is not waited for', async () => {
  const decoder = helpedBy(new Promise(() => undefined), standIn(certificate))
  assert.deepEqual(await decoder.read(pixels, 'frame'), [certificate])
  const refused = helpedBy(Promise.reject(new Error('no')), standIn(certificate))
  assert.deepEqual(await refused.read(pixels, 'frame'), [certificate])
})

test('a thorough reader that cannot be loaded leaves the quick one, and says so where there is none', async () => {
  const broken: Decoder = { read: () => Promise.reject(new Error('no program')) }
  assert.deepEqual(await (await helped(standIn(link), broken)).read(pixels, 'frame'), [link])
  await assert.rejects((await helped(null, broken)).read(pixels, 'frame'))
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

test('a browser’s reader that throws or hangs when it is asked or made is as good as none', async () => {
  const both = ['qr_code', 'data_matrix']
  const detector = (
    getSupportedFormats: () => Promise<readonly string[]>,
    make = () => undefined,
  ) =>
    class {
      static getSupportedFormats = getSupportedFormats
      constructor() {
        make()
      }
      detect = async () => []
    }
  const fails = (): never => {
    throw new DOMException('Barcode detection service unavailable.')
  }
  for (const Detector of [
    detector(fails),
    detector(() => Promise.reject(new Error('no'))),
    detector(() => new Promise(() => undefined)),
    detector(async () => both, fails),
  ]) {
    assert.equal(await nativeDecoder(Detector, 20), null)
  }
})

const pictures = [
  'qr-inverted.png',
  'qr-inverted-on-white-page.png',
  'dm-inverted.png',
  'link-and-dm.png',
  'two-qr-link-first.png',
]
for (const name of pictures) {
  test(`a frame like ${name} gives the document in it`, async (context) => {
    const picture = readCodePicture(name)
    if (picture === null) return context.skip(casesAbsent ?? '')
    // Whichever frame comes first, a look at one of the next five finds it.
    const looks = [0, 1, 2, 3, 4, 5].flatMap(frameLooks)
    const found = await Promise.all(looks.map((look) => readPicture(picture, look)))
    assert.ok(
      found.some((codes) => codes.some(carriesDocument)),
      name,
    )
  })
}

test('each frame has a quick look first, every third a thorough one as well, and within six frames all is tried', () => {
  const frames = [0, 1, 2, 3, 4, 5].map(frameLooks)
  assert.deepEqual(
    frames.map((looks) => looks.map(({ tryHarder }) => tryHarder)),
    [[false], [false], [false, true], [false], [false], [false, true]],
  )
  assert.deepEqual(frameLooks(6), frames[0])
  const [, last] = frames[5] ?? []
  assert.deepEqual([last?.tryHarder, last?.tryInvert, last?.tryRotate], [true, true, true])
})

/** A camera's frame, which can be had twice; each has to be closed. */
const cameraFrame = () => {
  const open = new Set<object>()
  const made = (): VideoFrame => {
    const frame = { clone: made, close: () => open.delete(frame) }
    open.add(frame)
    return frame as unknown as VideoFrame
  }
  return { frame: made(), open }
}

/** Answers when it is told to. */
const onDemand = () => {
  const asked: ((codes: FoundCode[]) => void)[] = []
  const decoder: Decoder = { read: () => new Promise((resolve) => asked.push(resolve)) }
  return { asked, decoder }
}

test('both readers see a frame of the camera at once: who finds a document first is not kept waiting by the other', async () => {
  const [quick, thorough] = [onDemand(), onDemand()]
  const decoder = await helped(quick.decoder, thorough.decoder)
  const first = cameraFrame()
  const early = decoder.read(first.frame, 'frame')
  assert.deepEqual([quick.asked.length, thorough.asked.length], [1, 1])
  thorough.asked[0]?.([certificate])
  assert.deepEqual(await early, [certificate])
  quick.asked[0]?.([certificate])
  await setImmediate()
  // The quick one's own is given back; the other is with whoever took it off the camera.
  assert.deepEqual([...first.open], [first.frame])

  const other = decoder.read(cameraFrame().frame, 'frame')
  quick.asked[1]?.([certificate])
  assert.deepEqual(await other, [certificate])
  // The thorough one still has the last frame: the next are the quick one's alone.
  for (const place of [2, 3]) {
    const next = decoder.read(cameraFrame().frame, 'frame')
    quick.asked[place]?.([certificate])
    assert.deepEqual(await next, [certificate])
  }
  assert.equal(thorough.asked.length, 2)
})

test('a frame in which the quick reader finds nothing is told of at once, and what the other finds in it with a later one', async () => {
  const [quick, thorough] = [onDemand(), onDemand()]
  const decoder = await helped(quick.decoder, thorough.decoder)
  const read = async (place: number): Promise<FoundCode[]> => {
    const answer = decoder.read(cameraFrame().frame, 'frame')
    quick.asked[place]?.([])
    return await answer
  }
  assert.deepEqual([await read(0), await read(1)], [[], []])
  thorough.asked[0]?.([certificate])
  await setImmediate()
  assert.deepEqual(await decoder.read(cameraFrame().frame, 'frame'), [certificate])
  // Once; and the thorough one is free again.
  assert.deepEqual(await read(2), [])
  assert.deepEqual([quick.asked.length, thorough.asked.length], [3, 2])
})

test('a quick reader that is blind to what the other sees is left aside here too, and one that loses separators not believed', async () => {
  const quick = standIn()
  const decoder = await helped(quick, standIn(certificate))
  for (let frame = 0; frame < 12; frame += 1) {
    await decoder.read(cameraFrame().frame, 'frame')
    await setImmediate()
  }
  assert.equal(quick.reads.length, 3)
  assert.deepEqual(await decoder.read(cameraFrame().frame, 'frame'), [certificate])
  const lost: FoundCode = { kind: 'datamatrix', text: 'DC04XS' }
  const whole: FoundCode = { kind: 'datamatrix', text: 'DC04\u001dX\u001fS' }
  const again = await helped(standIn(lost), standIn(whole))
  assert.deepEqual(await again.read(cameraFrame().frame, 'frame'), [whole])
})

test('a worker that answers no more is ended, and the next picture starts another', async () => {
  const workers: StandInWorker[] = []
  const decoder = wasmDecoder(() => {
    const worker = new StandInWorker(workers.length === 0)
    workers.push(worker)
    return worker as unknown as Worker
  }, 20)
  const picture = () => ({ data: new Uint8ClampedArray(4), width: 1, height: 1 }) as ImageData
  assert.deepEqual(await decoder.read(picture(), 'frame'), [certificate])
  await assert.rejects(decoder.read(picture(), 'frame'), /HANGS/)
  assert.equal(workers[0]?.isTerminated, true)
  assert.deepEqual(await decoder.read(picture(), 'frame'), [certificate])
  assert.equal(workers.length, 2)
})

/** Answers with a certificate; one that tires only once. */
class StandInWorker extends EventTarget {
  readonly #tires: boolean
  #answered = 0
  isTerminated = false
  constructor(tires: boolean) {
    super()
    this.#tires = tires
  }
  postMessage({ id }: { readonly id: number }): void {
    if (this.#tires && this.#answered > 0) return
    this.#answered += 1
    const data = { id, ok: true, codes: [certificate] }
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })))
  }
  terminate(): void {
    this.isTerminated = true
  }
}

test('a video that has no picture to give yet is asked again, and drawn pixel by pixel only where it never gives one', async (context) => {
  let refusals = 1
  class StandInFrame {
    constructor() {
      if (refusals-- > 0) throw new DOMException('Invalid source state', 'InvalidStateError')
    }
  }
  Object.assign(globalThis, { VideoFrame: StandInFrame })
  context.after(() => Reflect.deleteProperty(globalThis, 'VideoFrame'))
  const video = {
    videoWidth: 4,
    videoHeight: 3,
    readyState: 4,
    HAVE_CURRENT_DATA: 2,
  } as HTMLVideoElement
  const drawn = { drawImage: () => undefined, getImageData: () => pixels }
  const page = { createElement: () => ({ getContext: () => drawn }) } as unknown as Document
  const grab = frameGrabber(page)
  assert.equal(await grab(video), null)
  assert.ok((await grab(video)) instanceof StandInFrame)
  refusals = 100
  for (let asked = 1; asked < 20; asked += 1) assert.equal(await grab(video), null)
  assert.equal(await grab(video), pixels)
})

test('pixels become grey as the eye sees them, and the smaller of two sizes stays whole', () => {
  const data = new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255, 255, 0, 0, 255])
  const bytes = greyOfPixels({ data, width: 3, height: 1 } as ImageData)
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 11)), 'P5\n3 1\n255\n')
  assert.deepEqual([...bytes.subarray(11)], [255, 0, 76])
})

test('the other camera is the next one, round and round; with one alone there is none', () => {
  const choices = ['back', 'front', 'wide'].map((id) => ({ id, label: '' }))
  assert.equal(nextCamera({ choices, id: 'back' })?.id, 'front')
  assert.equal(nextCamera({ choices, id: 'wide' })?.id, 'back')
  assert.equal(nextCamera({ choices, id: null })?.id, 'back')
  assert.equal(nextCamera({ choices: choices.slice(0, 1), id: 'back' }), null)
})

test('a camera goes nearer by half at a time, as far as it can', () => {
  const range = { least: 1, most: 2 }
  assert.equal(zoomStep(range, 1, 'in'), 1.5)
  assert.equal(zoomStep(range, 1.5, 'in'), 2)
  assert.equal(zoomStep(range, 2, 'in'), null)
  assert.equal(zoomStep(range, 1, 'out'), null)
})

test('the camera on the back is asked for, one that was chosen instead, and the back one again when that is gone', async () => {
  const asked: (MediaStreamConstraints | undefined)[] = []
  const track = {
    stop: () => undefined,
    getSettings: () => ({ deviceId: 'back' }),
    getCapabilities: () => ({ torch: true, zoom: { min: 1, max: 4 } }),
  }
  const devices = {
    getUserMedia: async (constraints?: MediaStreamConstraints) => {
      asked.push(constraints)
      const { video } = constraints ?? {}
      if (typeof video === 'object' && video.deviceId !== undefined)
        throw new DOMException('', 'OverconstrainedError')
      return { getTracks: () => [track], getVideoTracks: () => [track] }
    },
    enumerateDevices: async () => [
      { kind: 'videoinput', deviceId: 'back', label: 'Back' },
      { kind: 'audioinput', deviceId: 'microphone', label: '' },
    ],
  } as unknown as MediaDevices
  const opening = await openCamera(devices, 'gone')
  assert.ok(opening.ok)
  assert.equal(opening.camera.id, 'back')
  assert.deepEqual(opening.camera.choices, [{ id: 'back', label: 'Back' }])
  assert.deepEqual([opening.camera.zoom?.least, opening.camera.zoom?.most], [1, 4])
  assert.notEqual(opening.camera.torch, null)
  assert.match(JSON.stringify(asked[0]), /"exact":"gone"/)
  assert.match(JSON.stringify(asked[1]), /"ideal":"environment"/)
})

test('the texts are whole in both languages', () => {
  assert.deepEqual(catalogueFaults(readerMessages), [])
})
