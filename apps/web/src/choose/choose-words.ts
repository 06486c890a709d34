import { defineMessages } from '../shared/messages/catalogue.ts'

/** What `index.html` says; filled in when the pages are built (build/first-page.ts), for it has no script. */
export const chooseWords = defineMessages(
  {
    language: 'fr',
    other: 'en',
    otherName: 'English',
    title: 'Accueil',
    description: 'Dépistages, certificats et leur vérification.',
    skip: 'Aller au contenu',
    home: 'sidep, accueil',
    question: 'Que voulez-vous faire ?',
    person: 'Voir mon résultat',
    personHelp: 'Avec le lien reçu par SMS ou e-mail, ou le code de votre papier.',
    verifier: 'Vérifier un certificat',
    verifierHelp: 'Avec la caméra, même sans réseau.',
    counter: 'Saisir un dépistage',
    counterHelp: 'Professionnels de santé, par e-CPS ou carte CPS.',
  },
  {
    language: 'en',
    other: 'fr',
    otherName: 'Français',
    title: 'Home',
    description: 'Screenings, certificates and their verification.',
    skip: 'Skip to content',
    home: 'sidep, home',
    question: 'What would you like to do?',
    person: 'See my result',
    personHelp: 'With the link received by text message or e-mail, or the code on your paper.',
    verifier: 'Check a certificate',
    verifierHelp: 'With the camera, even without a network.',
    counter: 'Enter a screening',
    counterHelp: 'Health professionals, by e-CPS or CPS card.',
  },
)
