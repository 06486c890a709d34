/**
 * Acknowledgements (v2.5.1 §2.9): by the original mode (AA, AE, AR) or the enhanced one (CA, CE, CR, and then the
 * application's), as MSH-15 and MSH-16 wish.
 */
import type { Answer } from '../answer.ts'
import { conditionCodeOf } from '../faults.ts'
import { laterText, type TextLanguage, textOf } from '../texts.ts'
import { type Delimiters, escapeText } from './escape.ts'
import type { ReadMessage } from './message.ts'

export interface AcknowledgeContext {
  readonly now: Date
  /** MSH-10 of an answer. */
  readonly newControlId: () => string
}

const usual: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escape: '\\',
  subcomponent: '&',
}

const letters = { accepted: 'A', faulty: 'E', later: 'R' } as const

/** YYYYMMDDHHMMSS+0000 */
const timeOf = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}+0000`

/** ERR as of 2.5 has what is wrong in fields of their own; before, in one. */
const hasFullErrors = (version: string): boolean => !/^2\.[1-4]/.test(version)

const errorSegments = (
  answer: Answer,
  version: string,
  language: TextLanguage,
  { field, component, subcomponent, ...rest }: Delimiters,
): string[] => {
  const escaped = (text: string): string =>
    escapeText(text, { field, component, subcomponent, ...rest })
  if (answer.kind === 'accepted') return []
  if (answer.kind === 'later') {
    const { code, retryAfterSeconds } = answer
    const text = escaped(laterText(retryAfterSeconds, language))
    const condition = ['207', 'Application internal error', 'HL70357'].join(component)
    return hasFullErrors(version)
      ? [['ERR', '', '', condition, 'E', code, retryAfterSeconds, '', text].join(field)]
      : [['ERR', ['', '', '', ['207', text].join(subcomponent)].join(component)].join(field)]
  }
  return answer.faults.map(({ location, rule }) => {
    const place = location.split('^').join(component)
    const text = escaped(textOf(rule, language))
    const code = conditionCodeOf(rule)
    if (hasFullErrors(version)) {
      return [
        'ERR',
        '',
        place,
        [code, '', 'HL70357'].join(component),
        'E',
        rule,
        '',
        '',
        text,
      ].join(field)
    }
    const [segment, number = '', position = ''] = location.split('^')
    return [
      'ERR',
      [segment, number, position, [code, text].join(subcomponent)].join(component),
    ].join(field)
  })
}

/** Whether one is wished: always, never, of errors, of successes (table 0155). */
const isWished = (wish: string, answer: Answer): boolean =>
  wish === 'AL' || wish === (answer.kind === 'accepted' ? 'SU' : 'ER')

/** MSH and MSA codes that are due, in order. */
const codesFor = (answer: Answer, message: ReadMessage | null): string[] => {
  const letter = letters[answer.kind]
  const [accept = '', application = ''] = [15, 16].map((field) => message?.header.text(field) ?? '')
  if (accept === '' && application === '') return [`A${letter}`]
  const committed = isWished(accept, answer) ? [`C${letter}`] : []
  // What was not accepted in the first place has no application's answer after it (§2.9.3), unless that alone was wished.
  const isOver = answer.kind !== 'accepted' && committed.length > 0
  return isWished(application, answer) && !isOver ? [...committed, `A${letter}`] : committed
}

export const languageOf = (message: ReadMessage | null): TextLanguage =>
  message?.header.text(19).toLowerCase().startsWith('en') === true ? 'en' : 'fr'

/** In the sender's character set, as far as it is one of two. */
const encode = (text: string, characterSet: string): Uint8Array =>
  /utf/i.test(characterSet)
    ? Buffer.from(text, 'utf8')
    : Buffer.from(text.replaceAll('’', "'").replace(/[^\x00-\xff]/g, '?'), 'latin1')

/**
 * The acknowledgements of a message, each to be sent in a frame of its own.
 *
 * @param message null when what came could not be read as one
 */
export const acknowledge = (
  message: ReadMessage | null,
  answer: Answer,
  { now, newControlId }: AcknowledgeContext,
): Uint8Array[] => {
  const delimiters = message?.delimiters ?? usual
  const { field, component, repetition, escape: sign, subcomponent } = delimiters
  const said = (at: number, part = 1): string =>
    escapeText(message?.header.text(at, { component: part }) ?? '', delimiters)
  const party = (at: number): string => {
    const parts = [1, 2, 3].map((part) => said(at, part))
    return parts.slice(0, parts.findLastIndex((part) => part !== '') + 1).join(component)
  }
  const version = message?.header.text(12) || '2.5.1'
  const language = languageOf(message)
  const characterSet = message?.characterSet || '8859/1'
  const errors = errorSegments(answer, version, language, delimiters)
  return codesFor(answer, message).map((code) => {
    const event = said(9, 2)
    const header = [
      `MSH${field}${component}${repetition}${sign}${subcomponent}`,
      party(5),
      party(6),
      party(3),
      party(4),
      timeOf(now),
      '',
      ['ACK', ...(event === '' ? [] : [event, 'ACK'])].join(component),
      newControlId(),
      said(11) || 'P',
      escapeText(version, delimiters),
      '',
      '',
      // An acknowledgement of an acknowledgement is nobody's wish.
      ...(code.startsWith('C') ? ['NE', 'NE'] : ['', '']),
      '',
      escapeText(characterSet, delimiters),
    ].join(field)
    const outcome = ['MSA', code, said(10)].join(field)
    return encode([header, outcome, ...errors, ''].join('\r'), characterSet)
  })
}
