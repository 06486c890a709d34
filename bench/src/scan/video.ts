/**
 * The video that Chromium's fake camera plays: Motion JPEG, thirty pictures a second, again and again. Each paper is held up
 * for a while, then nobody is there. A strip of cells in the corner says which paper it is, for whoever takes the time.
 */
import { open } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { makeRandom } from '../random.ts'
import type { IssuedCode } from './certificates.ts'
import { drawPaper, emptyRoom, type GreyPicture, poseOf, treatments } from './paper.ts'

/** Chromium plays any Motion JPEG at this rate. */
const videoFramesPerSecond = 30
const heldFrames = 27
const emptyFrames = 18
/** A hand shakes: so many different pictures of one paper. */
const picturesEach = 3
/** Before the first paper, so that everything is loaded when it comes. */
const leadFrames = 10 * videoFramesPerSecond

/** The strip: cells of 16 pixels; a light one, a dark one, then the number of the paper in eight bits, 0 for nobody. */
export const markerCellPixels = 16
export const markerCells = 10

const withMarker = (picture: GreyPicture, number: number): GreyPicture => {
  for (let cell = 0; cell < markerCells; cell += 1) {
    const isLight = cell === 0 || (cell > 1 && ((number >> (cell - 2)) & 1) === 1)
    for (let y = 0; y < markerCellPixels; y += 1) {
      const start = y * picture.width + cell * markerCellPixels
      picture.luma.fill(isLight ? 235 : 16, start, start + markerCellPixels)
    }
  }
  return picture
}

/** Makes pictures JPEG, in a browser: no other part of this project needs an encoder. */
const startEncoder = async (
  browser: Browser,
): Promise<(picture: GreyPicture) => Promise<Buffer>> => {
  const page = await browser.newPage()
  return async ({ width, height, luma }) => {
    const base64 = await page.evaluate(
      async ([grey, across, down]) => {
        const bytes = Uint8Array.from(atob(grey), (character) => character.charCodeAt(0))
        const canvas = new OffscreenCanvas(across, down)
        const context = canvas.getContext('2d')
        if (context === null) throw new Error('no canvas')
        const pixels = context.createImageData(across, down)
        for (let index = 0; index < bytes.length; index += 1) {
          pixels.data.fill(bytes[index] ?? 0, index * 4, index * 4 + 3)
          pixels.data[index * 4 + 3] = 255
        }
        context.putImageData(pixels, 0, 0)
        const file = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
        const encoded = new Uint8Array(await file.arrayBuffer())
        let text = ''
        for (let start = 0; start < encoded.length; start += 0x8000)
          text += String.fromCharCode(...encoded.subarray(start, start + 0x8000))
        return btoa(text)
      },
      [Buffer.from(luma).toString('base64'), width, height] as const,
    )
    return Buffer.from(base64, 'base64')
  }
}

/** Writes the video of all papers, one treatment after the other; paper `i` has number `i + 1`. */
export const writeVideo = async (
  file: string,
  codes: readonly IssuedCode[],
  browser: Browser,
): Promise<void> => {
  const random = makeRandom(2_021)
  const encode = await startEncoder(browser)
  const video = await open(file, 'w')
  try {
    const nobody = await encode(withMarker(emptyRoom(random), 0))
    for (let frame = 0; frame < leadFrames; frame += 1) await video.write(nobody)
    for (const [index, { grid }] of codes.entries()) {
      // A treatment for both kinds of code, then the next.
      const treatment = treatments[Math.floor(index / 2) % treatments.length] ?? 'plain'
      const pose = poseOf(treatment, grid.rows.length, random)
      const pictures: Buffer[] = []
      for (let picture = 0; picture < picturesEach; picture += 1) {
        const shaken = {
          ...pose,
          turnRadians: pose.turnRadians + (random() - 0.5) * 0.02,
          middle: [pose.middle[0] + random() * 4, pose.middle[1] + random() * 4],
        } as const
        pictures.push(await encode(withMarker(drawPaper(grid, shaken, random), index + 1)))
      }
      for (let frame = 0; frame < heldFrames; frame += 1) {
        await video.write(pictures[frame % picturesEach] ?? nobody)
      }
      for (let frame = 0; frame < emptyFrames; frame += 1) await video.write(nobody)
    }
  } finally {
    await video.close()
  }
}

/** How long the video plays, once. */
export const videoMilliseconds = (papers: number): number =>
  ((leadFrames + papers * (heldFrames + emptyFrames)) * 1_000) / videoFramesPerSecond
