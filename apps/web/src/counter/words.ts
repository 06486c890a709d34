import type { Person, Result, SessionView } from '@sidep/contracts'
import { saysNoName } from '@sidep/identifiers'
import { dateWords } from '../shared/messages/date-words.ts'
import type { FormFault } from './form/validate.ts'

/** The catalogue's key for what is wrong with a field. */
export const faultKey = <Fault extends FormFault>(fault: Fault): `fault_${Fault}` =>
  `fault_${fault}` as const

/** Somebody may have one name only, and the field of the other a dash. */
const isName = (text: string): boolean => text !== '' && !saysNoName(text)

/** First names, then the name in capitals, as on French forms: no doubt which is which. */
export const fullName = ({
  familyName,
  firstNames,
}: Pick<Person, 'familyName' | 'firstNames'>): string =>
  [firstNames, familyName.toLocaleUpperCase('fr')].filter(isName).join(' ')

/** Who is at the keyboard, and who answers for what is done there: the same person unless somebody delegated. */
export const inWhoseName = ({
  operator,
  professional,
}: Pick<SessionView, 'operator' | 'professional'>): { operator: string; responsible: string } => {
  const responsible = fullName(professional)
  return { operator: operator ? fullName(operator) : responsible, responsible }
}

/** `15:30`, or `vendredi à 15:30` for what began before today. */
export const outageTime = (at: Date, locale: string, timeZone: string): string => {
  const dayOf = (time: Date): string => time.toLocaleDateString(locale, { timeZone })
  const isToday = dayOf(at) === dayOf(new Date())
  const day = isToday ? {} : ({ weekday: 'long' } as const)
  const clock = { hour: '2-digit', minute: '2-digit', timeZone } as const
  return dateWords(at, locale, { ...day, ...clock })
}

/** `14:32` on the clock of the site. */
export const clockTime = (at: Date, locale: string, timeZone: string): string =>
  dateWords(at, locale, { hour: '2-digit', minute: '2-digit', timeZone })

export const resultTone = (result: Result): 'good' | 'bad' | 'warn' =>
  result === 'negative' ? 'good' : result === 'positive' ? 'bad' : 'warn'

export const resultIcon = (result: Result): 'tick' | 'warning' | 'question' =>
  result === 'negative' ? 'tick' : result === 'positive' ? 'warning' : 'question'

export const results = ['negative', 'positive', 'inconclusive'] as const satisfies readonly Result[]

interface Key {
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/** A letter alone: with Ctrl or Alt it belongs to the browser. */
const letterOf = (event: Key): string =>
  event.ctrlKey || event.altKey || event.metaKey ? '' : event.key.toLowerCase()

const resultKeys: Partial<Record<string, Result>> = {
  n: 'negative',
  p: 'positive',
  i: 'inconclusive',
}

/** The keys N, P and I. */
export const resultOfKey = (event: Key): Result | undefined => resultKeys[letterOf(event)]

const sexKeys: Partial<Record<string, 'M' | 'F' | 'U'>> = { f: 'F', m: 'M', h: 'M', i: 'U', u: 'U' }

/** F, M (or H), I (or U), in the field of the sex. */
export const sexOfKey = (event: Key): 'M' | 'F' | 'U' | undefined => sexKeys[letterOf(event)]

export const shortcutOf: Record<Result, string> = {
  negative: 'N',
  positive: 'P',
  inconclusive: 'I',
}
