import { defineMessages } from '../../shared/messages/catalogue.ts'

export const clockMessages = defineMessages(
  {
    ahead: {
      one: 'L’horloge de ce poste avance de {count} minute',
      other: 'L’horloge de ce poste avance de {count} minutes',
    },
    behind: {
      one: 'L’horloge de ce poste retarde de {count} minute',
      other: 'L’horloge de ce poste retarde de {count} minutes',
    },
    help: 'Vous pouvez continuer : les heures que cette page prend elle-même sont celles du portail, {time} en ce moment. Pour les heures que vous tapez, regardez une autre horloge, et remettez ce poste à l’heure.',
    zoneOff:
      'Ce poste est réglé sur un autre fuseau horaire : il affiche {computer}, il est {site} au lieu d’exercice. Toutes les heures de cette page, celles que vous tapez aussi, sont celles du lieu.',
    sampledThen: 'Prélevé à {typed} ; à l’heure du portail, {portal}.',
    readThen: 'Résultat lu à {typed} ; à l’heure du portail, {portal}.',
    correct: 'Prendre l’heure du portail',
    correctOf: 'Prendre l’heure du portail, {name}',
  },
  {
    ahead: {
      one: 'The clock of this device is {count} minute ahead',
      other: 'The clock of this device is {count} minutes ahead',
    },
    behind: {
      one: 'The clock of this device is {count} minute behind',
      other: 'The clock of this device is {count} minutes behind',
    },
    help: 'You can go on: the times that this page takes by itself are the portal’s, {time} at the moment. For times that you type, look at another clock, and set this device right.',
    zoneOff:
      'This device is set to another time zone: it shows {computer}, it is {site} at the site. All times of this page, those that you type too, are the site’s.',
    sampledThen: 'Sampled at {typed}; by the portal’s clock, {portal}.',
    readThen: 'Result read at {typed}; by the portal’s clock, {portal}.',
    correct: 'Take the portal’s time',
    correctOf: 'Take the portal’s time, {name}',
  },
)
