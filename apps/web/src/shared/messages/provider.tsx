import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import {
  type Catalogue,
  type Language,
  type Messages,
  type Translate,
  translator,
} from './catalogue.ts'
import { initialLanguage, rememberedLanguage, rememberLanguage } from './language.ts'

interface LanguageContext {
  readonly language: Language
  readonly setLanguage: (language: Language) => void
}

const Context = createContext<LanguageContext>({ language: 'fr', setLanguage: () => undefined })

/** Holds the language of the page, remembers it, and tells the browser (`<html lang>`). */
export const LanguageProvider = ({ children }: { readonly children: ReactNode }) => {
  const [language, setLanguage] = useState(() =>
    initialLanguage(location.search, rememberedLanguage(), navigator.languages),
  )
  useEffect(() => {
    document.documentElement.lang = language
    // A link's language holds for the pages one goes on to as well.
    if (new URLSearchParams(location.search).has('lang')) rememberLanguage(language)
  }, [language])
  const context = useMemo(
    () => ({
      language,
      setLanguage: (chosen: Language) => {
        rememberLanguage(chosen)
        setLanguage(chosen)
      },
    }),
    [language],
  )
  return <Context value={context}>{children}</Context>
}

export const useLanguage = (): LanguageContext => useContext(Context)

/** The `t` function of a catalogue in the language of the page. */
export const useMessages = <M extends Messages>(catalogue: Catalogue<M>): Translate<M> => {
  const { language } = useLanguage()
  return useMemo(() => translator(catalogue, language), [catalogue, language])
}
