import { type RefObject, useEffect, useRef } from 'react'
import { pageDecoder } from './decoder.ts'
import { closeFrame, frameGrabber } from './frame.ts'
import type { FoundCode } from './reading-options.ts'

/** A decoder that failed is tried again this often before it is called broken: each time with a new worker. */
const failuresMax = 3

/** Between two looks at a video that does not say when it has a new picture. */
const lookMilliseconds = 40
/** A video that stands still must not end the loop, which also looks whether it is to go on. */
const stillMilliseconds = 400

/** Waits for a picture that the video has not shown yet. */
const nextPicture = (video: HTMLVideoElement | null): Promise<void> =>
  new Promise((resolve) => {
    const tells = video !== null && 'requestVideoFrameCallback' in video
    const timer = setTimeout(resolve, tells ? stillMilliseconds : lookMilliseconds)
    if (!tells) return
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer)
      resolve()
    })
  })

/**
 * Reads a running video until it is paused or unmounted: one picture at a time, the newest.
 *
 * @param onCodes Called with what a picture held, never with nothing.
 * @param onBroken Called when the decoder itself fails (its program cannot be loaded).
 */
export const useScanning = (
  video: RefObject<HTMLVideoElement | null>,
  active: boolean,
  onCodes: (codes: readonly FoundCode[]) => void,
  onBroken: () => void,
): void => {
  const handlers = useRef({ onCodes, onBroken })
  handlers.current = { onCodes, onBroken }

  useEffect(() => {
    if (!active) return
    const grab = frameGrabber(document)
    let stopped = false
    let failures = 0
    const readOne = async (): Promise<void> => {
      const frame = video.current === null ? null : await grab(video.current)
      if (frame === null) return
      try {
        const codes = await pageDecoder().read(frame, 'frame')
        failures = 0
        if (!stopped && codes.length > 0) handlers.current.onCodes(codes)
      } finally {
        closeFrame(frame)
      }
    }
    const scan = async (): Promise<void> => {
      while (!stopped) {
        // Asked before the reading: a picture that comes meanwhile is read at once.
        const newer = nextPicture(video.current)
        try {
          await readOne()
        } catch (error) {
          console.warn('CODE_READER_BROKEN', error)
          failures += 1
          if (failures >= failuresMax) {
            if (!stopped) handlers.current.onBroken()
            return
          }
        }
        await newer
      }
    }
    void scan()
    return () => {
      stopped = true
    }
  }, [active, video])
}
