import { writeFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import type { ModuleMatrix } from '../src/shared/documents/module-matrix.ts'

const width = 640
const height = 480
const paper = 225
const ink = 25
const surroundings = 120

/**
 * A video of codes held before a camera one after the other, four seconds each, again and again, for Chromium's fake
 * capture device: YUV4MPEG2, grey surroundings, a sheet of paper, the code on it.
 */
export const writeFakeCamera = (
  file: string,
  ...codes: readonly [ModuleMatrix, ...ModuleMatrix[]]
): Promise<void> => writeVideo(file, codes.map(pictureOf))

const pictureOf = (matrix: ModuleMatrix): GreyPicture => {
  const luma = new Uint8Array(width * height).fill(surroundings)
  const module = Math.floor(380 / matrix.size)
  const side = module * matrix.size
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)]
  const margin = 4 * module
  for (let y = Math.max(0, top - margin); y < Math.min(height, top + side + margin); y++) {
    for (let x = left - margin; x < left + side + margin; x++) {
      const row = matrix.rows[Math.floor((y - top) / module)]
      const dark = y >= top && x >= left && row?.[Math.floor((x - left) / module)] === true
      luma[y * width + x] = dark ? ink : paper
    }
  }
  return { width, height, luma }
}

/** A picture in grey, a byte a pixel. */
interface GreyPicture {
  readonly width: number
  readonly height: number
  readonly luma: Uint8Array
}

const framesPerSecond = 2
const framesEach = 4 * framesPerSecond

/** @param pictures all of one size */
const writeVideo = async (file: string, pictures: readonly GreyPicture[]): Promise<void> => {
  const [{ width, height } = { width: 0, height: 0 }] = pictures
  const chroma = new Uint8Array((width * height) / 2).fill(128)
  const frames = pictures.flatMap(({ luma }) =>
    Array.from({ length: framesEach }, () => [Buffer.from('FRAME\n'), luma, chroma]),
  )
  const header = `YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420mpeg2\n`
  await writeFile(file, Buffer.concat([Buffer.from(header), ...frames.flat()]))
}

/** The same of a picture (PNG), as large as it fits before a camera of 1280 × 720; a browser reads it. */
export const writeFakeCameraOf = async (
  file: string,
  picture: Uint8Array,
  browser: Browser,
): Promise<void> => {
  const page = await browser.newPage()
  const grey = await page.evaluate(async (base64) => {
    const [width, height] = [1280, 720]
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes]))
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.fillStyle = '#888'
    context.fillRect(0, 0, width, height)
    const scale = Math.min((width - 40) / bitmap.width, (height - 40) / bitmap.height)
    const [drawnWidth, drawnHeight] = [bitmap.width * scale, bitmap.height * scale]
    const [left, top] = [(width - drawnWidth) / 2, (height - drawnHeight) / 2]
    context.drawImage(bitmap, left, top, drawnWidth, drawnHeight)
    const { data } = context.getImageData(0, 0, width, height)
    let luma = ''
    for (let index = 0; index < data.length; index += 4) {
      luma += String.fromCharCode(Math.round(16 + ((data[index] ?? 0) * 219) / 255))
    }
    return btoa(luma)
  }, Buffer.from(picture).toString('base64'))
  await page.close()
  await writeVideo(file, [{ width: 1280, height: 720, luma: Buffer.from(grey, 'base64') }])
}
