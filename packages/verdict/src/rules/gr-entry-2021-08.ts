import type { CertLogicExpression } from 'certlogic-js'
import {
  antigenTest,
  both,
  covid19,
  either,
  equal,
  field,
  hoursAfter,
  isRecovery,
  isTest,
  isVaccination,
  later,
  notDetected,
  now,
  nowAtTheLatest,
  nucleicAcidTest,
  oneOf,
  today,
  vaccinesOfTheUnion,
  when,
} from './expressions.ts'
import type { Rule, RuleSet } from './rule-set.ts'

// The conditions were renewed weekly under changing numbers with the same content; the directive in
// force on 13 August 2021 was extended on that week to 19 August, 06:00.
const directive =
  'Hellenic Civil Aviation Authority, directive (NOTAM) for international flights in force on 13 August 2021, ' +
  'after the joint ministerial decisions on conditions of entry (such as Δ1α/Γ.Π.οικ. 52561/26.08.2021, ΦΕΚ Β΄ 3954)'

/** Vaccines that Greece accepted beyond those of the Union. */
const otherVaccines = [
  'Covishield',
  'NVX-CoV2373',
  'CoronaVac',
  'Sputnik-V',
  'Convidecia',
  'BBIBP-CorV',
]

const hasBirthDate = field('dob')
const twelfthBirthday: CertLogicExpression = {
  plusTime: [field('dob'), 12, 'year'],
}
const isUnderTwelve = both(hasBirthDate, { before: [today, twelfthBirthday] })

/** Children under 12 need none of it (same directive): each rule holds for them until their birthday. */
const exceptChildren = ({ logic, until, untilOnTheWall, ...rule }: Rule): Rule => ({
  ...rule,
  logic: either(isUnderTwelve, logic),
  ...(until !== undefined && { until: { if: [isUnderTwelve, false, until] } }),
  untilOnTheWall: { if: [isUnderTwelve, twelfthBirthday, untilOnTheWall ?? false] },
})

const isNucleicAcidTest = both(isTest, equal(field('t.0.tt'), nucleicAcidTest))
const isAntigenTest = both(isTest, equal(field('t.0.tt'), antigenTest))

const rules: readonly Rule[] = [
  {
    id: 'GR-ENTRY-GENERAL-1',
    about: 'any',
    code: 'DISEASE_OTHER',
    description: {
      fr: 'Le certificat concerne la covid-19.',
      en: 'The certificate is about COVID-19.',
    },
    source: directive,
    logic: either(
      equal(field('t.0.tg'), covid19),
      either(equal(field('v.0.tg'), covid19), equal(field('r.0.tg'), covid19)),
    ),
  },
  {
    id: 'GR-ENTRY-TEST-1',
    about: 'test',
    code: 'TEST_TYPE_NOT_PERMITTED',
    description: {
      fr: 'Le test est un examen RT-PCR ou un test antigénique.',
      en: 'The test is an RT-PCR or a rapid antigen test.',
    },
    source: directive,
    logic: when(isTest, oneOf(field('t.0.tt'), [antigenTest, nucleicAcidTest])),
  },
  {
    id: 'GR-ENTRY-TEST-2',
    about: 'test',
    code: 'TEST_NOT_NEGATIVE',
    description: { fr: 'Le résultat est négatif.', en: 'The result is negative.' },
    source: directive,
    logic: when(isTest, equal(field('t.0.tr'), notDetected)),
  },
  {
    id: 'GR-ENTRY-TEST-3',
    about: 'test',
    code: 'TEST_IN_FUTURE',
    description: {
      fr: 'Le prélèvement a déjà eu lieu.',
      en: 'The sample has been taken already.',
    },
    source: directive,
    logic: when(isTest, { 'not-after': [hoursAfter('t.0.sc', 0), nowAtTheLatest] }),
  },
  {
    id: 'GR-ENTRY-TEST-4',
    about: 'test',
    code: 'TEST_TOO_OLD',
    description: {
      fr: 'L’examen RT-PCR a été réalisé moins de 72 heures avant l’arrivée.',
      en: 'The RT-PCR test was taken less than 72 hours before arrival.',
    },
    source: directive,
    logic: when(isNucleicAcidTest, { before: [now, hoursAfter('t.0.sc', 72)] }),
    until: { if: [isNucleicAcidTest, hoursAfter('t.0.sc', 72), false] },
  },
  {
    id: 'GR-ENTRY-TEST-5',
    about: 'test',
    code: 'TEST_TOO_OLD',
    description: {
      fr: 'Le test antigénique a été réalisé moins de 48 heures avant l’arrivée.',
      en: 'The rapid antigen test was taken less than 48 hours before arrival.',
    },
    source: directive,
    logic: when(isAntigenTest, { before: [now, hoursAfter('t.0.sc', 48)] }),
    until: { if: [isAntigenTest, hoursAfter('t.0.sc', 48), false] },
  },
  {
    id: 'GR-ENTRY-RECOVERY-1',
    about: 'recovery',
    code: 'RECOVERY_TOO_RECENT',
    description: {
      fr: 'Trente jours ont passé depuis le premier test positif.',
      en: 'Thirty days have passed since the first positive test.',
    },
    source: directive,
    logic: when(isRecovery, { 'not-before': [today, later('r.0.fr', 30, 'day')] }),
  },
  {
    id: 'GR-ENTRY-RECOVERY-2',
    about: 'recovery',
    code: 'RECOVERY_TOO_OLD',
    description: {
      fr: 'Le premier test positif date de 180 jours au plus.',
      en: 'The first positive test was at most 180 days ago.',
    },
    source: directive,
    // The date has no hour: the 180th day counts to its end.
    logic: when(isRecovery, { before: [today, later('r.0.fr', 181, 'day')] }),
    untilOnTheWall: { if: [isRecovery, later('r.0.fr', 181, 'day'), false] },
  },
  {
    id: 'GR-ENTRY-VACCINATION-1',
    about: 'vaccination',
    code: 'VACCINE_NOT_PERMITTED',
    description: {
      fr: 'Le vaccin fait partie de ceux que la Grèce reconnaît.',
      en: 'The vaccine is one that Greece recognises.',
    },
    source: directive,
    logic: when(isVaccination, oneOf(field('v.0.mp'), [...vaccinesOfTheUnion, ...otherVaccines])),
  },
  {
    id: 'GR-ENTRY-VACCINATION-2',
    about: 'vaccination',
    code: 'VACCINATION_INCOMPLETE',
    description: {
      fr: 'Toutes les doses requises ont été administrées.',
      en: 'All required doses have been given.',
    },
    source: directive,
    logic: when(isVaccination, { '>=': [field('v.0.dn'), field('v.0.sd')] }),
  },
  {
    id: 'GR-ENTRY-VACCINATION-3',
    about: 'vaccination',
    code: 'VACCINATION_TOO_RECENT',
    description: {
      fr: 'Quatorze jours ont passé depuis la dernière dose.',
      en: 'Fourteen days have passed since the last dose.',
    },
    source: directive,
    logic: when(isVaccination, { 'not-before': [today, later('v.0.dt', 14, 'day')] }),
  },
]

/** Entry to Greece by air in August 2021. */
export const greekEntry: RuleSet = {
  id: 'GR-entry-air-2021-08',
  country: 'GR',
  purpose: 'entry',
  timeZone: 'Europe/Athens',
  title: {
    fr: 'Entrée en Grèce par avion (août 2021)',
    en: 'Entry to Greece by air (August 2021)',
  },
  // From the directive of 22 July 2021 (180 days after recovery) to that of 10 December 2021 (90).
  inForce: { from: '2021-07-22T06:00:00+03:00', until: '2021-12-10T06:00:00+02:00' },
  rules: rules.map(exceptChildren),
}
