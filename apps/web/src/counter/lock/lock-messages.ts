import { defineMessages } from '../../shared/messages/catalogue.ts'

/** Texts of unlocking, and of the way to protecting a counter. */
export const lockMessages = defineMessages(
  {
    prepareTitle: 'Préparez ce comptoir aux pannes',
    prepareHelp:
      'Une fois protégé, ce poste pourra remettre des certificats provisoires signés quand le portail ne répond plus.',
    prepare: 'Protéger ce poste',
    kept: 'Ce comptoir est prêt : il peut signer quand le portail ne répond plus.',
    change: 'Changer la protection',
    passkeyHelp: 'Ce poste vous demande votre empreinte, votre visage ou son code.',
    passkeyAsking: 'Répondez à la demande de ce poste…',
    passkeyRefused: 'Ce poste ne vous a pas reconnu, ou la demande a été fermée. Réessayez.',
    code: 'Code',
    codeForgotten:
      'Majuscules, accents et espaces ne comptent pas. Oublié ? Protégez ce poste à nouveau quand le portail répond.',
    codeTrying: 'Vérification du code…',
    codeWrong: {
      one: 'Ce code n’est pas le bon. Il reste {count} essai.',
      other: 'Ce code n’est pas le bon. Il reste {count} essais.',
    },
    codeWait: {
      one: 'Trop d’essais : réessayez dans {count} minute.',
      other: 'Trop d’essais : réessayez dans {count} minutes.',
    },
    gone: 'Trop de codes faux : la signature de ce comptoir est effacée. Quand le portail répond, protégez ce poste à nouveau ; d’ici là, utilisez les fiches papier.',
  },
  {
    prepareTitle: 'Prepare this counter for outages',
    prepareHelp:
      'Once protected, this computer can hand out signed provisional certificates when the portal does not answer.',
    prepare: 'Protect this computer',
    kept: 'This counter is ready: it can sign when the portal does not answer.',
    change: 'Change the protection',
    passkeyHelp: 'This computer asks for your fingerprint, your face or its code.',
    passkeyAsking: 'Answer what this computer asks…',
    passkeyRefused: 'This computer did not recognise you, or the question was closed. Try again.',
    code: 'Code',
    codeForgotten:
      'Capitals, accents and spaces do not count. Forgotten? Protect this computer again when the portal answers.',
    codeTrying: 'Checking the code…',
    codeWrong: {
      one: 'That is not the code. {count} try is left.',
      other: 'That is not the code. {count} tries are left.',
    },
    codeWait: {
      one: 'Too many tries: try again in {count} minute.',
      other: 'Too many tries: try again in {count} minutes.',
    },
    gone: 'Too many wrong codes: this counter’s signature is erased. Protect this computer again when the portal answers; until then, use paper slips.',
  },
)
