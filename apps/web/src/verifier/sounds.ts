/**
 * A verdict as it is heard: high for yes, low for no, two alike for what cannot be read. For whoever looks at the queue
 * and not at the screen.
 */
import { useEffect } from 'react'

/** Hertz and milliseconds, one after the other. */
export type Tones = readonly (readonly [hertz: number, milliseconds: number])[]

const pauseMilliseconds = 60
/** Begun and ended softly: a tone that is cut off clicks. */
const softMilliseconds = 10
const loudness = 0.35

let shared: AudioContext | null = null

const ourContext = (): AudioContext => {
  shared ??= new AudioContext()
  return shared
}

const resume = (): void => {
  const context = ourContext()
  if (context.state !== 'suspended') return
  context.resume().catch((error: unknown) => console.warn('SOUND_REFUSED', error))
}

/** Once the page stands: making what plays takes longer than a verdict may wait. */
const preparedAfterMilliseconds = 500

/**
 * Makes ready what plays before the first verdict, and lets it play at the first touch: some browsers allow that only while
 * a person touches the page, and no verdict comes by a touch.
 */
export const usePreparedSound = (isOn: boolean): void => {
  useEffect(() => {
    if (!isOn || typeof AudioContext !== 'function') return
    const timer = setTimeout(ourContext, preparedAfterMilliseconds)
    addEventListener('pointerdown', resume, { capture: true, passive: true, once: true })
    return () => {
      clearTimeout(timer)
      removeEventListener('pointerdown', resume, { capture: true })
    }
  }, [isOn])
}

/** When each tone begins, in seconds from the first. */
const scheduled = (tones: Tones): { hertz: number; from: number; until: number }[] => {
  let at = 0
  return tones.map(([hertz, milliseconds]) => {
    const from = at / 1_000
    const until = (at + milliseconds) / 1_000
    at += milliseconds + pauseMilliseconds
    return { hertz, from, until }
  })
}

/** Plays tones; a browser that plays nothing before it was touched stays silent. */
export const play = (tones: Tones): void => {
  if (typeof AudioContext !== 'function') return
  resume()
  const context = ourContext()
  const now = context.currentTime
  for (const { hertz, from, until } of scheduled(tones)) {
    const oscillator = new OscillatorNode(context, { frequency: hertz })
    const gain = new GainNode(context, { gain: 0 })
    oscillator.connect(gain).connect(context.destination)
    const soft = softMilliseconds / 1_000
    gain.gain.setValueAtTime(0, now + from)
    gain.gain.linearRampToValueAtTime(loudness, now + from + soft)
    gain.gain.setValueAtTime(loudness, now + until - soft)
    gain.gain.linearRampToValueAtTime(0, now + until)
    oscillator.start(now + from)
    oscillator.stop(now + until)
  }
}

const storageKey = 'sidep.verifier.sound'

/** Whether verdicts are heard on this device: yes, unless somebody said no. */
export const rememberedSound = (): boolean => {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    // Storage refused: as if nobody had said anything.
    return true
  }
}

export const rememberSound = (isOn: boolean): void => {
  try {
    if (isOn) localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, 'off')
  } catch {
    // As above: it holds for this page only.
    return
  }
}
