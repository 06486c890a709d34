import { defineMessages } from '../../shared/messages/catalogue.ts'

export const navMessages = defineMessages(
  {
    label: 'Vues du comptoir',
    counter: 'Comptoir',
    slips: 'Fiches papier',
    team: 'Équipe',
    'catch-up': 'Rattrapage',
  },
  {
    label: 'Views of the counter',
    counter: 'Counter',
    slips: 'Paper slips',
    team: 'Team',
    'catch-up': 'Catch-up',
  },
)
