/** The few entries of the agency's nomenclatures that synthetic people need. */

/** Professions: TRE_G15-ProfessionSante. */
export const professions = {
  doctor: { code: '10', label: 'Médecin' },
  pharmacist: { code: '21', label: 'Pharmacien' },
  dentist: { code: '40', label: 'Chirurgien-Dentiste' },
  midwife: { code: '50', label: 'Sage-Femme' },
  nurse: { code: '60', label: 'Infirmier' },
  physiotherapist: { code: '70', label: 'Masseur-Kinésithérapeute' },
  psychologist: { code: '93', label: 'Psychologue' },
} as const

/** Sectors of activity: TRE_R02-SecteurActivite. */
export const sectors = {
  groupPractice: { code: 'SA05', label: 'Cabinet de groupe' },
  singlePractice: { code: 'SA07', label: 'Cabinet individuel' },
  pharmacy: { code: 'SA33', label: "Pharmacie d'officine" },
} as const

/** Categories: TRE_R09-CategorieProfessionnelle. */
export const categoryLabels = { C: 'Civil', M: 'Militaire', E: 'Etudiant' } as const

/** Modes of exercise: TRE_R23-ModeExercice. */
export const modeLabels = { L: 'Libéral', S: 'Salarié' } as const
