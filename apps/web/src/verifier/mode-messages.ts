import { defineMessages } from '../shared/messages/catalogue.ts'

/** Words of the dialog of modes. */
export const modeMessages = defineMessages(
  {
    modeTitle: 'Que vérifiez-vous ?',
    modeChoice: 'Mode de vérification',
    modeDate: 'Jour d’arrivée',
    modeDateHelp: 'Laissez vide pour aujourd’hui.',
    modeDone: 'Utiliser ce mode',
    modeCancel: 'Ne rien changer',
  },
  {
    modeTitle: 'What are you checking?',
    modeChoice: 'What is checked',
    modeDate: 'Day of arrival',
    modeDateHelp: 'Leave empty for today.',
    modeDone: 'Use this mode',
    modeCancel: 'Change nothing',
  },
)
