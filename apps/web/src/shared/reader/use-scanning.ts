import { type RefObject, useEffect, useRef } from 'react'
import { pageDecoder } from './decoder.ts'
import { frameGrabber } from './picture-pixels.ts'
import type { FoundCode } from './reading-options.ts'

/** At most ten pictures a second: the eye sees no wait, the phone stays cool. */
const frameIntervalMilliseconds = 100

/**
 * Reads a running video until it is paused or unmounted; one picture at a time.
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
    let timer: ReturnType<typeof setTimeout> | undefined
    const scan = async (): Promise<void> => {
      const pixels = video.current === null ? null : grab(video.current)
      if (pixels !== null) {
        try {
          const codes = await pageDecoder().read(pixels, 'frame')
          if (!stopped && codes.length > 0) handlers.current.onCodes(codes)
        } catch (error) {
          console.warn('CODE_READER_BROKEN', error)
          if (!stopped) handlers.current.onBroken()
        }
      }
      if (!stopped) timer = setTimeout(() => void scan(), frameIntervalMilliseconds)
    }
    void scan()
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }, [active, video])
}
