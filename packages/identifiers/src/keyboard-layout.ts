/**
 * A hand scanner types by key positions: it presses the keys of a US keyboard, and the computer writes what its own
 * layout has there. This undoes two such accidents: a French (AZERTY) layout, and Caps Lock.
 *
 * French layout as Windows has it (kbdfr), whose keys this table names in the order of a US keyboard, row by row.
 */
const usKeys = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./"
const frenchKeys = '²&é"\'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!'
const usShifted = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
/** The first has nothing there: what was sent by it is lost. */
const frenchShifted = '\u00001234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§'

/** Dead keys wait for a letter: `^` then `a` is `â`; before a space they are written alone, and the space is lost. */
const deadMarks: Readonly<Record<string, string>> = { '^': '\u0302', '¨': '\u0308' }
const deadKeys: Readonly<Record<string, string>> = { '\u0302': '^', '\u0308': '¨' }

export type KeyboardLayout = 'french' | 'caps-lock' | 'french-caps-lock'

const tableOf = (from: string, to: string): ReadonlyMap<string, string> => {
  const written = [...to]
  return new Map([...from].map((key, index) => [key, written[index] ?? '']))
}

const french = tableOf(usKeys + usShifted, frenchKeys + frenchShifted)
/** Caps Lock is a shift lock on this layout: the row of digits too. */
const frenchLocked = tableOf(usKeys + usShifted, frenchShifted + frenchKeys)

const inverted = (table: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...table].map(([key, written]) => [written, key]))

const fromFrench = inverted(french)
const fromFrenchLocked = inverted(frenchLocked)

const composed = (text: string): string => {
  let out = ''
  let dead = ''
  for (const character of text) {
    const mark = dead === '' ? undefined : deadMarks[dead]
    if (mark !== undefined) {
      const letter = `${character}${mark}`.normalize('NFC')
      const isComposed = [...letter].length === 1 && /\p{L}/u.test(character)
      out += isComposed ? letter : dead + (character === ' ' ? '' : character)
      dead = ''
    } else if (deadMarks[character] !== undefined) dead = character
    else out += character
  }
  return out + dead
}

const decomposed = (text: string): string =>
  [...text]
    .map((character) => {
      const [letter = '', mark = ''] = character.normalize('NFD')
      const dead = deadKeys[mark]
      return dead === undefined ? character : dead + letter
    })
    .join('')

const through = (text: string, table: ReadonlyMap<string, string>): string =>
  [...text].map((character) => table.get(character) ?? character).join('')

const swapped = (text: string): string =>
  text.replace(/[a-zA-Z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )

/**
 * What a computer with another layout writes when a scanner sends a text: for tests, and to try a scanner.
 * What is not printable ASCII goes through as it is.
 */
export const typedThrough = (sent: string, layout: KeyboardLayout): string => {
  if (layout === 'caps-lock') return swapped(sent)
  return composed(through(sent, layout === 'french' ? french : frenchLocked).replaceAll('\0', ''))
}

/** What a scanner sent, if the computer wrote it through this layout. Undoes `typedThrough`. */
export const sentThrough = (typed: string, layout: KeyboardLayout): string => {
  if (layout === 'caps-lock') return swapped(typed)
  return through(decomposed(typed), layout === 'french' ? fromFrench : fromFrenchLocked)
}

/** An AIM identifier may come first (ISO/IEC 15424: `]d1`). */
const codeStart = /^\s{0,9}(?:\][A-Za-z]\d)?(?:IS0\d|DC0\d|HC1:|FC1:|https?:\/\/|HTTPS?:\/\/)/

/** Whether a text begins like any code that is scanned here, typed as it was sent. */
export const looksLikeCode = (text: string): boolean => codeStart.test(text)

export interface RestoredScan {
  readonly text: string
  /** Null: it was typed as it was sent. */
  readonly layout: KeyboardLayout | null
}

const layouts = ['caps-lock', 'french', 'french-caps-lock'] as const

/** Every text that may have been sent, the one that was typed first. */
export const scanReadings = (typed: string): RestoredScan[] => [
  { text: typed, layout: null },
  ...layouts.map((layout) => ({ text: sentThrough(typed, layout), layout })),
  // Caps Lock that changes letters only, as on other systems.
  { text: swapped(sentThrough(typed, 'french')), layout: 'french-caps-lock' },
]

/**
 * The first reading that is whole by the reader given: a guess is only believed when all of it parses.
 *
 * @param isWhole whether a text is a whole code; a check character or a signature in it makes a false guess unlikely
 * @returns null when none is
 */
export const restoreLayout = (
  typed: string,
  isWhole: (text: string) => boolean,
): RestoredScan | null => scanReadings(typed).find(({ text }) => isWhole(text)) ?? null
