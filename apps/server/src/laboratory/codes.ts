/** Codes of tests and results, as laboratories write them, → the kinds and results of screenings. */
import type { Result } from '@sidep/contracts'

export interface CodedValue {
  readonly code: string
  readonly display: string
  /** As written: `LN`, `SCT`, `http://loinc.org` … */
  readonly system: string
}

export interface KnownTest {
  /** A code of `test_kind`. */
  readonly kind: 'pcr' | 'antigen'
  /** The conclusion of the analysis, or one gene of it. */
  readonly isConclusion: boolean
}

// LOINC, component "SARS-CoV-2 (COVID-19) RNA" with property PrThr: presence by amplification, any target.
const pcrConclusions = `94309-2 94500-6 94565-9 94660-8 94759-8 94822-4 94845-5 95406-5 95608-6 96797-6 96829-7
  97098-8 98131-6 98132-4`
// One gene each: ORF1ab, N, E, RdRp, S.
const pcrGenes = `94314-2 94315-9 94316-7 94502-2 94533-7 94534-5 94559-2 94639-2 94640-0 94641-8 94756-4 94757-2
  94758-0 94760-6 94765-5 94766-3 94767-1 95409-9 95425-5 95521-1 95522-9 95824-9 96091-4 96120-1 96123-5 96448-6
  96763-8 96765-3 96957-6 96958-4 96986-5 98493-0 98494-8`
// Presence of antigen, by rapid immunoassay or otherwise.
const antigenConclusions = '94558-4 95209-3 96119-3 97097-0'

const tests: ReadonlyMap<string, KnownTest> = new Map(
  (
    [
      [pcrConclusions, 'pcr', true],
      [pcrGenes, 'pcr', false],
      [antigenConclusions, 'antigen', true],
    ] as const
  ).flatMap(([codes, kind, isConclusion]) =>
    codes.split(/\s+/).map((code): [string, KnownTest] => [code, { kind, isConclusion }]),
  ),
)

const loincSystems: ReadonlySet<string> = new Set(['LN', 'LOINC', 'LNC', 'HTTP://LOINC.ORG', ''])

/** The test that a code names; undefined for any other analysis. */
export const testOf = ({ code, system }: CodedValue): KnownTest | undefined =>
  loincSystems.has(
    system
      .trim()
      .toUpperCase()
      .replace(/^(?:URN:OID:)?2\.16\.840\.1\.113883\.6\.1$/, 'LN'),
  )
    ? tests.get(code.trim())
    : undefined

/** Questions that come with a test: LOINC. */
export const questions = { hasSymptoms: '95419-8', onset: ['65222-2', '11368-8'] } as const

// SNOMED CT; LOINC answers; HL7 tables 0078 and 0085; what French systems write.
const resultCodes: Readonly<Record<Result, string>> = {
  negative: '260415000 260385009 264887000 LA11883-8 LA6577-6 NEG N ND NEGATIF NEGATIVE NEGATIVO',
  positive: `260373001 10828004 840533007 52101004 LA11882-0 LA6576-8 POS P DET POSITIF POSITIVE
    1240581000000104`,
  inconclusive: `419984006 42425007 82334004 125154007 280416009 455371000124106 LA11884-6 LA9663-1 LA15841-2 LA18182-8
    IND I INC INV INDETERMINE INDETERMINATE`,
}
// In words, without accents, in capitals.
const resultWords: Readonly<Record<Result, readonly string[]>> = {
  negative: [
    'NEGATIF',
    'NEGATIVE',
    'NEGATIVE RESULT',
    'NOT DETECTED',
    'UNDETECTED',
    'NON DETECTE',
    'NON DETECTEE',
    'NON DETECTABLE',
    'INDETECTABLE',
    'RECHERCHE NEGATIVE',
    'PCR NEGATIVE',
    'RT PCR NEGATIVE',
    'ABSENCE DE DETECTION',
    'ABSENCE',
    'ABSENT',
    'ABSENCE D ARN',
    'ABSENCE DE SARS COV 2',
  ],
  positive: [
    'POSITIF',
    'POSITIVE',
    'POSITIVE RESULT',
    'DETECTED',
    'DETECTE',
    'DETECTEE',
    'DETECTABLE',
    'RECHERCHE POSITIVE',
    'PCR POSITIVE',
    'RT PCR POSITIVE',
    // Société française de microbiologie, avis of 25 September 2020 on Ct: told apart, and positive.
    'POSITIF FAIBLE',
    'POSITIVE FAIBLE',
    'FAIBLEMENT POSITIF',
    'FAIBLEMENT POSITIVE',
    'PRESENCE',
    'PRESENT',
    'PRESENCE D ARN',
    'PRESENCE DE SARS COV 2',
  ],
  inconclusive: [
    'INDETERMINE',
    'INDETERMINATE',
    'INCONCLUSIVE',
    'EQUIVOCAL',
    'EQUIVOQUE',
    'INVALID',
    'INVALIDE',
    'DOUTEUX',
    'ININTERPRETABLE',
    'NON INTERPRETABLE',
    'NON CONCLUANT',
    'PRELEVEMENT NON CONFORME',
  ],
}

/** Those of ObservationInterpretation that say a result. */
const interpretations: ReadonlySet<string> = new Set(['NEG', 'ND', 'POS', 'DET', 'IND'])

const byCode: ReadonlyMap<string, Result> = new Map(
  (['negative', 'positive', 'inconclusive'] as const).flatMap((result) =>
    resultCodes[result].split(/\s+/).map((code): [string, Result] => [code, result]),
  ),
)

/** Codes of each result by the system that they are of; words of French systems are of none. */
export const resultConcepts: readonly {
  readonly system: string
  readonly code: string
  readonly result: Result
}[] = [...byCode].flatMap(([code, result]) => {
  const system = /^\d+$/.test(code)
    ? 'http://snomed.info/sct'
    : code.startsWith('LA')
      ? 'http://loinc.org'
      : interpretations.has(code)
        ? 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'
        : null
  return system === null ? [] : [{ system, code, result }]
})

/** Codes of tests: LOINC. */
export const testConcepts: readonly string[] = [...tests.keys()]

const byWord: ReadonlyMap<string, Result> = new Map(
  (['negative', 'positive', 'inconclusive'] as const).flatMap((result) =>
    resultWords[result].map((word): [string, Result] => [word, result]),
  ),
)

/** Without accents, in capitals, one blank between words. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim()

const textCharactersMax = 200

/** A result in words; undefined when it says anything else. */
export const resultOfText = (text: string): Result | undefined =>
  text.length > textCharactersMax ? undefined : (byWord.get(plain(text)) ?? byCode.get(plain(text)))

/** A result by its code, or by its words where the code is local. */
export const resultOfCode = ({ code, display }: CodedValue): Result | undefined =>
  byCode.get(code.trim().toUpperCase()) ?? resultOfText(code) ?? resultOfText(display)
