import { defineMessages } from '../shared/messages/catalogue.ts'

/** Words of what stands below the camera, which comes behind the page. */
export const footMessages = defineMessages(
  {
    typeText: 'Saisir ou coller le texte du code',
    typedLabel: 'Texte du code',
    typedHelp: 'Il commence par HC1:, FC1: ou DC, ou c’est l’adresse d’une fiche.',
    typedEmpty: 'Collez d’abord le texte du code.',
    verify: 'Vérifier',
    privacy:
      'Tout se passe sur cet appareil : rien n’est transmis ; seuls les nombres de la soirée y restent.',
    tallyTitle: 'Contrôlés ce soir sur cet appareil',
    tallyAccepted: { one: '{count} valide', other: '{count} valides' },
    tallyRefused: { one: '{count} non valide', other: '{count} non valides' },
    tallyUnreadable: { one: '{count} illisible', other: '{count} illisibles' },
    tallySlips: { one: '{count} fiche lue', other: '{count} fiches lues' },
    tallyReset: 'Remettre à zéro',
    soundOn: 'Activer le son',
    soundOff: 'Couper le son',
    share: 'Transmettre les données à un autre appareil',
  },
  {
    typeText: 'Type or paste the text of the code',
    typedLabel: 'Text of the code',
    typedHelp: 'It begins with HC1:, FC1: or DC, or is the address of a slip.',
    typedEmpty: 'Paste the text of the code first.',
    verify: 'Check',
    privacy:
      'All of it happens on this device: nothing is sent; only the numbers of the evening stay on it.',
    tallyTitle: 'Checked this evening on this device',
    tallyAccepted: { one: '{count} valid', other: '{count} valid' },
    tallyRefused: { one: '{count} not valid', other: '{count} not valid' },
    tallyUnreadable: { one: '{count} unreadable', other: '{count} unreadable' },
    tallySlips: { one: '{count} slip read', other: '{count} slips read' },
    tallyReset: 'Start again from zero',
    soundOn: 'Turn the sound on',
    soundOff: 'Turn the sound off',
    share: 'Hand the data to another device',
  },
)
