/**
 * Keeps a code that is still held up from being read again and again. It may be read anew once it has been out
 * of the picture for a moment. Holds one text, in memory, for that long.
 */
export interface RepeatGuard {
  /** True when the text is to be acted on. */
  readonly isNew: (text: string, atMilliseconds: number) => boolean
  readonly forget: () => void
}

/** Long enough for some unreadable frames in a shaking hand, short enough to show a code twice on purpose. */
export const absenceMilliseconds = 1500

export function repeatGuard(): RepeatGuard {
  let last: { text: string; atMilliseconds: number } | null = null
  return {
    isNew: (text, atMilliseconds) => {
      const repeated =
        last !== null &&
        last.text === text &&
        atMilliseconds - last.atMilliseconds < absenceMilliseconds
      last = { text, atMilliseconds }
      return !repeated
    },
    forget: () => {
      last = null
    },
  }
}
