import {
  antigenTest,
  both,
  covid19,
  detected,
  either,
  equal,
  field,
  hoursAfter,
  isNegative,
  isPositive,
  isRecovery,
  isTest,
  isVaccination,
  janssen,
  later,
  not,
  notDetected,
  now,
  nowAtTheLatest,
  nucleicAcidTest,
  oneOf,
  today,
  todayAtTheLatest,
  vaccinesOfTheUnion,
  when,
} from './expressions.ts'
import type { RuleSet } from './rule-set.ts'

const decree =
  'Décret n° 2021-699 of 1 June 2021 as amended by décret n° 2021-1059 of 7 August 2021'

/** Same make as Vaxzevria, recognised by the ANSM as similar to it in summer 2021. */
const recognisedAsSimilar = ['Covishield', 'R-COVI', 'Covid-19-recombinant']

const isJanssen = both(isVaccination, equal(field('v.0.mp'), janssen))

/**
 * A dose beyond the complete course (for people with weak immunity, at that time) restarts no
 * delay: the course was complete before it.
 */
const isFurtherDose = both(isVaccination, { '>': [field('v.0.dn'), field('v.0.sd')] })

/** The French national pass (passe sanitaire) as it was on 13 August 2021. */
export const frenchPass: RuleSet = {
  id: 'FR-pass-2021-08-09',
  country: 'FR',
  purpose: 'pass',
  timeZone: 'Europe/Paris',
  title: { fr: 'Passe sanitaire (août 2021)', en: 'French health pass (August 2021)' },
  // Until tests counted for 24 h only: décret n° 2021-1521 of 25 November 2021.
  inForce: { from: '2021-08-09T00:00:00+02:00', until: '2021-11-29T00:00:00+01:00' },
  rules: [
    {
      id: 'FR-PASS-GENERAL-1',
      about: 'any',
      code: 'DISEASE_OTHER',
      description: {
        fr: 'Le certificat concerne la covid-19.',
        en: 'The certificate is about COVID-19.',
      },
      source: `${decree}, art. 2-2`,
      logic: either(
        equal(field('t.0.tg'), covid19),
        either(equal(field('v.0.tg'), covid19), equal(field('r.0.tg'), covid19)),
      ),
    },
    {
      id: 'FR-PASS-TEST-1',
      about: 'test',
      code: 'TEST_TYPE_NOT_PERMITTED',
      description: {
        fr: 'Le test est un examen RT-PCR ou un test antigénique.',
        en: 'The test is an RT-PCR or a rapid antigen test.',
      },
      source: `${decree}, art. 2-2, 1° and 3°`,
      logic: when(isTest, oneOf(field('t.0.tt'), [antigenTest, nucleicAcidTest])),
    },
    {
      id: 'FR-PASS-TEST-2',
      about: 'test',
      code: 'TEST_RESULT_NOT_USABLE',
      description: {
        fr: 'Le résultat est négatif ou positif.',
        en: 'The result is negative or positive.',
      },
      source: `${decree}, art. 2-2, 1° and 3°`,
      logic: when(isTest, oneOf(field('t.0.tr'), [notDetected, detected])),
    },
    {
      id: 'FR-PASS-TEST-3',
      about: 'test',
      code: 'TEST_IN_FUTURE',
      description: {
        fr: 'Le prélèvement a déjà eu lieu.',
        en: 'The sample has been taken already.',
      },
      source: `${decree}, art. 47-1, I, 1°`,
      logic: when(isTest, { 'not-after': [hoursAfter('t.0.sc', 0), nowAtTheLatest] }),
    },
    {
      id: 'FR-PASS-TEST-4',
      about: 'test',
      code: 'TEST_TOO_OLD',
      description: {
        fr: 'Le test négatif a été réalisé il y a moins de 72 heures.',
        en: 'The negative test was taken less than 72 hours ago.',
      },
      // 72 h for antigen tests too: until 7 August 2021 they counted for 48 h.
      source: `${decree}, art. 47-1, I, 1°`,
      logic: when(isNegative, { before: [now, hoursAfter('t.0.sc', 72)] }),
      until: { if: [isNegative, hoursAfter('t.0.sc', 72), false] },
    },
    {
      id: 'FR-PASS-TEST-5',
      about: 'test',
      code: 'RECOVERY_TOO_RECENT',
      description: {
        fr: 'Le test positif date de plus de onze jours.',
        en: 'The positive test was taken more than eleven days ago.',
      },
      source: `${decree}, art. 2-2, 3°`,
      logic: when(isPositive, { 'not-before': [today, later('t.0.sc', 11, 'day')] }),
    },
    {
      id: 'FR-PASS-TEST-6',
      about: 'test',
      code: 'RECOVERY_TOO_OLD',
      description: {
        fr: 'Le test positif date de moins de six mois.',
        en: 'The positive test was taken less than six months ago.',
      },
      source: `${decree}, art. 2-2, 3°`,
      logic: when(isPositive, { before: [today, later('t.0.sc', 6, 'month')] }),
      untilOnTheWall: { if: [isPositive, later('t.0.sc', 6, 'month'), false] },
    },
    {
      id: 'FR-PASS-RECOVERY-1',
      about: 'recovery',
      code: 'RECOVERY_TOO_RECENT',
      description: {
        fr: 'Le premier test positif date de plus de onze jours.',
        en: 'The first positive test was more than eleven days ago.',
      },
      source: `${decree}, art. 2-2, 3°`,
      logic: when(isRecovery, { 'not-before': [today, later('r.0.fr', 11, 'day')] }),
    },
    {
      id: 'FR-PASS-RECOVERY-2',
      about: 'recovery',
      code: 'RECOVERY_TOO_OLD',
      description: {
        fr: 'Le premier test positif date de moins de six mois.',
        en: 'The first positive test was less than six months ago.',
      },
      source: `${decree}, art. 2-2, 3°`,
      logic: when(isRecovery, { before: [today, later('r.0.fr', 6, 'month')] }),
      untilOnTheWall: { if: [isRecovery, later('r.0.fr', 6, 'month'), false] },
    },
    {
      id: 'FR-PASS-VACCINATION-1',
      about: 'vaccination',
      code: 'VACCINE_NOT_PERMITTED',
      description: {
        fr: 'Le vaccin est autorisé dans l’Union européenne, ou reconnu comme similaire par l’ANSM.',
        en: 'The vaccine is authorised in the European Union, or recognised as similar by the ANSM.',
      },
      source: `${decree}, art. 2-2, 2°, a)`,
      logic: when(
        isVaccination,
        oneOf(field('v.0.mp'), [...vaccinesOfTheUnion, ...recognisedAsSimilar]),
      ),
    },
    {
      id: 'FR-PASS-VACCINATION-2',
      about: 'vaccination',
      code: 'VACCINATION_INCOMPLETE',
      description: {
        fr: 'Toutes les doses requises ont été administrées.',
        en: 'All required doses have been given.',
      },
      source: `${decree}, art. 2-2, 2°, a)`,
      logic: when(isVaccination, { '>=': [field('v.0.dn'), field('v.0.sd')] }),
    },
    {
      id: 'FR-PASS-VACCINATION-3',
      about: 'vaccination',
      code: 'VACCINATION_TOO_RECENT',
      description: {
        fr: 'Vingt-huit jours ont passé depuis la dose unique du vaccin Janssen.',
        en: 'Twenty-eight days have passed since the single dose of the Janssen vaccine.',
      },
      source: `${decree}, art. 2-2, 2°, a)`,
      logic: when(both(isJanssen, not(isFurtherDose)), {
        'not-before': [today, later('v.0.dt', 28, 'day')],
      }),
    },
    {
      id: 'FR-PASS-VACCINATION-4',
      about: 'vaccination',
      code: 'VACCINATION_TOO_RECENT',
      description: {
        fr: 'Sept jours ont passé depuis la dernière dose requise (une seule après une infection).',
        en: 'Seven days have passed since the last required dose (one is enough after an infection).',
      },
      source: `${decree}, art. 2-2, 2°, a)`,
      logic: when(both(isVaccination, both(not(isJanssen), not(isFurtherDose))), {
        'not-before': [today, later('v.0.dt', 7, 'day')],
      }),
    },
    {
      id: 'FR-PASS-VACCINATION-5',
      about: 'vaccination',
      code: 'VACCINATION_IN_FUTURE',
      description: {
        fr: 'La dose a déjà été administrée.',
        en: 'The dose has been given already.',
      },
      source: `${decree}, art. 2-2, 2°, a)`,
      logic: when(isVaccination, { 'not-after': [later('v.0.dt', 0, 'day'), todayAtTheLatest] }),
    },
  ],
}
