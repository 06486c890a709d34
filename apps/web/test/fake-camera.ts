import { writeFile } from 'node:fs/promises'
import type { ModuleMatrix } from '../src/shared/documents/module-matrix.ts'

const width = 640
const height = 480
const paper = 225
const ink = 25
const surroundings = 120

/**
 * A video of a code held before a camera, for Chromium's fake capture device: YUV4MPEG2, two frames, grey
 * surroundings, a sheet of paper, the code on it.
 */
export const writeFakeCamera = async (file: string, matrix: ModuleMatrix): Promise<void> => {
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
  const chroma = new Uint8Array((width * height) / 2).fill(128)
  const frame = [Buffer.from('FRAME\n'), luma, chroma]
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\n`)
  await writeFile(file, Buffer.concat([header, ...frame, ...frame]))
}
