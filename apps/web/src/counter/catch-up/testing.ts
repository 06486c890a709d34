/** Samples for the tests of catch-up entry. */
import type { Catalogue } from '@sidep/contracts'
import type { CheckContext } from './check-row.ts'
import { type Cells, emptyCells } from './columns.ts'
import { isDoubtful } from './doubts.ts'
import type { GridMeans } from './grid-state.ts'
import { settleCell } from './read-cell.ts'
import type { RowOwner } from './row.ts'

const device = (id: string, maker: string, name: string, validUntil: string | null = null) => ({
  id,
  maker,
  name,
  validFrom: null,
  validUntil,
})

export const sampleCatalogue: Catalogue = {
  kinds: [
    {
      code: 'antigen',
      dccTestType: 'LP217198-3',
      loinc: '945584',
      label: { fr: 'Antigénique', en: 'Antigen' },
      atCounter: true,
      minutesToResult: 15,
    },
  ],
  diseases: [{ code: '840539006', label: { fr: 'COVID-19', en: 'COVID-19' } }],
  devices: [
    device('1232', 'Abbott Rapid Diagnostics', 'Panbio COVID-19 Ag Rapid Test'),
    device('2228', 'Roche (SD BIOSENSOR)', 'SARS-CoV-2 Rapid Antigen Test Nasal'),
    device('1604', 'Roche (SD BIOSENSOR)', 'SARS-CoV-2 Antigen Rapid Test'),
    device('1199', 'Oncosem', 'CAT Antigen Covid Rapid Test', '2021-08-01'),
  ],
}

/** Monday 16 August 2021, the first working day after a Friday of papers. */
export const sampleContext: CheckContext = {
  now: new Date('2021-08-16T09:00:00+02:00'),
  timeZone: 'Europe/Paris',
  siteId: '750712184',
  catalogue: sampleCatalogue,
  recentDevices: [],
  kind: { code: 'antigen', minutesToResult: 15 },
  lateReason: 'paper',
}

const sampleRowOwner: RowOwner = {
  professionalId: '899700075122',
  professionalName: 'Anne Le Goff',
  siteId: '750712184',
  siteName: 'Pharmacie du Parvis',
}

export const sampleCells: Cells = {
  ...emptyCells,
  familyName: 'Le Goff',
  firstNames: 'Éloïse',
  birthDate: '03/04/1980',
  sex: 'F',
  device: '1232',
  sampledDay: '13/08/2021',
  sampledTime: '16:30',
  result: 'N',
}

/** Ids in order. */
export const sampleMeans = (): GridMeans => {
  let count = 0
  return {
    newId: () => {
      count += 1
      return `017b3f6a-0000-7000-8000-${String(count).padStart(12, '0')}`
    },
    owner: sampleRowOwner,
    settle: (column, text) => settleCell(column, text, sampleContext),
    isDoubtful: (column, text) => isDoubtful(column, text, sampleContext),
  }
}
