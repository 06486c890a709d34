import { defineMessages } from '../../shared/messages/catalogue.ts'

/** Texts of what the counter does alone: booklet, provisional certificate. */
export const bookletMessages = defineMessages(
  {
    // State bar
    booklet: {
      one: 'carnet : {count} certificat, jusqu’à {time}',
      other: 'carnet : {count} certificats, jusqu’à {time}',
    },
    tomorrowAt: 'demain {time}',
    bookletNone: 'pas de carnet',
    bookletUsedUp: 'carnet épuisé',
    bookletLow: {
      one: 'Carnet : {count} certificat, jusqu’à {time}',
      other: 'Carnet : {count} certificats, jusqu’à {time}',
    },
    offline: 'Hors ligne · {booklet}',
    signedOut: 'Session terminée · {booklet}',
    busy: 'Serveur occupé, nouvel essai à {time} · {booklet}',

    // Signing
    standing: 'Sans portail · {booklet}',
    unlockTitle: 'Signer un certificat provisoire',
    unlockHelp:
      'Le portail ne certifie pas en ce moment. Déverrouillez, et la personne repart avec un certificat.',
    unlock: 'Signer',

    // Going on alone
    aloneTitle: 'Ce comptoir peut continuer sans connexion',
    aloneHelp: {
      one: 'Carnet de {name}, {site} : {count} certificat, jusqu’à {time}.',
      other: 'Carnet de {name}, {site} : {count} certificats, jusqu’à {time}.',
    },
    alone: 'Continuer avec le carnet',

    // The document
    provisionalReady: 'Certificat provisoire',
    provisional: 'Provisoire',
    provisionalCode: 'Certificat provisoire (QR)',
    provisionalHelp:
      'Les vérificateurs du portail l’acceptent dès maintenant, jusqu’au {until}. Le certificat définitif sera à l’adresse imprimée, dès que le portail répond.',
    definitiveAddress: 'Adresse du certificat définitif',
    signing: 'Signature du certificat provisoire…',
    showProvisionalOf: 'Certificat provisoire de {name}',
    tellPositive: 'À dire à la personne',

    // None
    noneTitle: 'Pas de certificat provisoire pour cette personne',
    none_BOOKLET_NONE:
      'Ce comptoir n’a pas de carnet : il n’en a pas pris avant la panne, ou pas pour vous à ce lieu.',
    none_BOOKLET_NOT_YET: 'Le carnet de ce comptoir ne vaut pas encore.',
    none_BOOKLET_EXPIRED: 'Le carnet de ce comptoir est terminé : il valait une journée.',
    none_BOOKLET_EXHAUSTED:
      'Le carnet de ce comptoir est épuisé : tous ses certificats sont remis.',
    none_BOOKLET_KIND: 'Le carnet de ce comptoir ne vaut pas pour ce genre de test.',
    none_NOT_CERTIFIABLE: 'Ce dépistage ne donne pas de certificat provisoire.',
    none_CLOCK_AHEAD:
      'L’horloge de ce poste avançait quand ce prélèvement a été saisi : son heure est dans le futur. Le portail la refusera : corrigez-la alors sous « À corriger », et ouvrez à nouveau ce dépistage.',
    none_SIGNING_FAILED: 'La signature a échoué.',
    safe: 'Le portail le certifiera dès qu’il répond.',
    slip: 'Utilisez une fiche papier : numérotée et signée d’avance, remplie à la main. La personne y lira l’adresse de son certificat.',
    slipOpen: 'Fiches papier',
    tryAgain: 'Réessayer',

    // Full disk
    fullTitle: 'Ce poste n’a plus de place',
    fullHelp:
      'Ne faites pas encore le prélèvement : cette saisie ne pourrait pas être gardée ici. Libérez de l’espace sur l’ordinateur, ou utilisez une fiche papier.',
    documentRefused:
      'Le portail refuse le certificat provisoire remis, par exemple parce que le carnet a été retiré. Transmettez la saisie sans lui : la personne aura un certificat définitif.',
    sendWithout: 'Transmettre sans lui',
    sendWithoutOf: 'Transmettre sans certificat provisoire : {name}',
    documentGiven:
      'La personne a déjà un document de ce dépistage : corrigez la saisie, elle ne peut pas être retirée.',
  },
  {
    booklet: {
      one: 'booklet: {count} certificate, until {time}',
      other: 'booklet: {count} certificates, until {time}',
    },
    tomorrowAt: 'tomorrow {time}',
    bookletNone: 'no booklet',
    bookletUsedUp: 'booklet used up',
    bookletLow: {
      one: 'Booklet: {count} certificate, until {time}',
      other: 'Booklet: {count} certificates, until {time}',
    },
    offline: 'Offline · {booklet}',
    signedOut: 'Session over · {booklet}',
    busy: 'Server busy, next try at {time} · {booklet}',

    standing: 'Without the portal · {booklet}',
    unlockTitle: 'Sign a provisional certificate',
    unlockHelp:
      'The portal does not certify right now. Unlock, and the person leaves with a certificate.',
    unlock: 'Sign',

    aloneTitle: 'This counter can go on without signing in',
    aloneHelp: {
      one: 'Booklet of {name}, {site}: {count} certificate, until {time}.',
      other: 'Booklet of {name}, {site}: {count} certificates, until {time}.',
    },
    alone: 'Go on with the booklet',

    provisionalReady: 'Provisional certificate',
    provisional: 'Provisional',
    provisionalCode: 'Provisional certificate (QR)',
    provisionalHelp:
      'The portal’s verifiers accept it from now on, until {until}. The definitive certificate will be at the printed address as soon as the portal answers.',
    definitiveAddress: 'Address of the definitive certificate',
    signing: 'Signing the provisional certificate…',
    showProvisionalOf: 'Provisional certificate of {name}',
    tellPositive: 'Tell the person',

    noneTitle: 'No provisional certificate for this person',
    none_BOOKLET_NONE:
      'This counter has no booklet: it took none before the outage, or none for you at this site.',
    none_BOOKLET_NOT_YET: 'This counter’s booklet is not valid yet.',
    none_BOOKLET_EXPIRED: 'This counter’s booklet is over: it was good for a day.',
    none_BOOKLET_EXHAUSTED: 'This counter’s booklet is used up: all its certificates are given.',
    none_BOOKLET_KIND: 'This counter’s booklet is not for this kind of test.',
    none_NOT_CERTIFIABLE: 'This screening gives no provisional certificate.',
    none_CLOCK_AHEAD:
      'The clock of this device was ahead when this sample was entered: its time is in the future. The portal will refuse it: correct it under “To correct” then, and open this screening again.',
    none_SIGNING_FAILED: 'Signing failed.',
    safe: 'The portal will certify it as soon as it answers.',
    slip: 'Use a paper slip: numbered and signed ahead of time, filled in by hand. The person finds the address of the certificate on it.',
    slipOpen: 'Paper slips',
    tryAgain: 'Try again',

    fullTitle: 'This computer has no room left',
    fullHelp:
      'Do not take the sample yet: what is typed could not be kept here. Free some space on the computer, or use a paper slip.',
    documentRefused:
      'The portal refuses the provisional certificate that was given, for example because the booklet was withdrawn. Send the screening without it: the person will have a definitive certificate.',
    sendWithout: 'Send without it',
    sendWithoutOf: 'Send without the provisional certificate: {name}',
    documentGiven:
      'The person already has a document of this screening: correct what was typed, it cannot be removed.',
  },
)
