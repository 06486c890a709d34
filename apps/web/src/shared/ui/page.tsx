import { type ReactNode, useEffect } from 'react'
import { commonMessages, useLanguage, useMessages } from '../messages/index.ts'
import { Button } from './button.tsx'
import { PageFooter } from './page-footer.tsx'

/** Offers the other language, in that language. */
const LanguageSwitch = () => {
  const { language, setLanguage } = useLanguage()
  const other = language === 'fr' ? 'en' : 'fr'
  return (
    <Button variant="quiet" onPress={() => setLanguage(other)}>
      <span lang={other}>{other === 'fr' ? 'Français' : 'English'}</span>
    </Button>
  )
}

export interface PageProps {
  /** Title of the document, also for screen readers when the view changes. */
  readonly title: string
  readonly children: ReactNode
  /** Beside the name, e.g. a state bar. */
  readonly header?: ReactNode
  readonly headerEnd?: ReactNode
  readonly width?: 'normal' | 'narrow'
  /** Where the name in the header leads. */
  readonly homeHref?: string
}

/** Frame of every page: skip link, name, language, main. */
export const Page = ({
  title,
  children,
  header,
  headerEnd,
  width = 'normal',
  homeHref = '/',
}: PageProps) => {
  const t = useMessages(commonMessages)
  useEffect(() => {
    document.title = `${title} · sidep`
  }, [title])
  return (
    <>
      <a className="skip-link" href="#content">
        {t('skipToContent')}
      </a>
      <header className="page-header">
        <a className="page-name" href={homeHref} aria-label={t('home')}>
          <img src="/icon.svg" alt="" />
          sidep
        </a>
        {header}
        <div className="end">
          {headerEnd}
          <LanguageSwitch />
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className={width === 'narrow' ? 'page-main narrow' : 'page-main'}
      >
        {children}
      </main>
      <PageFooter />
    </>
  )
}
