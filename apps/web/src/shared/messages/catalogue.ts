/**
 * Texts live in catalogues, one a room, typed: a key that is missing in one language, or a
 * placeholder without its value, does not compile.
 */

export const languages = ['fr', 'en'] as const
export type Language = (typeof languages)[number]

/** BCP 47 tags for dates, numbers and the component library. */
export const localeOf: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' }

/** A text that changes with `{count}`; `one` covers 0 and 1 in French, only 1 in English (CLDR). */
interface Plural {
  readonly one: string
  readonly other: string
}
type Message = string | Plural
export type Messages = Readonly<Record<string, Message>>

type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never
type TextOf<M extends Message> = M extends Plural ? M['one'] | M['other'] : M
/** Names between braces in a message. */
type PlaceholdersOf<M extends Message> = Placeholder<TextOf<M> & string>

export interface Catalogue<M extends Messages> {
  readonly fr: M
  readonly en: { readonly [Key in keyof M]: M[Key] extends string ? string : Plural }
}

/**
 * Declares a room's texts; French gives the keys and the placeholders.
 *
 * @example
 * const texts = defineMessages(
 *   { toSend: { one: '{count} dépistage à transmettre', other: '{count} dépistages à transmettre' } },
 *   { toSend: { one: '{count} screening to send', other: '{count} screenings to send' } },
 * )
 */
export const defineMessages = <const M extends Messages>(
  fr: M,
  en: Catalogue<M>['en'],
): Catalogue<M> => ({ fr, en })

type MessageValues = Readonly<Record<string, string | number>>

/** Values a key needs: none for a plain text, one a placeholder otherwise. */
type ValuesFor<M extends Message> = [PlaceholdersOf<M>] extends [never]
  ? []
  : [values: { readonly [Name in PlaceholdersOf<M>]: string | number }]

export type Translate<M extends Messages> = <Key extends keyof M & string>(
  key: Key,
  ...values: ValuesFor<M[Key]>
) => string

const pluralRules = new Map<Language, Intl.PluralRules>()
const pluralRulesOf = (language: Language): Intl.PluralRules => {
  const rules = pluralRules.get(language) ?? new Intl.PluralRules(localeOf[language])
  pluralRules.set(language, rules)
  return rules
}

const choose = (message: Message, language: Language, values: MessageValues): string => {
  if (typeof message === 'string') return message
  const category = pluralRulesOf(language).select(Number(values.count ?? 0))
  return category === 'one' ? message.one : message.other
}

const fill = (text: string, values: MessageValues, language: Language): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? value.toLocaleString(localeOf[language]) : value
  })

/** French sets a space that does not break before its tall signs and inside its quotation marks. */
const withFrenchSpaces = (text: string): string =>
  text.replaceAll(/ (?=[:;?!»])/g, '\u00a0').replaceAll('« ', '«\u00a0')

/** The `t` function of one catalogue in one language. */
export const translator =
  <M extends Messages>(catalogue: Catalogue<M>, language: Language): Translate<M> =>
  (key, ...rest) => {
    const values: MessageValues = rest[0] ?? {}
    const message: Message = catalogue[language][key]
    const text = choose(message, language, values)
    return fill(language === 'fr' ? withFrenchSpaces(text) : text, values, language)
  }

const placeholdersIn = (message: Message): string[] => {
  const text = typeof message === 'string' ? message : `${message.one}${message.other}`
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort()
}

/** What a test of a catalogue asserts to be empty: English texts whose placeholders differ from the French, or that are blank. */
export const catalogueFaults = <M extends Messages>(catalogue: Catalogue<M>): string[] =>
  Object.entries(catalogue.fr).flatMap(([key, french]) => {
    const english: Message | undefined = catalogue.en[key]
    if (english === undefined) return [`${key}: no English text`]
    if (french === '' || english === '') return [`${key}: blank`]
    const [expected, actual] = [placeholdersIn(french), placeholdersIn(english)]
    return expected.join() === actual.join() ? [] : [`${key}: {${expected}} but {${actual}}`]
  })
