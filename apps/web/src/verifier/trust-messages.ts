import { defineMessages } from '../shared/messages/catalogue.ts'

/** Words about data that comes and goes by codes: of parts that are loaded after the page. */
export const trustMessages = defineMessages(
  {
    noticeTaken: 'Avis de tolérance enregistré : il est appliqué dès maintenant.',
    extended: 'Données mises à jour par les codes.',
    extensionMore: '{read} codes lus sur {count}. Il manque : {missing}.',
    extensionIncomplete:
      'Les codes ont été lus, mais il manque à cet appareil des parties qu’ils ne contiennent pas. Ce qu’il avait reste utilisé.',
    trustCodeRefused:
      'Ce code de données n’a pas été pris : illisible, plus ancien, terminé, ou signé par une autre autorité. Rien n’a changé.',
    shareTitle: 'Transmettre les données',
    shareWords:
      'Sur l’autre appareil, ouvrez cette page et filmez ces codes l’un après l’autre. Ils ne disent rien de personne.',
    shareNone: 'Il n’y a rien à transmettre sur cet appareil.',
    sharePlace: 'Code {place} sur {count}',
    sharePause: 'Arrêter le défilement',
    shareRun: 'Faire défiler',
    shareNext: 'Code suivant',
    shareClose: 'Fermer',
  },
  {
    noticeTaken: 'Tolerance notice taken: it is applied from now on.',
    extended: 'Data updated by the codes.',
    extensionMore: '{read} codes of {count} read. Still missing: {missing}.',
    extensionIncomplete:
      'The codes were read, but this device lacks parts that they do not hold. What it had is still used.',
    trustCodeRefused:
      'Nothing was taken from this data code: unreadable, older, over, or signed by another authority. Nothing has changed.',
    shareTitle: 'Hand the data on',
    shareWords:
      'Open this page on the other device and point it at these codes, one after the other. They say nothing of anybody.',
    shareNone: 'There is nothing to hand on from this device.',
    sharePlace: 'Code {place} of {count}',
    sharePause: 'Stop turning',
    shareRun: 'Turn by itself',
    shareNext: 'Next code',
    shareClose: 'Close',
  },
)
