/** What the portal asks of each type beyond FHIR itself, as profiles say it. */

export interface Demand {
  /** Within the resource. */
  readonly path: string
  /** In French, as all that is published. */
  readonly short: string
  readonly min?: 1
  readonly bound?: { readonly valueSet: string; readonly strength: 'required' | 'preferred' }
}

export type ProfiledType =
  | 'Bundle'
  | 'Patient'
  | 'Observation'
  | 'Specimen'
  | 'DiagnosticReport'
  | 'ServiceRequest'
  | 'Practitioner'
  | 'Organization'

export interface Profile {
  readonly type: ProfiledType
  readonly id: string
  readonly name: string
  readonly title: string
  readonly demands: readonly Demand[]
}

const profile = (type: ProfiledType, title: string, demands: readonly Demand[]): Profile => ({
  type,
  id: `sidep-${type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}`,
  name: `Sidep${type}`,
  title,
  demands,
})

export const profiles: readonly Profile[] = [
  profile('Bundle', 'Résultats d’un laboratoire', [
    { path: 'identifier', short: 'Nomme le lot chez son émetteur' },
    { path: 'type', short: 'transaction ou message', min: 1 },
    { path: 'timestamp', short: 'Moment où le lot a été fait' },
    { path: 'entry', short: 'Au moins un Observation et un Patient ; au plus 3 840', min: 1 },
  ]),
  profile('Patient', 'Personne testée', [
    { path: 'identifier', short: 'INS (1.2.250.1.213.1.4.8, .9, .10 de test, .11)' },
    {
      path: 'name',
      short: 'L’état civil : official, sinon maiden, sinon le premier en usage',
      min: 1,
    },
    { path: 'name.family', short: 'Nom de naissance' },
    { path: 'name.given', short: 'Prénoms' },
    { path: 'telecom', short: 'Mobile et courriel, pour avertir la personne' },
    { path: 'gender', short: 'Sexe ; absent : inconnu' },
    { path: 'birthDate', short: 'Date, mois ou année de naissance', min: 1 },
    { path: 'address', short: 'Code postal du domicile' },
  ]),
  profile('Observation', 'Conclusion d’une recherche du SARS-CoV-2', [
    { path: 'status', short: 'preliminary, final, corrected, entered-in-error …', min: 1 },
    {
      path: 'code',
      short: 'Un code LOINC de la liste',
      min: 1,
      bound: { valueSet: 'sidep-tests', strength: 'required' },
    },
    { path: 'subject', short: 'Le Patient du même lot', min: 1 },
    { path: 'effective[x]', short: 'Moment du prélèvement, si Specimen ne le dit pas' },
    { path: 'issued', short: 'Moment du résultat' },
    { path: 'performer', short: 'Practitioner (RPPS) et Organization (FINESS)' },
    {
      path: 'value[x]',
      short: 'Le résultat : un code, ou ses mots en français ou en anglais',
      bound: { valueSet: 'sidep-results', strength: 'preferred' },
    },
    { path: 'method', short: 'Dispositif de la liste européenne, pour un test antigénique' },
    { path: 'specimen', short: 'Le Specimen du même lot' },
  ]),
  profile('Specimen', 'Prélèvement', [
    { path: 'identifier', short: 'Numéro du prélèvement' },
    { path: 'subject', short: 'Le Patient du même lot' },
    { path: 'collection', short: 'Quand' },
    { path: 'collection.collected[x]', short: 'Moment du prélèvement, à la minute au moins' },
  ]),
  profile('DiagnosticReport', 'Compte rendu', [
    { path: 'identifier', short: 'Numéro du dossier : nomme le résultat dans tous les envois' },
    { path: 'subject', short: 'Le Patient de ses résultats' },
    { path: 'result', short: 'Les Observation du même lot' },
  ]),
  profile('ServiceRequest', 'Demande', [
    { path: 'identifier', short: 'Numéro de la demande, à défaut de celui du dossier' },
    { path: 'subject', short: 'Le Patient du même lot', min: 1 },
  ]),
  profile('Practitioner', 'Qui répond du résultat', [
    { path: 'identifier', short: 'RPPS (1.2.250.1.71.4.2.1)' },
  ]),
  profile('Organization', 'Le site', [
    { path: 'identifier', short: 'FINESS (1.2.250.1.71.4.2.2)' },
  ]),
]
