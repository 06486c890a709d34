import { defineMessages } from '../../shared/messages/catalogue.ts'

/** Texts of choosing what unlocks a counter’s signature. */
export const protectMessages = defineMessages(
  {
    intro:
      'Pour que personne ne signe à votre place, même avec l’ordinateur volé. Vous déverrouillerez avant le premier certificat provisoire, et après {minutes} minutes sans activité, aussi sans connexion.',
    deviceHelp:
      'Le plus sûr et le plus rapide : ce poste vous reconnaît comme à l’ouverture de votre session (empreinte, visage ou code de l’ordinateur).',
    device: 'Utiliser ce poste',
    codeInstead: 'Choisir plutôt un code',
    passkeyUnsupported:
      'Ce poste ou ce navigateur ne peut pas garder la clé. Choisissez un code à la place.',
    codeNew: 'Nouveau code',
    codeAgain: 'Le même code, encore une fois',
    codeHelp:
      '{count} caractères au moins. Plusieurs mots se retiennent mieux ; majuscules, accents et espaces ne comptent pas.',
    codeShort: 'Trop court : {count} caractères au moins, sans compter les espaces.',
    codeLong: 'Trop long : {count} caractères au plus.',
    codeEasy: 'Trop facile à deviner : ajoutez un mot, ou prenez la phrase proposée.',
    codeDiffers: 'Les deux codes diffèrent.',
    codeKeep: 'Garder ce code',
    phrase: 'Proposer une phrase',
    phraseHelp: 'Notez-la et gardez-la loin de ce poste : elle ne sera plus montrée.',
    strengthWeak: 'Solidité : trop facile',
    strengthGood: 'Solidité : suffisante',
    strengthStrong: 'Solidité : forte',
    strengthFailed:
      'La solidité du code ne peut pas être vérifiée maintenant. Fermez, et réessayez quand le portail répond.',
  },
  {
    intro:
      'So that nobody signs in your place, not even with the stolen computer. You unlock before the first provisional certificate, and after {minutes} minutes without activity, also without a connection.',
    deviceHelp:
      'Safest and quickest: this computer recognises you as when you open it (fingerprint, face or the computer’s own code).',
    device: 'Use this computer',
    codeInstead: 'Choose a code instead',
    passkeyUnsupported: 'This computer or browser cannot keep the key. Choose a code instead.',
    codeNew: 'New code',
    codeAgain: 'The same code once more',
    codeHelp:
      '{count} characters at least. Several words are easier to remember; capitals, accents and spaces do not count.',
    codeShort: 'Too short: {count} characters at least, spaces not counted.',
    codeLong: 'Too long: {count} characters at most.',
    codeEasy: 'Too easy to guess: add a word, or take the proposed phrase.',
    codeDiffers: 'The two codes differ.',
    codeKeep: 'Keep this code',
    phrase: 'Propose a phrase',
    phraseHelp: 'Write it down and keep it away from this computer: it is not shown again.',
    strengthWeak: 'Strength: too easy',
    strengthGood: 'Strength: sufficient',
    strengthStrong: 'Strength: strong',
    strengthFailed:
      'The strength of the code cannot be checked now. Close, and try again when the portal answers.',
  },
)
