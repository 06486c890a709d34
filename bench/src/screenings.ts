/** Invented screenings as a counter sends them, different from one to the next. */
import { routes, type ScreeningInput } from '@sidep/contracts'
import { makeUuidV7 } from '@sidep/identifiers'
import type { Asked } from './connection.ts'

const families = ['ESSAI-Lefèvre', 'ESSAI-Nguyễn', 'ESSAI-Le Goff', 'ESSAI-Öztürk', 'ESSAI-Dupont']
const given = ['Noémie Anaïs', 'Jean-François', 'Gaël', 'Zoé', 'Ilyès', 'Maëlys', 'Thuy']

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

const twoDigits = (value: number): string => value.toString().padStart(2, '0')

/** Number `index` of a run: a negative antigen test sampled a quarter of an hour before `now`. */
export const inventScreening = (index: number, now: Date): ScreeningInput => {
  const sampledAt = new Date(now.getTime() - 15 * 60_000)
  return {
    id: makeUuidV7(now, randomBytes),
    person: {
      familyName: families[index % families.length] ?? 'ESSAI',
      firstNames: given[index % given.length] ?? 'Camille',
      birthDate: `${1940 + (index % 70)}-${twoDigits(1 + (index % 12))}-${twoDigits(1 + (index % 28))}`,
      sex: index % 2 === 0 ? 'F' : 'M',
      contact: { phone: `06${(10_000_000 + (index % 80_000_000)).toString()}`, language: 'fr' },
    },
    kind: 'antigen',
    device: '1232',
    sampledAt: sampledAt.toISOString(),
    result: 'negative',
    resultAt: now.toISOString(),
    reason: 'pass',
  }
}

/** A screening as a request, with what lets it in. */
export const postingOf = (
  screening: ScreeningInput,
  credentials: Readonly<Record<string, string>>,
): Asked => ({
  method: 'POST',
  path: routes.screenings,
  headers: { 'content-type': 'application/json', ...credentials },
  body: JSON.stringify(screening),
})

/** Number `index` of a run as a request. */
export const screeningAsked = (index: number, origin: string, cookie: string): Asked =>
  postingOf(inventScreening(index, new Date()), { origin, cookie })
