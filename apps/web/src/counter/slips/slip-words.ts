import type { Bilingual } from '../../shared/documents/certificate-document.ts'

/** The fixed words of a slip and of its register; paper carries both languages. */
export const slipWords = {
  title: { fr: 'Fiche de test', en: 'Test slip' },
  validUntil: { fr: 'Valable jusqu’au', en: 'until' },
  persons: {
    fr: 'Pour vous seul(e) : pliez ici avant de montrer la fiche',
    en: 'For you alone: fold here before showing the slip',
  },
  where: {
    fr: 'Votre certificat, une fois la fiche saisie : scannez ce code, ou tapez-le sur {page}, puis votre date de naissance.',
    en: 'Your certificate, once the slip is entered: scan this code or type it at that address, then your date of birth.',
  },
  familyName: { fr: 'Nom de naissance', en: 'Name at birth' },
  firstNames: { fr: 'Prénoms', en: 'First names' },
  birthDate: { fr: 'Né(e) le', en: 'Born' },
  sex: { fr: 'Sexe', en: 'Sex' },
  phone: { fr: 'Téléphone', en: 'Phone' },
  device: { fr: 'Test utilisé', en: 'Test used' },
  sampled: { fr: 'Prélevé le, à', en: 'Sample taken on, at' },
  result: { fr: 'Résultat', en: 'Result' },
  negative: { fr: 'Négatif', en: 'Negative' },
  positive: { fr: 'Positif', en: 'Positive' },
  inconclusive: { fr: 'Indéterminé', en: 'Inconclusive' },
  stamp: { fr: 'Cachet et signature', en: 'Stamp and signature' },
  checking: {
    fr: 'Code de contrôle : la feuille est garantie, pas l’écriture. Comparez avec une pièce d’identité.',
    en: 'Checking code: the sheet is vouched for, not the writing. Compare with an identity document.',
  },
  registerTitle: { fr: 'Registre à garder au comptoir', en: 'Register to keep at the counter' },
  registerHelp: {
    fr: 'La fiche part avec la personne : recopiez-la ici avant de la remettre. Quand le service revient, c’est ce registre que l’on saisit, dans « Rattrapage ».',
    en: 'The slip leaves with the person: copy it here before handing it over. Once the service is back, this register is what you enter, under “Catch-up”.',
  },
} as const satisfies Record<string, Bilingual>
