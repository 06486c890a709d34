/**
 * A picture in grey as a portable graymap (Netpbm, `P5`): what the reading library takes without making it grey first. A
 * camera's frame has its brightness as a plane by itself, which is most of the work saved.
 */
import { boundedSize, type Frame, frameSideMax } from './frame.ts'

/** A graymap with room for its pixels, and where they begin. */
interface Graymap {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly start: number
}

const emptyGraymap = (width: number, height: number, byteLength = width * height): Graymap => {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`)
  const bytes = new Uint8Array(header.length + byteLength)
  bytes.set(header)
  return { bytes, start: header.length }
}

/** Formats whose first plane is eight bits of brightness for each pixel (WebCodecs §9.4). */
const brightnessFirst: ReadonlySet<string> = new Set([
  'I420',
  'I420A',
  'I422',
  'I422A',
  'I444',
  'I444A',
  'NV12',
])

/** Red, green and blue weighted as the eye does (ITU-R BT.601), in 1024ths. */
export const greyOfPixels = ({ width, height, data }: ImageData): Uint8Array<ArrayBuffer> => {
  const { bytes, start } = emptyGraymap(width, height)
  const words = new Uint32Array(data.buffer, data.byteOffset, width * height)
  for (let index = 0; index < words.length; index += 1) {
    // RGBA in memory is ABGR in a word: all browsers run on little-endian machines.
    const word = words[index] ?? 0
    const red = word & 255
    const green = (word >>> 8) & 255
    const blue = (word >>> 16) & 255
    bytes[start + index] = (306 * red + 601 * green + 117 * blue + 512) >> 10
  }
  return bytes
}

let canvas: OffscreenCanvas | null = null

const greyOfDrawing = (picture: ImageBitmap | VideoFrame): Uint8Array<ArrayBuffer> => {
  const [fullWidth, fullHeight] =
    'displayWidth' in picture
      ? [picture.displayWidth, picture.displayHeight]
      : [picture.width, picture.height]
  const { width, height } = boundedSize(fullWidth, fullHeight, frameSideMax)
  canvas ??= new OffscreenCanvas(width, height)
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('NO_CANVAS')
  context.drawImage(picture, 0, 0, width, height)
  return greyOfPixels(context.getImageData(0, 0, width, height))
}

/** The brightness that a frame has by itself; null where it has none, or is larger than what is read. */
const greyPlane = async (frame: VideoFrame): Promise<Uint8Array<ArrayBuffer> | null> => {
  const { format, visibleRect } = frame
  if (format === null || visibleRect === null || !brightnessFirst.has(format)) return null
  const { width, height } = visibleRect
  if (Math.max(width, height) > frameSideMax) return null
  const { bytes, start } = emptyGraymap(width, height, frame.allocationSize())
  // Without a layout of ours planes follow each other without gaps, the brightness first (WebCodecs §9.2).
  await frame.copyTo(bytes.subarray(start))
  return bytes.subarray(0, start + width * height)
}

/** A picture of any kind in grey; frames larger than `frameSideMax` are made smaller. */
export const greyOf = async (frame: Frame): Promise<Uint8Array<ArrayBuffer>> => {
  if ('data' in frame) return greyOfPixels(frame)
  if ('copyTo' in frame) return (await greyPlane(frame)) ?? greyOfDrawing(frame)
  return greyOfDrawing(frame)
}
