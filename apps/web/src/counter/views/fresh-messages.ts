export const freshMessages = {
  fr: {
    freshTitle: 'Confirmez que c’est bien vous',
    freshHelp:
      'Cette action demande une connexion de moins de quelques minutes. Reconnectez-vous par la porte qui fonctionne : vous revenez ici, et ce que vous avez saisi est gardé.',
    freshDone: 'Vous êtes reconnecté : recommencez l’action.',
  },
  en: {
    freshTitle: 'Confirm that it is you',
    freshHelp:
      'This act needs a sign-in of a few minutes ago at most. Sign in again by the door that works: you come back here, and what you typed is kept.',
    freshDone: 'You are signed in again: repeat the act.',
  },
} as const
