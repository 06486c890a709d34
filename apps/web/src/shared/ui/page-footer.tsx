import { commonMessages, useLanguage, useMessages } from '../messages/index.ts'

/** Written by the server, whole without script. */
const pages = [
  ['help', '/aide/'],
  ['legal', '/mentions-legales/'],
  ['privacy', '/confidentialite/'],
  ['accessibility', '/accessibilite/'],
] as const

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
