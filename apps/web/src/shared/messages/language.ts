import { type Language, languages } from './catalogue.ts'

const storageKey = 'sidep.language'

const isLanguage = (value: string | null): value is Language =>
  languages.some((language) => language === value)

/**
 * The language to begin with: `?lang=` of the address (links sent to a person carry it), else the one
 * chosen before on this device, else French.
 */
export const initialLanguage = (search: string, remembered: string | null): Language => {
  const asked = new URLSearchParams(search).get('lang')
  if (isLanguage(asked)) return asked
  return isLanguage(remembered) ? remembered : 'fr'
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
