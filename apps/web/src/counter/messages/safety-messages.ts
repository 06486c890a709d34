import { defineMessages } from '../../shared/messages/catalogue.ts'

/** The state bar, and what is safe when something fails. */
export const safetyMessages = defineMessages(
  {
    // State bar
    stateLabel: 'État du comptoir',
    stateConnected: 'Connecté · {site}',
    stateExtended: 'Session prolongée, connexions en panne · {site}',
    stateRenewing: 'Confirmation de la session · la saisie continue',
    stateWaitingRoom: 'En salle d’attente · la saisie continue',
    stateWaitingRoomFor: {
      one: 'En salle d’attente, {count} min · la saisie continue',
      other: 'En salle d’attente, {count} min · la saisie continue',
    },
    stateTurn: 'C’est votre tour de vous connecter',
    stateOffline: 'Hors ligne · la saisie continue',
    stateBusy: 'Serveur occupé, nouvel essai à {time} · la saisie continue',
    stateSignedOut: 'Session terminée · la saisie continue',
    unkeptOffline: 'Hors ligne · ce poste ne garde rien',
    unkeptBusy: 'Serveur occupé, nouvel essai à {time} · ce poste ne garde rien',
    unkeptSignedOut: 'Session terminée · ce poste ne garde rien',
    toSend: {
      one: '{count} dépistage à transmettre',
      other: '{count} dépistages à transmettre',
    },
    correctionsToSend: {
      one: '{count} correction à transmettre',
      other: '{count} corrections à transmettre',
    },
    withdrawalsToSend: {
      one: '{count} annulation à transmettre',
      other: '{count} annulations à transmettre',
    },
    unsentScreenings: { one: '{count} dépistage', other: '{count} dépistages' },
    unsentCorrections: { one: '{count} correction', other: '{count} corrections' },
    unsentWithdrawals: { one: '{count} annulation', other: '{count} annulations' },
    signOut: 'Se déconnecter',
    signOutTitle: 'Se déconnecter maintenant ?',
    signOutDraft: 'La saisie commencée sera effacée de ce poste.',
    signOutKept:
      'Pas encore transmis : {what}. Tout reste sur ce poste et partira à votre prochaine connexion, à ce lieu.',
    signOutFailed: 'Vous êtes toujours connecté : la déconnexion n’a pas pu être transmise.',

    // Safety first
    safeTitle: 'Vos saisies sont enregistrées sur ce poste',
    safeOffline: 'Elles partiront d’elles-mêmes dès que la connexion revient. Continuez à saisir.',
    safeBusy: 'Elles partiront d’elles-mêmes. Continuez à saisir.',
    safeSession: 'Elles partiront dès que vous serez reconnecté.',
    signInAgainEcps: 'Se reconnecter par e-CPS',
    signInAgainCard: 'Se reconnecter par carte CPS',
    roomTitle: 'Vous pouvez déjà saisir',
    roomHelp:
      'Beaucoup de professionnels se connectent en ce moment ; chacun entre à son tour. Vos saisies sont gardées sur ce poste et partiront, une fois connecté, au nom de la personne qui se connecte ici.',
    roomPosition: { one: 'Place : {count}.', other: 'Place : {count}.' },
    roomTurnTitle: 'C’est votre tour',
    roomTurnHelp: 'La saisie commencée est gardée : vous la retrouverez après la connexion.',
    roomGo: 'Se connecter maintenant',
    roomLeave: 'Revenir aux portes',
    nobodysKept: {
      one: '{count} dépistage a été saisi sur ce poste avant une connexion, le {time}. Il attend son auteur.',
      other:
        '{count} dépistages ont été saisis sur ce poste avant une connexion, à partir du {time}. Ils attendent leur auteur.',
    },
    nobodysClaim: 'C’est moi : transmettre à mon nom',
    nobodysClaimTitle: 'Transmettre ces saisies à votre nom ?',
    nobodysClaimHelp: 'Les certificats porteront votre nom et ce lieu : {names}.',
    tryNow: 'Essayer maintenant',
    storageFailed: 'La saisie n’a pas pu être enregistrée sur ce poste',
    storageFailedHelp:
      'Elle est toujours dans le formulaire. Fermez les autres onglets du comptoir, puis réessayez.',
    othersKept: {
      one: '{count} dépistage saisi par {name} ({site}) attend sa reconnexion.',
      other: '{count} dépistages saisis par {name} ({site}) attendent sa reconnexion.',
    },
  },
  {
    stateLabel: 'State of the counter',
    stateConnected: 'Connected · {site}',
    stateExtended: 'Session extended, sign-in is down · {site}',
    stateRenewing: 'Confirming the session · you can go on typing',
    stateWaitingRoom: 'In the waiting room · you can go on typing',
    stateWaitingRoomFor: {
      one: 'In the waiting room, {count} min · you can go on typing',
      other: 'In the waiting room, {count} min · you can go on typing',
    },
    stateTurn: 'It is your turn to sign in',
    stateOffline: 'Offline · you can go on typing',
    stateBusy: 'Server busy, next try at {time} · you can go on typing',
    stateSignedOut: 'Session ended · you can go on typing',
    unkeptOffline: 'Offline · this computer keeps nothing',
    unkeptBusy: 'Server busy, next try at {time} · this computer keeps nothing',
    unkeptSignedOut: 'Session ended · this computer keeps nothing',
    toSend: { one: '{count} screening to send', other: '{count} screenings to send' },
    correctionsToSend: {
      one: '{count} correction to send',
      other: '{count} corrections to send',
    },
    withdrawalsToSend: {
      one: '{count} withdrawal to send',
      other: '{count} withdrawals to send',
    },
    unsentScreenings: { one: '{count} screening', other: '{count} screenings' },
    unsentCorrections: { one: '{count} correction', other: '{count} corrections' },
    unsentWithdrawals: { one: '{count} withdrawal', other: '{count} withdrawals' },
    signOut: 'Sign out',
    signOutTitle: 'Sign out now?',
    signOutDraft: 'What you began to type will be erased from this device.',
    signOutKept:
      'Not sent yet: {what}. All of it stays on this device and goes when you next sign in, at this site.',
    signOutFailed: 'You are still signed in: the sign-out could not be sent.',
    safeTitle: 'Your entries are saved on this device',
    safeOffline: 'They will be sent by themselves once the connection is back. Go on typing.',
    safeBusy: 'They will be sent by themselves. Go on typing.',
    safeSession: 'They will be sent once you are signed in again.',
    signInAgainEcps: 'Sign in again with e-CPS',
    signInAgainCard: 'Sign in again with a CPS card',
    roomTitle: 'You can type already',
    roomHelp:
      'Many professionals are signing in at the moment; everyone gets in in turn. What you enter is kept on this device and will be sent, once signed in, in the name of the person who signs in here.',
    roomPosition: { one: 'Place: {count}.', other: 'Place: {count}.' },
    roomTurnTitle: 'It is your turn',
    roomTurnHelp: 'What you began to type is kept: you will find it after signing in.',
    roomGo: 'Sign in now',
    roomLeave: 'Back to the doors',
    nobodysKept: {
      one: '{count} screening was entered on this device before a sign-in, on {time}. It waits for its author.',
      other:
        '{count} screenings were entered on this device before a sign-in, from {time}. They wait for their author.',
    },
    nobodysClaim: 'That was me: send in my name',
    nobodysClaimTitle: 'Send these entries in your name?',
    nobodysClaimHelp: 'The certificates will carry your name and this site: {names}.',
    tryNow: 'Try now',
    storageFailed: 'The entry could not be saved on this device',
    storageFailedHelp:
      'It is still in the form. Close the other tabs of the counter, then try again.',
    othersKept: {
      one: '{count} screening entered by {name} ({site}) waits for them to sign in again.',
      other: '{count} screenings entered by {name} ({site}) wait for them to sign in again.',
    },
  },
)
