import { defineMessages } from '../../shared/messages/catalogue.ts'

export const onDemandMessages = defineMessages(
  {
    loading: 'Ouverture…',
    failed: 'Cette vue n’a pas pu être ouverte',
    failedHelp:
      'Vos saisies sont enregistrées sur ce poste : recharger la page les garde. Le reste du comptoir continue.',
    failedHelpUnkept:
      'Le reste du comptoir continue. Ce poste ne garde rien pour l’instant : terminez la saisie commencée avant de recharger la page.',
    again: 'Réessayer',
    reload: 'Recharger la page',
  },
  {
    loading: 'Opening…',
    failed: 'This view could not be opened',
    failedHelp:
      'Your entries are saved on this device: reloading the page keeps them. The rest of the counter goes on.',
    failedHelpUnkept:
      'The rest of the counter goes on. This computer keeps nothing at the moment: finish what you began to type before you reload the page.',
    again: 'Try again',
    reload: 'Reload the page',
  },
)
