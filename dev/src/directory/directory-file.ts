/** Writes people as the agency's file has them: one line an activity, columns by `|`, UTF-8. */
import { type DirectoryColumn, directoryColumns } from './columns.ts'
import { categoryLabels, modeLabels } from './nomenclatures.ts'
import type { SyntheticActivity, SyntheticProfessional } from './synthetic-professional.ts'

const streetLabels: Readonly<Record<string, string>> = {
  R: 'Rue',
  AV: 'Avenue',
  PL: 'Place',
  BD: 'Boulevard',
  CRS: 'Cours',
  QUAI: 'Quai',
}

const valuesOf = (
  person: SyntheticProfessional,
  activity: SyntheticActivity,
): Partial<Record<DirectoryColumn, string>> => ({
  "Type d'identifiant PP": person.nationalId.slice(0, 1),
  'Identifiant PP': person.nationalId.slice(1),
  'Identification nationale PP': person.nationalId,
  'Code civilité': person.civility.code,
  'Libellé civilité': person.civility.label,
  "Nom d'exercice": person.familyName,
  "Prénom d'exercice": person.givenName,
  'Code profession': person.profession.code,
  'Libellé profession': person.profession.label,
  'Code catégorie professionnelle': person.category,
  'Libellé catégorie professionnelle': categoryLabels[person.category],
  'Code mode exercice': activity.mode,
  'Libellé mode exercice': modeLabels[activity.mode],
  'Numéro FINESS site': activity.finess,
  'Identifiant technique de la structure': activity.structureId,
  'Raison sociale site': activity.companyName,
  'Numéro Voie (coord. structure)': activity.street.number,
  'Code type de voie (coord. structure)': activity.street.kind,
  'Libellé type de voie (coord. structure)': streetLabels[activity.street.kind] ?? '',
  'Libellé Voie (coord. structure)': activity.street.name,
  'Bureau cedex (coord. structure)': `${activity.postalCode} ${activity.municipality}`,
  'Code postal (coord. structure)': activity.postalCode,
  'Libellé commune (coord. structure)': activity.municipality,
  'Code pays (coord. structure)': '99000',
  'Libellé pays (coord. structure)': 'France',
  'Adresse e-mail (coord. structure)':
    activity.finess === '' ? '' : `contact@${activity.finess.toLowerCase()}.example`,
  "Autorité d'enregistrement": 'ESSAI/ESSAI/ESSAI',
  "Code secteur d'activité": activity.sector.code,
  "Libellé secteur d'activité": activity.sector.label,
  'Code genre activité': 'GENR01',
  'Libellé genre activité': 'Activité standard de soin ou de pharmacien',
})

/** One line of the file, without its line break; the original ends each line with a `|` as well. */
export const directoryLine = (
  person: SyntheticProfessional,
  activity: SyntheticActivity,
): string => {
  const values = valuesOf(person, activity)
  return `${directoryColumns.map((column) => values[column] ?? '').join('|')}|`
}

/** The whole file, header first. */
export const directoryFile = (people: readonly SyntheticProfessional[]): string =>
  [
    `${directoryColumns.join('|')}|`,
    ...people.flatMap((person) =>
      person.activities.map((activity) => directoryLine(person, activity)),
    ),
    '',
  ].join('\n')
