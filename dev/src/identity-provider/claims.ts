/**
 * A person as Pro Santé Connect's userinfo describes one with `scope_all`.
 * Source: documentation of the userinfo of Pro Santé Connect, and ../shared/vectors/README.md.
 */
import { createHash } from 'node:crypto'
import type { SyntheticProfessional } from '../directory/synthetic-professional.ts'

/** The claims that `scope_all` opens, besides `sub`. */
export const scopeAllClaims = [
  'SubjectNameID',
  'SubjectRefPro',
  'SubjectOrganization',
  'SubjectOrganizationID',
  'SubjectRole',
  'PSI_Locale',
  'Secteur_Activite',
  'Palier_Authentification',
  'UITVersion',
  'Mode_Acces_Raison',
  'codeCivilite',
  'otherIds',
  'preferred_username',
  'family_name',
  'given_name',
] as const

/**
 * The provider's own name for a person: stable, and unlike the national id, so that a client that
 * keys people on `sub` is found out.
 */
export const subjectOf = (nationalId: string): string => {
  const digest = createHash('sha256').update(`subject ${nationalId}`).digest('hex')
  return `f:5cf0d9a2-6e0f-4f53-8f77-4d2c5a1e9b30:${digest.slice(0, 24)}`
}

/** Userinfo of one person. Fields without a value are empty texts, as the original sends them. */
export const claimsOf = (person: SyntheticProfessional): Record<string, unknown> => {
  const [first] = person.activities
  return {
    SubjectNameID: person.nationalId,
    preferred_username: person.nationalId,
    family_name: person.familyName,
    given_name: person.givenName,
    codeCivilite: person.civility.code,
    UITVersion: '1.0',
    PSI_Locale: '1.2.250.1.213.1.3.1.1',
    Mode_Acces_Raison: '',
    Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
    SubjectRole: [`${person.profession.code}^1.2.250.1.213.1.1.5.5`],
    SubjectOrganization: first?.companyName ?? '',
    SubjectOrganizationID: first?.structureId ?? '',
    Secteur_Activite: first === undefined ? '' : `${first.sector.code}^1.2.250.1.71.4.2.4`,
    otherIds: [
      { identifiant: person.nationalId, origine: 'RPPS', qualite: 1 },
      { identifiant: `ESSAI-${person.nationalId.slice(-6)}`, origine: 'EDIT', qualite: 0 },
    ],
    SubjectRefPro: {
      codeCivilite: person.civility.code,
      exercices: [
        {
          codeProfession: person.profession.code,
          codeCategorieProfessionnelle: person.category,
          codeCiviliteDexercice: '',
          nomDexercice: person.familyName,
          prenomDexercice: person.givenName,
          codeTypeSavoirFaire: '',
          codeSavoirFaire: '',
          activities: person.activities.map((activity) => ({
            codeModeExercice: activity.mode,
            codeSecteurDactivite: activity.sector.code,
            codeSectionPharmacien: '',
            codeRole: '',
            codeGenreActivite: 'GENR01',
            numeroSiretSite: '',
            numeroSirenSite: '',
            numeroFinessSite: activity.finess,
            numeroFinessetablissementJuridique: '',
            identifiantTechniqueDeLaStructure: activity.structureId,
            raisonSocialeSite: activity.companyName,
            enseigneCommercialeSite: '',
            complementDestinataire: '',
            complementPointGeographique: '',
            numeroVoie: activity.street.number,
            indiceRepetitionVoie: '',
            codeTypeDeVoie: activity.street.kind,
            libelleVoie: activity.street.name,
            mentionDistribution: '',
            bureauCedex: `${activity.postalCode} ${activity.municipality}`,
            codePostal: activity.postalCode,
            codeCommune: '',
            codePays: '99000',
            telephone: '',
            telephone2: '',
            telecopie: '',
            adresseEMail: '',
            codeDepartement: '',
            ancienIdentifiantDeLaStructure: '',
            autoriteDenregistrement: 'ESSAI/ESSAI/ESSAI',
          })),
        },
      ],
    },
  }
}
