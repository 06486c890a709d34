/** Rules in words, for whoever mends the sender's software: never with what was sent. */
import type { Rule } from './faults.ts'

export type TextLanguage = 'fr' | 'en'

export const texts: Readonly<Record<Rule, Readonly<Record<TextLanguage, string>>>> = {
  NOT_A_MESSAGE: {
    fr: 'Ce n’est ni un message HL7 v2 (MSH d’abord), ni une ressource FHIR en JSON.',
    en: 'Neither an HL7 v2 message (MSH first) nor a FHIR resource in JSON.',
  },
  MESSAGE_TOO_LARGE: { fr: 'Message trop volumineux.', en: 'The message is too large.' },
  DELIMITERS_INVALID: {
    fr: 'MSH-1 et MSH-2 annoncent cinq séparateurs différents, ni lettres ni chiffres : |^~\\&.',
    en: 'MSH-1 and MSH-2 announce five different delimiters, no letters or digits: |^~\\&.',
  },
  MESSAGE_TYPE_NOT_SUPPORTED: {
    fr: 'Type de message non pris en charge : ORU^R01^ORU_R01 attendu.',
    en: 'Message type not supported: ORU^R01^ORU_R01 is expected.',
  },
  MESSAGE_EVENT_NOT_SUPPORTED: {
    fr: 'Événement non pris en charge : R01 attendu.',
    en: 'Event not supported: R01 is expected.',
  },
  VERSION_NOT_SUPPORTED: {
    fr: 'Version non prise en charge : 2.3 à 2.8.',
    en: 'Version not supported: 2.3 to 2.8.',
  },
  PROCESSING_ID_NOT_SUPPORTED: {
    fr: 'Seuls les messages de production (P) sont enregistrés.',
    en: 'Only production messages (P) are recorded.',
  },
  SEGMENT_MISSING: {
    fr: 'Segment ou ressource obligatoire absent.',
    en: 'A required segment or resource is missing.',
  },
  SEGMENT_OUT_OF_ORDER: {
    fr: 'Segment hors de l’ordre d’un ORU_R01.',
    en: 'Segment out of the order of an ORU_R01.',
  },
  SEGMENT_UNKNOWN: {
    fr: 'Ce n’est pas un segment : trois lettres majuscules ou chiffres, puis le séparateur.',
    en: 'Not a segment: three capital letters or digits, then the field separator.',
  },
  BATCH_TRUNCATED: {
    fr: 'Lot incomplet : l’un de FHS, BHS, BTS, FTS manque ou n’est pas à sa place.',
    en: 'Incomplete batch: one of FHS, BHS, BTS, FTS is missing or out of place.',
  },
  BATCH_COUNT_DIFFERS: {
    fr: 'Le lot ne contient pas le nombre de messages annoncé.',
    en: 'The batch does not hold as many messages as it says.',
  },
  TIME_TOO_IMPRECISE: {
    fr: 'Date et heure attendues, au moins à la minute.',
    en: 'A date and time is expected, at least to the minute.',
  },
  TEST_UNKNOWN: {
    fr: 'Aucune analyse prise en charge ici : un code LOINC de recherche du SARS-CoV-2 est attendu.',
    en: 'No test that is taken here: a LOINC code of a test for SARS-CoV-2 is expected.',
  },
  TEST_AMBIGUOUS: {
    fr: 'Plusieurs résultats de la même analyse se contredisent : envoyez la conclusion (LOINC 94500-6).',
    en: 'Several results of one test contradict each other: send the conclusion (LOINC 94500-6).',
  },
  STATUS_CONTRADICTS: {
    fr: 'La demande ou le compte rendu est annulé, et porte pourtant un résultat : envoyez l’état qui est vrai (F en OBR-25, final dans status), ou annulez aussi le résultat.',
    en: 'The order or the report is cancelled and yet tells a result: send the status that is true (F in OBR-25, final in status), or take the result back as well.',
  },
  RESULT_UNKNOWN: {
    fr: 'Résultat non reconnu : positif, négatif ou indéterminé, en SNOMED CT, LOINC ou texte.',
    en: 'Result not recognised: positive, negative or inconclusive, in SNOMED CT, LOINC or text.',
  },
  RESULT_REPEATED: {
    fr: 'Déjà connu avec un autre contenu : une correction se signale (C dans OBX-11, corrected dans status).',
    en: 'Known with another content: a correction says that it is one (C in OBX-11, corrected in status).',
  },
  RESULT_NOT_FOUND: {
    fr: 'Aucun résultat connu sous ce numéro de demande : rien à annuler.',
    en: 'No result is known under this order number: there is nothing to take back.',
  },
  SITE_NOT_YOURS: {
    fr: 'Ce FINESS n’est pas l’un de ceux de ce certificat.',
    en: 'This FINESS is none of those of this certificate.',
  },
  DOCUMENT_UNREADABLE: {
    fr: 'Le document joint ne se décode pas.',
    en: 'The embedded document cannot be decoded.',
  },
  RPPS_INVALID: { fr: 'Numéro RPPS non valide.', en: 'Not a valid RPPS number.' },
  FINESS_INVALID: { fr: 'Numéro FINESS non valide.', en: 'Not a valid FINESS number.' },
  REFERENCE_UNRESOLVED: {
    fr: 'La référence ne mène à aucune ressource du lot.',
    en: 'The reference leads to no resource of the bundle.',
  },
  RESOURCE_NOT_SUPPORTED: {
    fr: 'Ressource ou forme non prise en charge : un Bundle transaction ou message est attendu.',
    en: 'Resource or form not supported: a transaction or message Bundle is expected.',
  },
  MODIFIER_UNKNOWN: {
    fr: 'Extension ou règle qui change le sens de l’élément, et qui n’est pas connue ici.',
    en: 'An extension or rule that changes the meaning of the element, and is not known here.',
  },
  REQUIRED: { fr: 'Champ obligatoire vide.', en: 'A required field is empty.' },
  UNKNOWN_FIELD: { fr: 'Champ inconnu.', en: 'Unknown field.' },
  WRONG_TYPE: { fr: 'Type de donnée incorrect.', en: 'Wrong data type.' },
  TOO_SHORT: { fr: 'Valeur trop courte.', en: 'The value is too short.' },
  TOO_LONG: { fr: 'Valeur trop longue.', en: 'The value is too long.' },
  NOT_ALLOWED: { fr: 'Valeur hors de la table.', en: 'The value is not in the table.' },
  MALFORMED: { fr: 'Valeur mal formée.', en: 'The value is malformed.' },
  ID_NOT_UUIDV7: { fr: 'Identifiant non valide.', en: 'Not a valid identifier.' },
  NAME_EMPTY: { fr: 'Nom absent.', en: 'The name is missing.' },
  NAME_CHARACTERS: {
    fr: 'Le nom contient des caractères qui ne sont pas d’un nom.',
    en: 'The name has characters that are not of a name.',
  },
  NAME_TOO_LONG: { fr: 'Nom de plus de 80 caractères.', en: 'A name of more than 80 characters.' },
  BIRTH_DATE_NOT_REAL: {
    fr: 'Cette date de naissance n’existe pas.',
    en: 'This birth date does not exist.',
  },
  BIRTH_DATE_IN_FUTURE: {
    fr: 'Date de naissance dans le futur.',
    en: 'The birth date lies in the future.',
  },
  BIRTH_DATE_TOO_OLD: { fr: 'Date de naissance trop ancienne.', en: 'The birth date is too old.' },
  SAMPLED_IN_FUTURE: {
    fr: 'Prélèvement daté dans le futur.',
    en: 'The sample is dated in the future.',
  },
  SAMPLED_TOO_OLD: { fr: 'Prélèvement trop ancien.', en: 'The sample is too old.' },
  LATE_REASON_REQUIRED: {
    fr: 'Motif de retard attendu.',
    en: 'A reason for lateness is expected.',
  },
  SAMPLED_BEFORE_BIRTH: {
    fr: 'Prélèvement avant la naissance.',
    en: 'The sample was taken before birth.',
  },
  RESULT_BEFORE_SAMPLING: {
    fr: 'Résultat avant le prélèvement.',
    en: 'The result is of before the sample.',
  },
  RESULT_IN_FUTURE: { fr: 'Résultat daté dans le futur.', en: 'The result lies in the future.' },
  DEVICE_UNKNOWN: {
    fr: 'Dispositif absent de la liste commune européenne.',
    en: 'The device is not on the common EU list.',
  },
  DEVICE_NOT_VALID_THEN: {
    fr: 'Dispositif hors de la liste à la date du prélèvement.',
    en: 'The device was not on the list on the day of the sample.',
  },
  DEVICE_NAME_REQUIRED: { fr: 'Nom du dispositif attendu.', en: 'A device name is expected.' },
  KIND_NOT_PERMITTED: {
    fr: 'Ce type de test ne vient pas par cette voie.',
    en: 'This kind of test does not come this way.',
  },
  DISEASE_UNKNOWN: { fr: 'Maladie inconnue.', en: 'Unknown disease.' },
  PHONE_INVALID: { fr: 'Numéro de téléphone non valide.', en: 'Not a valid phone number.' },
  PHONE_PREMIUM: { fr: 'Numéro surtaxé refusé.', en: 'Premium-rate numbers are refused.' },
  EMAIL_INVALID: { fr: 'Adresse électronique non valide.', en: 'Not a valid e-mail address.' },
  INS_INVALID: {
    fr: 'Matricule INS non valide : 15 caractères, clé comprise.',
    en: 'Not a valid INS: 15 characters, with its key.',
  },
  SYMPTOM_ONSET_INVALID: {
    fr: 'Date de début des symptômes non valide.',
    en: 'Not a valid day of first symptoms.',
  },
}

export const textOf = (rule: Rule, language: TextLanguage): string => texts[rule][language]

/** What who is told to come back is told. */
const laterTexts: Readonly<Record<TextLanguage, (seconds: number) => string>> = {
  fr: (seconds) => `Renvoyez le même message dans ${seconds} s : rien n’est perdu.`,
  en: (seconds) => `Send the same message again in ${seconds} s: nothing is lost.`,
}

export const laterText = (seconds: number, language: TextLanguage): string =>
  laterTexts[language](seconds)
