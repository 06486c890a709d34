/** What the fake portal says of itself: a catalogue, a professional at a pharmacy, certificates that nobody checks. */
import type { Catalogue, ScreeningEntry, SessionView } from '@sidep/contracts'

export const catalogue: Catalogue = {
  kinds: [
    {
      code: 'antigen',
      dccTestType: 'LP217198-3',
      loinc: '945584',
      label: { fr: 'Test antigénique rapide', en: 'Rapid antigen test' },
      atCounter: true,
      minutesToResult: 15,
    },
  ],
  diseases: [{ code: '840539006', label: { fr: 'COVID-19', en: 'COVID-19' } }],
  devices: [
    {
      id: '1232',
      maker: 'Abbott Rapid Diagnostics',
      name: 'Panbio COVID-19 Ag Rapid Test',
      validFrom: null,
      validUntil: null,
    },
    {
      id: '1341',
      maker: 'Qingdao Hightop Biotech Co., Ltd.',
      name: 'SARS-CoV-2 Antigen Rapid Test (Immunochromatography)',
      validFrom: null,
      validUntil: null,
    },
    {
      id: '2228',
      maker: 'Roche (SD BIOSENSOR)',
      name: 'SARS-CoV-2 Rapid Antigen Test Nasal',
      validFrom: null,
      validUntil: null,
    },
    {
      id: '1199',
      maker: 'Oncosem Onkolojik Sistemler San. ve Tic. A.S.',
      name: 'CAT Antigen Covid Rapid Test',
      validFrom: null,
      validUntil: '2022-01-01',
    },
  ],
}

export const professional: SessionView['professional'] = {
  id: '899700075122',
  familyName: 'Le Goff',
  firstNames: 'Anne',
  profession: '21',
}

/** Long enough to make codes of the usual density; nobody checks their signature here. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const hcert = `HC1:${Array.from({ length: 500 }, (_, index) => alphabet[(index * 17) % 45]).join('')}`
const twoddoc = `DC04FR0300011E2D1E2DB201FRF0JEAN\u001dF1DUPONT\u001dF203041980F3MF4945584\u001dF5NF6231120261430\u001f${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.repeat(4).slice(0, 103)}`

/** @param version its number: another one has other codes */
export const certificateOf = (
  id: string,
  device: string,
  version = 1,
): ScreeningEntry['certificate'] => ({
  hcert: device === 'other' ? null : `${hcert.slice(0, -1)}${version % 10}`,
  twoddoc,
  uvci: `URN:UVCI:01:FR:${id.slice(-12).toUpperCase()}${version === 1 ? '' : version}#K`,
  retrieval: `https://sidep.example/resultat/#${id}`,
})
