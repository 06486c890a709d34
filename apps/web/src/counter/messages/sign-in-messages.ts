import { defineMessages } from '../../shared/messages/catalogue.ts'

/** Signing in and choosing the site. */
export const signInMessages = defineMessages(
  {
    // Sign-in
    signInTitle: 'Se connecter au comptoir',
    signInIntro:
      'Pour saisir un dépistage et remettre son certificat. Choisissez l’une des portes ; elles mènent au même comptoir.',
    doorEcps: 'e-CPS, sur le téléphone',
    doorEcpsHelp: 'Confirmation dans l’application e-CPS, par Pro Santé Connect.',
    doorCard: 'Carte CPS, dans le lecteur',
    doorCardHelp: 'La carte et son code, sans Pro Santé Connect.',
    doorUp: 'Fonctionne',
    doorDown: 'Ne répond pas en ce moment',
    doorDownSince: 'Ne répond pas depuis {time}',
    doorLast: 'Utilisée la dernière fois ici',
    outageTitle: 'Aucune porte ne répond',
    outageSince: 'Aucune porte ne répond depuis {time}',
    outageMay: 'D’ici là, vous pouvez :',
    outageAlone: 'continuer sans connexion, avec votre carnet, ci-dessous ;',
    outageSlips:
      'remplir vos fiches papier déjà imprimées : elles se contrôlent dès aujourd’hui, et vous les saisirez au retour ;',
    outageWait:
      'laisser cette page ouverte : elle réessaie d’elle-même au moins une fois par minute, et la connexion s’ouvrira ici.',
    noDoor:
      'Aucune porte n’est ouverte en ce moment. La page réessaie d’elle-même ; rien de ce qui a été saisi ici n’est perdu.',
    doorsUnknown:
      'Le serveur ne répond pas, la page réessaie d’elle-même. Vérifiez la connexion à internet.',
    kept: {
      one: '{count} dépistage est gardé sur ce poste ; il partira après la connexion.',
      other: '{count} dépistages sont gardés sur ce poste ; ils partiront après la connexion.',
    },
    draftKept: 'La saisie commencée est gardée sur ce poste.',
    signInProblem: 'La connexion n’a pas abouti',

    // Site
    siteTitle: 'Où travaillez-vous aujourd’hui ?',
    siteIntro: 'Les dépistages et les certificats porteront ce lieu.',
    siteFiness: 'FINESS {id}',
    siteLast: 'Dernier lieu choisi sur ce poste',
    siteLeftOut: 'Sans numéro FINESS valable, et donc pas proposés : {names}.',
  },
  {
    signInTitle: 'Sign in to the counter',
    signInIntro:
      'To enter a screening and hand over its certificate. Choose one of the doors; they lead to the same counter.',
    doorEcps: 'e-CPS, on the phone',
    doorEcpsHelp: 'Confirm in the e-CPS application, through Pro Santé Connect.',
    doorCard: 'CPS card, in the reader',
    doorCardHelp: 'The card and its code, without Pro Santé Connect.',
    doorUp: 'Works',
    doorDown: 'Not answering at the moment',
    doorDownSince: 'Not answering since {time}',
    doorLast: 'Used here last time',
    outageTitle: 'No door answers',
    outageSince: 'No door has answered since {time}',
    outageMay: 'Until then you can:',
    outageAlone: 'go on without signing in, from your booklet, below;',
    outageSlips:
      'fill in paper slips that are printed already: they can be checked today, and you enter them afterwards;',
    outageWait:
      'leave this page open: it tries again by itself at least once a minute, and sign-in opens here.',
    noDoor:
      'No door is open at the moment. This page tries again by itself; nothing entered here is lost.',
    doorsUnknown:
      'The server does not answer, this page tries again by itself. Check the internet connection.',
    kept: {
      one: '{count} screening is kept on this device; it will be sent after you sign in.',
      other: '{count} screenings are kept on this device; they will be sent after you sign in.',
    },
    draftKept: 'What you began to type is kept on this device.',
    signInProblem: 'Sign-in did not succeed',
    siteTitle: 'Where do you work today?',
    siteIntro: 'Screenings and certificates will carry this place.',
    siteFiness: 'FINESS {id}',
    siteLast: 'Last one chosen on this computer',
    siteLeftOut: 'Without a valid FINESS number, and so not offered: {names}.',
  },
)
