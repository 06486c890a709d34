import { type InformationName, informationPaths } from '@sidep/contracts'
import { commonMessages, useLanguage, useMessages } from '../messages/index.ts'

const pages = Object.entries(informationPaths) as [InformationName, string][]

/** At the foot of every page: what everybody may want to know about the service. */
export const PageFooter = () => {
  const t = useMessages(commonMessages)
  const { language } = useLanguage()
  return (
    <footer className="page-footer">
      <nav aria-label={t('aboutService')}>
        <ul>
          {pages.map(([name, path]) => (
            <li key={name}>
              <a href={`${path}?lang=${language}`}>{t(name)}</a>
            </li>
          ))}
        </ul>
      </nav>
    </footer>
  )
}
