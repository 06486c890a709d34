const stop = 'input:not([type="hidden"]), button.select-button, button[data-next]'

/** Fields and buttons of a form in the order of the gesture: a group of radio buttons is one stop. */
const stopsOf = (form: HTMLElement): HTMLElement[] => {
  const seen = new Set<string>()
  return [...form.querySelectorAll<HTMLElement>(stop)].filter((element) => {
    if (element.closest('[hidden], [inert]')) return false
    if (!(element instanceof HTMLInputElement) || element.type !== 'radio')
      return !isDisabled(element)
    if (seen.has(element.name)) return false
    const isStop =
      element.checked || !form.querySelector(`input[name="${CSS.escape(element.name)}"]:checked`)
    if (isStop) seen.add(element.name)
    return isStop
  })
}

const isDisabled = (element: HTMLElement): boolean => element.matches(':disabled')

/** Whether nothing is left to do at a field: it is right as it is, or empty means what its placeholder says. */
const isDone = (stop: HTMLElement): boolean => {
  if (!(stop instanceof HTMLInputElement) || stop.type === 'checkbox') return false
  if (stop.type === 'radio') return stop.checked
  if (stop.getAttribute('aria-invalid') === 'true') return false
  return stop.value !== '' || stop.placeholder !== ''
}

/** Moves the focus to the next field that is to be filled in, or to the button: what Enter does. */
export const focusNext = (form: HTMLElement, from: HTMLElement): void => {
  const stops = stopsOf(form)
  const index = stops.findIndex(
    (stop) =>
      stop === from ||
      (stop instanceof HTMLInputElement &&
        from instanceof HTMLInputElement &&
        stop.type === 'radio' &&
        stop.name === from.name),
  )
  stops
    .slice(index + 1)
    .find((stop) => !isDone(stop))
    ?.focus()
}

/**
 * Whether the component library stops Enter or Escape at this input though it has no use for it: a radio
 * button, or a search field with its list closed. With the list open, Enter chooses and Escape closes.
 */
export const isKeptByLibrary = (input: HTMLInputElement): boolean =>
  input.type === 'radio' ||
  (input.getAttribute('role') === 'combobox' && input.getAttribute('aria-expanded') !== 'true')

/** Puts text where the cursor is. */
export const insertAtCursor = (input: HTMLInputElement, text: string): string => {
  const start = input.selectionStart ?? input.value.length
  const end = input.selectionEnd ?? start
  return input.value.slice(0, start) + text + input.value.slice(end)
}

/** An AIM identifier may come first (ISO/IEC 15424: `]d1`). */
const insStart = /^\s{0,9}(?:\][dDQ]\d)?IS0\d/

/** Whether a text begins like the content of an INS DataMatrix, scanner's prefix or not. */
export const looksLikeIns = (text: string): boolean => insStart.test(text)
