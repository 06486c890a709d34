import { defineMessages } from '../../shared/messages/catalogue.ts'

export const navMessages = defineMessages(
  {
    label: 'Vues du comptoir',
    counter: 'Comptoir',
    slips: 'Fiches papier',
    team: 'Équipe',
  },
  {
    label: 'Views of the counter',
    counter: 'Counter',
    slips: 'Paper slips',
    team: 'Team',
  },
)
