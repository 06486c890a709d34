import { defineMessages } from '../../shared/messages/catalogue.ts'

/** When the session changed under a screen. */
export const actingMessages = defineMessages(
  {
    changedPerson: 'Vous travaillez maintenant au nom de {now}',
    changedSite: 'Vous travaillez maintenant à {site}',
    changedFrom:
      'La session de ce navigateur a changé, dans un autre onglet ou par une nouvelle connexion. Cet onglet était celui de {before}, à {siteBefore}.',
    changedTo: 'Ce que vous enregistrez ici portera dès maintenant : {now}, {site}.',
    changedKept: 'La saisie commencée est gardée, telle quelle.',
    goOnAs: 'Continuer au nom de {now}',
    goOnAt: 'Continuer à {site}',
    otherSite: 'Choisir un autre lieu',
    notMe: 'Ce n’est pas moi : se déconnecter',
    somebodyFor: '{operator} pour {responsible}',
  },
  {
    changedPerson: 'You now work in the name of {now}',
    changedSite: 'You now work at {site}',
    changedFrom:
      'The session of this browser has changed, in another tab or by a new sign-in. This tab was that of {before}, at {siteBefore}.',
    changedTo: 'What you record here will from now on carry: {now}, {site}.',
    changedKept: 'What you began to type is kept as it is.',
    goOnAs: 'Go on in the name of {now}',
    goOnAt: 'Go on at {site}',
    otherSite: 'Choose another site',
    notMe: 'That is not me: sign out',
    somebodyFor: '{operator} for {responsible}',
  },
)
