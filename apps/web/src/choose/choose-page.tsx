import './choose.css'
import { defineMessages, useMessages } from '../shared/messages/index.ts'
import { Icon, type IconName, Page } from '../shared/ui/index.ts'

const messages = defineMessages(
  {
    title: 'Accueil',
    heading: 'Que voulez-vous faire ?',
    resultat: 'Voir mon résultat',
    resultatWords: 'Avec le lien reçu par SMS ou e-mail.',
    verifier: 'Vérifier un certificat',
    verifierWords: 'Avec la caméra, même sans réseau.',
    pro: 'Saisir un dépistage',
    proWords: 'Professionnels de santé, par e-CPS ou carte CPS.',
  },
  {
    title: 'Home',
    heading: 'What would you like to do?',
    resultat: 'See my result',
    resultatWords: 'With the link received by text message or e-mail.',
    verifier: 'Check a certificate',
    verifierWords: 'With the camera, even without a network.',
    pro: 'Enter a screening',
    proWords: 'Health professionals, by e-CPS or CPS card.',
  },
)

const entries = [
  { key: 'resultat', href: '/resultat/', icon: 'info' },
  { key: 'verifier', href: '/verifier/', icon: 'camera' },
  { key: 'pro', href: '/pro/', icon: 'pencil' },
] as const satisfies readonly { key: string; href: string; icon: IconName }[]

/** The publics, one line each. */
export const ChoosePage = () => {
  const t = useMessages(messages)
  return (
    <Page title={t('title')} width="narrow">
      <nav className="stack" aria-labelledby="choose-heading">
        <h1 id="choose-heading">{t('heading')}</h1>
        <ul className="stack-tight choose-list">
          {entries.map(({ key, href, icon }) => (
            <li key={key}>
              <a className="choose-entry" href={href}>
                <Icon name={icon} />
                <span>
                  <strong>{t(key)}</strong>
                  <span className="muted">{t(`${key}Words`)}</span>
                </span>
                <Icon name="chevron" />
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </Page>
  )
}
