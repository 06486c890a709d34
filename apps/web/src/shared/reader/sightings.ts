import { carriesDocument, type FoundCode } from './reading-options.ts'

/**
 * Which of the codes that a camera sees are to be acted on: each once as long as it is held up, and again once it has
 * been out of the picture for a moment. A code that holds none of our documents waits a second for one to be read
 * beside it: a link often stands next to a certificate, and is read first. Holds some texts, in memory, for that long.
 */
export interface Sightings {
  /** All codes of the picture when one of them is to be acted on, else none. */
  readonly see: (codes: readonly FoundCode[], atMilliseconds: number) => readonly FoundCode[]
  /** Reading goes on after a pause: what was in sight before it was there all along, and is not new. */
  readonly resume: (atMilliseconds: number) => void
  readonly forget: () => void
}

/** Long enough for some unreadable frames in a shaking hand, short enough to show a code twice on purpose. */
export const absenceMilliseconds = 1500
/** Some ten pictures: what is beside it is read by then, if it can be. */
export const patienceMilliseconds = 1000
/** More than an honest minute at a door holds up within the time above. */
const rememberedMax = 64

interface Sighting {
  readonly firstAt: number
  readonly lastAt: number
  readonly done: boolean
}

export const sightings = (): Sightings => {
  const seen = new Map<string, Sighting>()

  const note = ({ text }: FoundCode, at: number): Sighting => {
    const before = seen.get(text)
    const isHeldUp = before !== undefined && at - before.lastAt < absenceMilliseconds
    const sighting = isHeldUp ? { ...before, lastAt: at } : { firstAt: at, lastAt: at, done: false }
    seen.set(text, sighting)
    return sighting
  }

  return {
    see: (codes, at) => {
      if (seen.size > rememberedMax) seen.clear()
      const noted = codes.map((code) => ({ code, sighting: note(code, at) }))
      const documents = noted.filter(({ code }) => carriesDocument(code))
      const isDue = documents.some(({ sighting }) => !sighting.done)
      const isAlone =
        documents.length === 0 &&
        noted.some(
          ({ sighting }) => !sighting.done && at - sighting.firstAt >= patienceMilliseconds,
        )
      if (!isDue && !isAlone) return []
      for (const { code, sighting } of noted) seen.set(code.text, { ...sighting, done: true })
      return codes
    },
    resume: (at) => {
      for (const [text, sighting] of seen) seen.set(text, { ...sighting, lastAt: at })
    },
    forget: () => seen.clear(),
  }
}
