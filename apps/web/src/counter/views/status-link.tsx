import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { doorMessages } from '../door-messages.ts'

/** To the page that says what works: the watcher writes it, and it stands when the rest does not. */
export const StatusLink = () => {
  const t = useMessages(doorMessages)
  const { language } = useLanguage()
  return (
    <p>
      <a href={language === 'en' ? '/etat/en/' : '/etat/'}>{t('statusPage')}</a>
    </p>
  )
}
