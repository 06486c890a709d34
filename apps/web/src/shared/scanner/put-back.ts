/** What a scanner typed into a field before it was known to be one is taken out of it again. */

type TextElement = HTMLInputElement | HTMLTextAreaElement

const textElement = (element: Element | null): TextElement | null =>
  element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element : null

/** React listens to what is typed; a value that is set is told to it as typing is. */
const write = (element: TextElement, value: string): void => {
  const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value')
  own?.set?.call(element, value)
  element.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Notes what is in the field that has the focus. @returns what puts that back */
export const noteField = (): (() => void) => {
  const element = textElement(document.activeElement)
  const value = element?.value ?? ''
  return () => {
    if (element?.isConnected && element.value !== value) write(element, value)
  }
}
