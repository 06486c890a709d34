import { type Language, languages } from './catalogue.ts'

const storageKey = 'sidep.language'

const isLanguage = (value: string | null): value is Language =>
  languages.some((language) => language === value)

/**
 * The language to begin with: `?lang=` of the address (links sent to a person carry it), else the one
 * chosen before on this device, else the first of the browser's that we have, else French.
 *
 * @param preferred BCP 47 tags in the browser's order (`navigator.languages`)
 */
export const initialLanguage = (
  search: string,
  remembered: string | null,
  preferred: readonly string[],
): Language => {
  const asked = new URLSearchParams(search).get('lang')
  if (isLanguage(asked)) return asked
  if (isLanguage(remembered)) return remembered
  for (const tag of preferred) {
    const primary = tag.slice(0, 2).toLowerCase()
    if (/^[a-z]{2}(-|$)/i.test(tag) && isLanguage(primary)) return primary
  }
  return 'fr'
}

/** The remembered language; null where the browser refuses storage. */
export const rememberedLanguage = (): string | null => {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    // Storage refused (private window, policy): the page works, it just forgets.
    return null
  }
}

export const rememberLanguage = (language: Language): void => {
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // As above: the choice holds for this page only.
    return
  }
}
