/** A hand scanner, which is a keyboard: it types into whatever has the focus, and ends with Enter. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'

/** Content of the INS DataMatrix of a person of the test file. */
export const insText = `IS01${'0'.repeat(22)}S1269054958815780S21.2.250.1.213.1.4.10S3CORINNE ANNE\u001dS4LE GOFF\u001dS5FS614-05-1969S763220`

/** The hand leaves the keys for the scanner, and comes back to them: longer than from one key to the next. */
const handMilliseconds = 250

/** How a scanner is set: its pace, the key of a separator, and those behind the text. */
export interface ScannerSetting {
  readonly keyMilliseconds?: number
  readonly separator?: 'Ctrl+]' | 'F8'
  readonly ends?: readonly string[]
}

/**
 * Types at its own pace, 2 ms a key unless told, all in one task of the page: a busy machine does not slow it down. Its
 * keys are timed ahead of the page's clock; it is done when that has come to the last of them.
 */
export const scan = async (
  page: Page,
  text: string,
  { keyMilliseconds = 2, separator = 'Ctrl+]', ends = ['Enter'] }: ScannerSetting = {},
): Promise<void> => {
  await pause(handMilliseconds)
  await typeAll(page, text, keyMilliseconds, separator, ends)
  await pause(([...text].length + ends.length) * keyMilliseconds + handMilliseconds)
}

const typeAll = (
  page: Page,
  text: string,
  keyMilliseconds: number,
  separator: string,
  ends: readonly string[],
): Promise<void> =>
  page.evaluate(
    ([typed, gap, separator, ends]) => {
      let pressedAt = performance.now()
      const at = (event: KeyboardEvent): KeyboardEvent =>
        // The time of the key, as from a real one: not of when the page came to it.
        Object.defineProperty(event, 'timeStamp', { value: pressedAt })
      const press = (key: string, init: KeyboardEventInit = {}): void => {
        pressedAt += gap
        const target = document.activeElement ?? document.body
        const down = { key, bubbles: true, cancelable: true, ...init }
        const isTaken = !target.dispatchEvent(at(new KeyboardEvent('keydown', down)))
        const isField = target.matches('input:not([type=radio]), textarea')
        const writes = isField && [...key].length === 1 && init.ctrlKey !== true
        // What the browser does with a key that nobody took, in a field.
        if (!isTaken && writes) document.execCommand('insertText', false, key)
        target.dispatchEvent(at(new KeyboardEvent('keyup', down)))
      }
      for (const character of typed)
        if (character !== '\u001d') press(character)
        else if (separator === 'F8') press('F8')
        else press(']', { code: 'BracketRight', ctrlKey: true })
      for (const key of ends) press(key)
    },
    [text, keyMilliseconds, separator, ends] as const,
  )
