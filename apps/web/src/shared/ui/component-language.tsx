import type { ReactNode } from 'react'
import { I18nProvider } from 'react-aria-components'
import { localeOf, useLanguage } from '../messages/index.ts'

/** Tells the component library the language of the page; around every page that uses its lists and dialogs. */
export const ComponentLanguage = ({ children }: { readonly children: ReactNode }) => {
  const { language } = useLanguage()
  return <I18nProvider locale={localeOf[language]}>{children}</I18nProvider>
}
