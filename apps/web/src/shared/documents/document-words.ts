import type { Bilingual } from './certificate-document.ts'

/** The fixed words of the printed certificate, in both languages; the page always carries both. */
export const documentTexts = {
  title: { fr: 'Certificat de test', en: 'Test certificate' },
  euCode: { fr: 'Code européen', en: 'EU code' },
  recovery: { fr: 'Certificat de rétablissement', en: 'Certificate of recovery' },
  positiveOn: { fr: 'Premier test positif', en: 'First positive test' },
  validFrom: { fr: 'Valable du', en: 'Valid from' },
  validUntil: { fr: 'Valable jusqu’au', en: 'Valid until' },
  frenchCode: { fr: 'Code français (2D-DOC)', en: 'French code' },
  name: { fr: 'Nom', en: 'Name' },
  firstNames: { fr: 'Prénoms', en: 'First names' },
  birthDate: { fr: 'Date de naissance', en: 'Date of birth' },
  born: { fr: 'Né(e) le', en: 'Born' },
  disease: { fr: 'Maladie', en: 'Disease' },
  test: { fr: 'Test', en: 'Test' },
  device: { fr: 'Dispositif', en: 'Device' },
  sampledAt: { fr: 'Prélèvement', en: 'Sample taken' },
  site: { fr: 'Lieu', en: 'Place' },
  uvci: { fr: 'Identifiant', en: 'Certificate id' },
  retrieval: { fr: 'Retrouver ce résultat', en: 'Find it again' },
  retrievalCode: { fr: 'Code, avec la date de naissance', en: 'Code, with the date of birth' },
  result: { fr: 'Résultat', en: 'Result' },
  negative: { fr: 'Négatif', en: 'Negative' },
  positive: { fr: 'Positif', en: 'Positive' },
  withIdentity: {
    fr: 'À présenter avec une pièce d’identité.',
    en: 'Show it with an identity document.',
  },
  verify: {
    fr: 'Vérifier ce certificat, sans compte et sans qu’il soit conservé :',
    en: 'Check this certificate, without an account and without anything being kept:',
  },
  acceptance: {
    fr: 'La durée pendant laquelle il est accepté dépend des règles du lieu ou du pays.',
    en: 'How long it is accepted depends on the rules of the place or country.',
  },
  noEuCode: {
    fr: 'Pas de code européen : le dispositif utilisé n’est pas sur la liste commune de l’Union. Ce certificat vaut en France.',
    en: 'No EU code: the device used is not on the common list of the Union. This certificate is for use in France.',
  },
  provisional: { fr: 'PROVISOIRE', en: 'PROVISIONAL' },
  provisionalUntil: { fr: 'Accepté jusqu’au', en: 'Accepted until' },
  definitive: { fr: 'Certificat définitif', en: 'Definitive' },
  definitiveHelp: {
    fr: 'Le portail ne répondait pas. Le certificat définitif sera à cette adresse, avec la date de naissance, dès qu’il répond :',
    en: 'The portal did not answer. The definitive certificate will be at this address, with the date of birth, as soon as it does:',
  },
  fold: { fr: 'Pour en faire une carte', en: 'To make it a card' },
  foldBottom: {
    fr: 'Pliez la moitié basse vers l’arrière.',
    en: 'Fold the lower half behind.',
  },
  foldRight: {
    fr: 'Pliez la moitié droite vers l’arrière.',
    en: 'Fold the right half behind.',
  },
  folded: {
    fr: 'Un code de chaque côté ; le résultat reste à l’intérieur.',
    en: 'A code on each side; the result stays inside.',
  },
} as const satisfies Record<string, Bilingual>
