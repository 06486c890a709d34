/** Pictures from a file, as pixels of bounded size. */
import { boundedSize } from './frame.ts'

/** Longest side of a photo: larger ones add time, not modules. */
const fileSideMax = 3000
/** A photo of a phone has 4 to 12 MB. */
export const fileBytesMax = 30 * 1024 * 1024

/**
 * The pixels of a picture file, turned upright as its metadata says.
 *
 * @returns null when it is too large or this browser cannot show it (a PDF, a text).
 */
export const filePixels = async (file: Blob, page: Document): Promise<ImageData | null> => {
  if (file.size > fileBytesMax) return null
  const picture = await decodedPicture(file)
  if (picture === null) return null
  const { width, height } = boundedSize(picture.width, picture.height, fileSideMax)
  const canvas = page.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (context === null) return null
  // A transparent picture would have black on black.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(picture, 0, 0, width, height)
  picture.close()
  return context.getImageData(0, 0, width, height)
}

const decodedPicture = async (file: Blob): Promise<ImageBitmap | null> => {
  try {
    return await createImageBitmap(file)
  } catch {
    // Not a picture, or a broken one: the caller says so in words.
    return null
  }
}
