import { defineMessages } from '../../shared/messages/catalogue.ts'

/** The two columns, the day, and what came back. */
export const dayMessages = defineMessages(
  {
    title: 'Comptoir',
    starting: 'Ouverture du comptoir…',

    // Tabs and columns
    columns: 'Comptoir',
    newScreening: 'Nouveau dépistage',
    waiting: 'En attente de résultat',
    waitingCount: 'En attente ({count})',
    today: 'Aujourd’hui',

    // Today
    todayNone: 'Aucun résultat aujourd’hui.',
    listPending: 'La liste n’est pas encore arrivée.',
    todayTruncated: 'Seuls les plus récents sont affichés.',
    stateToSend: 'À transmettre',
    stateSending: 'Résultat à transmettre',
    stateFinal: 'Définitif',
    showDocument: 'Certificat',
    showDocumentOf: 'Certificat de {name}',
    showResultOf: 'Résultat de {name}',
    sendAgainTo: 'Renvoyer à {name}',
    certificateReady: 'Le certificat de {name} est prêt.',

    // To correct
    toCorrect: 'À corriger',
    toCorrectHelp: 'Ces saisies sont revenues du serveur. Elles restent sur ce poste.',
    correct: 'Corriger',
    correctOf: 'Corriger la saisie de {name}',
    discard: 'Retirer',
    discardOf: 'Retirer la saisie de {name}',
    discardTitle: 'Retirer cette saisie ?',
    discardHelp: 'Elle quitte ce poste et ne sera pas transmise : {name}.',
    correctReplacesDraft: 'La saisie en cours sera remplacée.',
  },
  {
    title: 'Counter',
    starting: 'Opening the counter…',
    columns: 'Counter',
    newScreening: 'New screening',
    waiting: 'Waiting for a result',
    waitingCount: 'Waiting ({count})',
    today: 'Today',
    todayNone: 'No result today.',
    listPending: 'The list has not arrived yet.',
    todayTruncated: 'Only the latest are shown.',
    stateToSend: 'To send',
    stateSending: 'Result to send',
    stateFinal: 'Final',
    showDocument: 'Certificate',
    showDocumentOf: 'Certificate of {name}',
    showResultOf: 'Result of {name}',
    sendAgainTo: 'Send again to {name}',
    certificateReady: 'The certificate of {name} is ready.',
    toCorrect: 'To correct',
    toCorrectHelp: 'These entries came back from the server. They stay on this device.',
    correct: 'Correct',
    correctOf: 'Correct the entry of {name}',
    discard: 'Discard',
    discardOf: 'Discard the entry of {name}',
    discardTitle: 'Discard this entry?',
    discardHelp: 'It leaves this device and will not be sent: {name}.',
    correctReplacesDraft: 'What you are typing will be replaced.',
  },
)
