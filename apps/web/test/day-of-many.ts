/** A day at a busy site, for the lists of the counter. */
import type { ScreeningEntry } from '@sidep/contracts'
import type { MockServer } from './mock-server.ts'

const families = ['Martin', 'Bernard', 'Le Goff', 'Petit', 'Nguyễn', 'Moreau', 'Müller', 'Garcia']
const firstNames = ['Camille', 'Éloïse', 'Noé', 'Anne Marie', 'Zoé']

const idOf = (index: number): string => `0199c1b0-0000-7000-8000-${String(index).padStart(12, '0')}`

interface EntryOptions {
  readonly index: number
  readonly sampledAt: Date
  readonly result?: ScreeningEntry['result']
  readonly familyName?: string
}

/** One of many: a name that is found again by its number. */
export const entryOf = ({
  index,
  sampledAt,
  result = null,
  familyName = `${families[index % families.length]} ${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[index % 26]}`,
}: EntryOptions): ScreeningEntry => ({
  id: idOf(index),
  state: result === null ? 'waiting' : 'final',
  person: {
    familyName,
    firstNames: firstNames[index % firstNames.length] ?? '',
    birthDate: `19${50 + (index % 50)}-04-${String(1 + (index % 28)).padStart(2, '0')}`,
    sex: 'F',
  },
  kind: 'antigen',
  disease: '840539006',
  device: '1232',
  deviceName: null,
  sampledAt: sampledAt.toISOString(),
  recordedAt: sampledAt.toISOString(),
  result,
  certificate: null,
})

/** So many results of today, one after the other up to now, and some who wait. */
export const addDay = (server: MockServer, done: number, waiting: number): void => {
  const now = Date.now()
  for (let index = 0; index < done; index += 1)
    server.portal.add(
      entryOf({ index, sampledAt: new Date(now - index * 1_000), result: 'inconclusive' }),
    )
  for (let index = done; index < done + waiting; index += 1)
    server.portal.add(entryOf({ index, sampledAt: new Date(now - (index - done) * 10_000) }))
}
