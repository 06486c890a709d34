/**
 * Every key pressed on a page, before any field or button has it. Invariants:
 * 1. A burst of keys, faster than a hand, is a scan wherever the focus is: of it nothing is a result, presses a button
 *    or stays in a field.
 * 2. A result is taken by its key only after a pause in what is typed, and before one.
 * 3. A key held down is one press: its repetitions go nowhere.
 */

export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
  readonly repeat: boolean
  /** Milliseconds, of when the key was pressed: not of when the page came to it. */
  readonly at: number
  /** Whether it would write into a field. */
  readonly isInField: boolean
}

/** What becomes of a key: the page has it, or nobody. */
export type KeyFate = 'passed' | 'swallowed'

export interface KeyStreamDependencies {
  readonly after: (milliseconds: number, callback: () => void) => () => void
  /** A first key, of which nobody knows yet whether a scan follows: what may have to be put back is noted. */
  readonly begins: () => void
  /** A burst that is a code, or one that no field has: the text, as typed. */
  readonly scanned: (text: string) => void
  /** Whether a text begins like any code that a scanner reads, through whichever keyboard. */
  readonly isCode: (text: string) => boolean
}

export interface KeyStream {
  readonly press: (press: KeyPress) => KeyFate
  readonly release: (key: string) => void
  /** The hand pressed somewhere else. */
  readonly moved: () => void
  /** A result's key was pressed: `act` follows once no other key did. False when it came in the middle of typing. */
  readonly result: (key: string, act: () => void) => boolean
  readonly stop: () => void
}

/** Scanners take 2 to 60 ms a character, by radio with jitter; no hand types into nothing or writes a code at that pace. */
const burstGapMilliseconds = 100
/** So many at that pace are no hand's: the shortest code has far more. */
const burstCharactersMin = 6
/** Without typing before and after a key for a result. */
export const pauseMilliseconds = 200

/** The ASCII group separator that a keyboard-wedge scanner types as Ctrl+] or as a key of its own. */
export const groupSeparator = '\u001d'

export const isSeparatorKey = (event: {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
}): boolean =>
  event.key === groupSeparator ||
  event.key === 'GroupSeparator' ||
  (event.ctrlKey && (event.key === ']' || event.code === 'BracketRight'))

const textOf = (press: KeyPress): string | null => {
  if (isSeparatorKey(press)) return groupSeparator
  // AltGr is Ctrl and Alt together on some systems, and writes.
  if (press.metaKey || press.ctrlKey !== press.altKey) return null
  return [...press.key].length === 1 ? press.key : null
}

const modifiers = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead'])
const presses = new Set(['Enter', ' ', 'Tab'])
/** In a burst: what some scanners press for a separator, which no key writes. */
const functionKey = /^F(?:[1-9]|1\d|2[0-4])$/

/** The figure of a code that is entered by its number while Alt is held: `0029` on the number pad is a separator. */
const altFigure = (press: KeyPress): string | undefined =>
  press.altKey && !press.ctrlKey ? /^Numpad(\d)$/.exec(press.code)?.[1] : undefined

/** ASCII alone: what is beyond it depends on the computer's code page, and in no code that is scanned. */
const characterOf = (figures: string): string | null => {
  const code = Number(figures)
  return code === 0x1d || (code >= 0x20 && code < 0x7f) ? String.fromCharCode(code) : null
}

export const createKeyStream = (dependencies: KeyStreamDependencies): KeyStream => {
  const { after } = dependencies
  let text = ''
  let lastAt = Number.NEGATIVE_INFINITY
  let isInField = false
  /** When something was last typed, as far as a result's key is concerned. */
  let typedAt = Number.NEGATIVE_INFINITY
  let pressedAt = Number.NEGATIVE_INFINITY
  let before = Number.NEGATIVE_INFINITY
  let held: string | null = null
  let altFigures = ''
  let altPress: KeyPress | null = null
  /** When a scan was over by its last key: a second one behind it, as of CR and LF, is its own too. */
  let endedAt = Number.NEGATIVE_INFINITY
  let cancelResult: (() => void) | null = null
  let cancelEnd = (): void => undefined

  const isBurst = (): boolean => [...text].length >= burstCharactersMin

  /** The burst is over. True when it was nobody's typing. */
  const end = (): boolean => {
    cancelEnd()
    const burst = text
    const isScan = isBurst() && (!isInField || dependencies.isCode(burst))
    text = ''
    // However soon the next key comes, as from a scanner that sends what it kept: it begins anew.
    lastAt = Number.NEGATIVE_INFINITY
    if (isScan) dependencies.scanned(burst)
    return isScan
  }

  /** The hand goes on: what it types next is of another place. */
  const moved = (): void => {
    cancelEnd()
    text = ''
    lastAt = Number.NEGATIVE_INFINITY
    typedAt = Number.NEGATIVE_INFINITY
  }

  const forgetResult = (): boolean => {
    const wasWaiting = cancelResult !== null
    cancelResult?.()
    cancelResult = null
    return wasWaiting
  }

  const add = (character: string, press: KeyPress): KeyFate => {
    if (!isFast(press)) {
      text = ''
      isInField = press.isInField
      dependencies.begins()
    }
    text += character
    lastAt = press.at
    typedAt = press.at
    cancelEnd()
    cancelEnd = after(pauseMilliseconds, end)
    // A blank in it would press the button that has the focus.
    const mayPress = character === ' ' && [...text].length > 1
    return !press.isInField && (isBurst() || mayPress) ? 'swallowed' : 'passed'
  }

  /** Right behind what came before, at a scanner's pace. */
  const isFast = (press: KeyPress): boolean => press.at - lastAt <= burstGapMilliseconds

  return {
    press: (press) => {
      if (modifiers.has(press.key) && !isSeparatorKey(press)) return 'passed'
      if (press.repeat && press.key === held) return 'swallowed'
      if (!press.repeat) held = null
      const figure = altFigure(press)
      if (figure !== undefined) {
        altFigures += figure
        altPress = press
        return 'passed'
      }
      const wasWaiting = forgetResult()
      before = typedAt
      pressedAt = press.at
      // A blank by itself presses the button that has the focus.
      const isPress = press.key === ' ' && !press.isInField && text === ''
      const character = isPress ? null : textOf(press)
      if (character !== null) return add(character, press)
      if (isBurst() && isFast(press) && presses.has(press.key)) {
        typedAt = press.at
        if (!end()) return 'passed'
        endedAt = press.at
        return 'swallowed'
      }
      if (presses.has(press.key) && press.at - endedAt <= burstGapMilliseconds) return 'swallowed'
      if (isBurst() && isFast(press) && functionKey.test(press.key)) {
        add(groupSeparator, press)
        return 'swallowed'
      }
      moved()
      // Pressed right behind a result's key, Enter would be meant for what that key leads to.
      return wasWaiting && presses.has(press.key) ? 'swallowed' : 'passed'
    },
    moved,
    release: (key) => {
      if (key === held) held = null
      if (key !== 'Alt' || altPress === null) return
      const character = characterOf(altFigures)
      const press = altPress
      altFigures = ''
      altPress = null
      if (character !== null) add(character, press)
    },
    result: (key, act) => {
      held = key
      if (pressedAt - before < pauseMilliseconds) return false
      cancelResult = after(pauseMilliseconds, () => {
        cancelResult = null
        act()
      })
      return true
    },
    stop: () => {
      cancelEnd()
      forgetResult()
    },
  }
}
