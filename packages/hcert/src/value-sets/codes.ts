import type { Label } from './label.ts'

/** Field `tg`: eHealth Network value set `disease-agent-targeted`, SNOMED CT. */
export const diseases: Readonly<Record<string, Label>> = {
  '840539006': { fr: 'COVID-19', en: 'COVID-19' },
}

/** Field `tt`: eHealth Network value set `covid-19-lab-test-type`, LOINC parts. */
export const testTypes: Readonly<Record<string, Label>> = {
  'LP217198-3': { fr: 'Test antigénique rapide', en: 'Rapid antigen test' },
  'LP6464-4': {
    fr: 'Test d’amplification d’acides nucléiques (RT-PCR)',
    en: 'Nucleic acid amplification test (RT-PCR)',
  },
}

/** Field `tr`: eHealth Network value set `covid-19-lab-result`, SNOMED CT. */
export const testResults: Readonly<Record<string, Label>> = {
  '260415000': { fr: 'Non détecté (négatif)', en: 'Not detected (negative)' },
  '260373001': { fr: 'Détecté (positif)', en: 'Detected (positive)' },
}
