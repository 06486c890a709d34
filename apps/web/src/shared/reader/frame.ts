/** Pictures of a camera, taken over to the decoder's worker without copying a pixel where the browser can. */

/**
 * One picture to be read. Whoever took it off the video closes it; one that went to a worker is closed already, which does
 * no harm.
 */
export type Frame = VideoFrame | ImageBitmap | ImageData

/** Longest side of a frame that is read, in pixels: more only costs time. */
export const frameSideMax = 1280

/** In a row; some tenths of a second of a running camera. */
const refusalsMax = 20

const canGrabVideoFrames = (): boolean => typeof VideoFrame === 'function'
/** A worker without a canvas of its own could make nothing of a bitmap. */
const canReadBitmaps = (): boolean =>
  typeof OffscreenCanvas === 'function' && typeof createImageBitmap === 'function'

/**
 * Takes frames off a video: as it comes from the camera where the browser gives it away, as a bitmap, or pixel by pixel.
 *
 * @returns null while there is no picture
 */
export const frameGrabber = (
  page: Document,
): ((video: HTMLVideoElement) => Promise<Frame | null>) => {
  const pixels = pixelGrabber(page)
  let grab = canGrabVideoFrames() ? videoFrame : canReadBitmaps() ? bitmap : pixels
  let refusals = 0
  return async (video) => {
    if (video.videoWidth === 0 || video.readyState < video.HAVE_CURRENT_DATA) return null
    try {
      const frame = await grab(video)
      refusals = 0
      return frame
    } catch (error) {
      if (grab === pixels) throw error
      // A video that has just been opened has no picture to give yet, though it says so.
      refusals += 1
      if (refusals < refusalsMax) return null
      // Some browsers have the names and refuse a camera's picture.
      console.warn('FRAME_REFUSED', error)
      grab = pixels
      return await pixels(video)
    }
  }
}

const videoFrame = async (video: HTMLVideoElement): Promise<Frame> => new VideoFrame(video)

const bitmap = (video: HTMLVideoElement): Promise<Frame> => createImageBitmap(video)

/** On the page's own canvas, one for all frames. */
const pixelGrabber = (page: Document): ((video: HTMLVideoElement) => Promise<Frame | null>) => {
  let canvas: HTMLCanvasElement | null = null
  return async (video) => {
    canvas ??= page.createElement('canvas')
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (context === null) return null
    const { width, height } = boundedSize(video.videoWidth, video.videoHeight, frameSideMax)
    if (canvas.width !== width) canvas.width = width
    if (canvas.height !== height) canvas.height = height
    context.drawImage(video, 0, 0, width, height)
    return context.getImageData(0, 0, width, height)
  }
}

/** Gives back what holds memory of the camera: a few unclosed frames stop it. */
export const closeFrame = (frame: Frame): void => {
  if ('close' in frame) frame.close()
}

/** Size of a picture within a bound, its proportions kept. */
export const boundedSize = (
  width: number,
  height: number,
  sideMax: number,
): { width: number; height: number } => {
  const scale = Math.min(1, sideMax / Math.max(width, height, 1))
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}
