import type { TestDocument, TwoddocDocument, VaccinationDocument } from '@sidep/twoddoc'
import type { RulePayload } from './rule-data.ts'

const covid19 = '840539006'

/** LOINC analyses in 2D-DOC F4 and the DCC test type that each stands for (EU value set, version 1). */
const testTypes: Readonly<Record<string, string>> = {
  '94558-4': 'LP217198-3', // SARS-CoV-2 antigen, rapid immunoassay
  '94309-2': 'LP6464-4', // RNA, nucleic acid amplification with probe detection
  '94500-6': 'LP6464-4', // the same, respiratory specimen
  '94845-5': 'LP6464-4', // the same, saliva
}

/** SNOMED CT: not detected, detected. Indeterminate and not done have no code in the DCC. */
const testResults: Readonly<Partial<Record<TestDocument['result'], string>>> = {
  N: '260415000',
  P: '260373001',
}

/** Vaccine names as French certificates print them, and their EU register numbers. */
const vaccineProducts: readonly (readonly [RegExp, string])[] = [
  [/COMIRNATY|PFIZER|BIONTECH/, 'EU/1/20/1528'],
  [/SPIKEVAX|MODERNA/, 'EU/1/20/1507'],
  [/COVISHIELD/, 'Covishield'],
  [/VAXZEVRIA|ASTRAZENECA|ASTRA ZENECA/, 'EU/1/21/1529'],
  [/JANSSEN|JOHNSON/, 'EU/1/20/1525'],
]

/**
 * A 2D-DOC in the shape of an EU certificate's payload, so that the same rules apply to it. What
 * the EU value sets have no word for is left as it is: no rule accepts it.
 */
export const payloadOf2dDoc = (document: TwoddocDocument): RulePayload => ({
  ver: '1.3.0',
  nam: { fn: document.familyName, gn: document.firstNames },
  dob: document.birthDate,
  ...(document.type === 'B2' ? { t: [testOf(document)] } : { v: [vaccinationOf(document)] }),
})

const testOf = ({ loinc, result, sampledAt }: TestDocument): Readonly<Record<string, unknown>> => ({
  tg: covid19,
  tt: testTypes[loinc] ?? loinc,
  tr: testResults[result] ?? result,
  sc: sampledAt.toISOString(),
  co: 'FR',
})

const vaccinationOf = (vaccination: VaccinationDocument): Readonly<Record<string, unknown>> => {
  const { disease, agent, vaccine, maker, doseNumber, dosesTotal, vaccinatedOn, cycle } =
    vaccination
  const product = vaccineProducts.find(([name]) => name.test(vaccine.toUpperCase()))
  return {
    tg: /COVID-?19/i.test(disease) ? covid19 : disease,
    vp: agent,
    mp: product?.[1] ?? vaccine,
    ma: maker,
    dn: doseNumber,
    // The state of the cycle decides, whatever the numbers say: one dose of two completes it after an infection (TE).
    sd: cycle === 'CO' ? Math.max(dosesTotal, doseNumber + 1) : Math.min(dosesTotal, doseNumber),
    dt: vaccinatedOn,
    co: 'FR',
  }
}
