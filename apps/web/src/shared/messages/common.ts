import { defineMessages } from './catalogue.ts'

/** Texts of the shared components. */
export const commonMessages = defineMessages(
  {
    skipToContent: 'Aller au contenu',
    home: 'sidep, accueil',
    optional: 'facultatif',
    close: 'Fermer',
    cancel: 'Annuler',
    working: 'Un instant…',
    showChoices: 'Afficher les choix',
    noMatch: 'Aucun choix ne correspond.',
    supportCode: 'Code pour l’assistance : {code}',
    offlineProblem: 'Le serveur ne répond pas. Vérifiez la connexion à internet.',
    timeoutProblem: 'Le serveur met trop de temps à répondre.',
    unreadableProblem: 'La réponse reçue ne vient pas du service attendu.',
    retryAt: 'Nouvel essai à {time}.',
    updateReady: 'Une nouvelle version est prête.',
    updateNow: 'L’utiliser maintenant',
  },
  {
    skipToContent: 'Skip to content',
    home: 'sidep, home',
    optional: 'optional',
    close: 'Close',
    cancel: 'Cancel',
    working: 'One moment…',
    showChoices: 'Show the choices',
    noMatch: 'No choice matches.',
    supportCode: 'Support code: {code}',
    offlineProblem: 'The server does not answer. Check the internet connection.',
    timeoutProblem: 'The server is taking too long to answer.',
    unreadableProblem: 'The answer did not come from the expected service.',
    retryAt: 'Next try at {time}.',
    updateReady: 'A new version is ready.',
    updateNow: 'Use it now',
  },
)
