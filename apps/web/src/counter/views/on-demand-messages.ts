import { defineMessages } from '../../shared/messages/catalogue.ts'

export const onDemandMessages = defineMessages(
  {
    loading: 'Ouverture…',
    failed: 'Cette vue n’a pas pu être ouverte',
    failedHelp:
      'Vos saisies sont enregistrées sur ce poste. Rechargez la page dès que la connexion revient.',
    reload: 'Recharger la page',
  },
  {
    loading: 'Opening…',
    failed: 'This view could not be opened',
    failedHelp:
      'Your entries are saved on this device. Reload the page once the connection is back.',
    reload: 'Reload the page',
  },
)
