import { defineMessages } from '../../../shared/messages/catalogue.ts'

/** Texts of one's sessions: where they are, and ending them. */
export const sessionsMessages = defineMessages(
  {
    title: 'Vos sessions',
    intro:
      'Là où vous êtes connecté. Un téléphone perdu, un poste resté ouvert ailleurs : fermez sa session d’ici.',
    open: 'Ouvertes maintenant',
    reload: 'Actualiser',
    none: 'Vous n’êtes connecté nulle part ailleurs.',
    here: 'Ce poste',
    noSite: 'Lieu pas encore choisi',
    equipment: '{browser} sur {system}',
    equipmentUnknown: 'Appareil non reconnu',
    system_ios: 'iPhone ou iPad',
    door_ecps: 'par e-CPS',
    door_card: 'par carte CPS',
    since: 'depuis {time}',
    until: 'jusqu’à {time} au plus tard',
    dormant:
      'Terminée. Jusqu’à {time}, elle ne reprendrait que si plus aucune porte ne fonctionnait.',
    what: '{place}, {equipment}, depuis {time}',
    end: 'Fermer',
    endOf: 'Fermer la session : {what}',
    endOthers: 'Fermer toutes les autres',
    endTitle: 'Fermer cette session ?',
    endOthersTitle: 'Fermer toutes vos autres sessions ?',
    endHelp: 'Là-bas, il faudra se reconnecter dès les prochaines secondes.',
    endOthersHelp: {
      one: '{count} session sera fermée ; seule celle de ce poste reste ouverte. Là-bas, il faudra se reconnecter dès les prochaines secondes.',
      other:
        '{count} sessions seront fermées ; seule celle de ce poste reste ouverte. Là-bas, il faudra se reconnecter dès les prochaines secondes.',
    },
    endKept:
      'Ce qui y a été saisi et n’est pas encore transmis reste gardé sur l’appareil en question et partira à votre prochaine connexion sur lui, à ce lieu. Ce qui a été transmis reste valable.',
    endOffline: 'Un appareil hors ligne l’apprend quand il revient en ligne.',
    endBack: 'Annuler',
    endFailed: 'La fermeture n’a pas pu être enregistrée',
    ended: 'La session est fermée : {what}.',
    endedOthers: 'Vos autres sessions sont fermées. Seule celle de ce poste reste ouverte.',
    revokedHelp:
      'Si vous ne l’avez pas fermée vous-même, reconnectez-vous et regardez « Vos sessions », sous votre nom.',
  },
  {
    title: 'Your sessions',
    intro:
      'Where you are signed in. A lost phone, a counter left open elsewhere: close its session from here.',
    open: 'Open now',
    reload: 'Refresh',
    none: 'You are signed in nowhere else.',
    here: 'This device',
    noSite: 'Site not chosen yet',
    equipment: '{browser} on {system}',
    equipmentUnknown: 'Device not recognised',
    system_ios: 'iPhone or iPad',
    door_ecps: 'by e-CPS',
    door_card: 'by CPS card',
    since: 'since {time}',
    until: 'until {time} at the latest',
    dormant: 'Over. Until {time} it would go on only if no door worked any more.',
    what: '{place}, {equipment}, since {time}',
    end: 'Close',
    endOf: 'Close the session: {what}',
    endOthers: 'Close all others',
    endTitle: 'Close this session?',
    endOthersTitle: 'Close all your other sessions?',
    endHelp: 'Over there, one has to sign in again from the next seconds on.',
    endOthersHelp: {
      one: '{count} session will be closed; only that of this device stays open. Over there, one has to sign in again from the next seconds on.',
      other:
        '{count} sessions will be closed; only that of this device stays open. Over there, one has to sign in again from the next seconds on.',
    },
    endKept:
      'What was typed there and not yet sent stays kept on that device, and is sent when you next sign in on it, at that site. What was sent stays valid.',
    endOffline: 'A device that is offline learns of it when it is back.',
    endBack: 'Cancel',
    endFailed: 'The closing could not be recorded',
    ended: 'The session is closed: {what}.',
    endedOthers: 'Your other sessions are closed. Only that of this device stays open.',
    revokedHelp:
      'If it was not you who closed it, sign in again and look at “Your sessions”, under your name.',
  },
)
