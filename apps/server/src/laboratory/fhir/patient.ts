/** Patient → the person tested, by FR Core where it is followed. */
import type { Person } from '@sidep/contracts'
import type { MessageFaults } from '../faults.ts'
import type { Entry } from './bundle.ts'
import { isObject, type JsonObject } from './validate.ts'

export interface ReadPatient {
  readonly person: Person
  /** Where each field of a person is told, by its pointer in a screening. */
  readonly places: Readonly<Record<string, string>>
}

interface Item {
  readonly value: JsonObject
  readonly at: string
}

/** The objects of a list, each with its place. */
export const itemsOf = (resource: JsonObject, name: string, at: string): Item[] => {
  const list = resource[name]
  return Array.isArray(list)
    ? list.flatMap((value, index) =>
        isObject(value) ? [{ value, at: `${at}.${name}[${index}]` }] : [],
      )
    : []
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** OIDs of the authorities of an INS: NIR, NIA, and of test identities. */
const insSystems: ReadonlySet<unknown> = new Set(
  ['8', '9', '10', '11'].map((last) => `urn:oid:1.2.250.1.213.1.4.${last}`),
)

const sexes: Readonly<Record<string, Person['sex']>> = {
  male: 'M',
  female: 'F',
  other: 'U',
  unknown: 'U',
  '': 'U',
}

const frenchCountries: ReadonlySet<string> = new Set(['FR', 'FRA', 'FRANCE', ''])

/** A patient's own names, that on identity papers first; `use` says of others that they are not (R4 §2.24.0.12). */
const nameUses: readonly unknown[] = ['official', 'maiden', undefined, 'usual', 'temp']

/** The items of a list that are in use: what is old is kept by systems, and not to be used (a modifier of R4). */
const usedItemsOf = (resource: JsonObject, name: string, at: string): Item[] =>
  itemsOf(resource, name, at).filter(({ value }) => value.use !== 'old')

const phoneSystems: ReadonlySet<unknown> = new Set(['phone', 'sms'])

/** Reads who was tested; what a name, a date or a number must be is judged with the screening. */
export const readPatient = ({ resource, at }: Entry, faults: MessageFaults): ReadPatient => {
  const names = itemsOf(resource, 'name', at)
  const [preferred] = nameUses.flatMap(
    (use) => names.find(({ value }) => value.use === use && value.family !== undefined) ?? [],
  )
  const name = preferred ?? names.find(({ value }) => value.use !== 'old') ?? names[0]
  const family = textOf(name?.value.family)
  const given = Array.isArray(name?.value.given)
    ? name.value.given.map(textOf).join(' ').trim()
    : ''
  const nameAt = name?.at ?? `${at}.name`
  if (name === undefined) faults.add(nameAt, 'REQUIRED')
  else if (family === '' && given === '') faults.add(`${nameAt}.family`, 'REQUIRED')
  const birthDate = textOf(resource.birthDate)
  if (birthDate === '') faults.add(`${at}.birthDate`, 'REQUIRED')

  const ins = usedItemsOf(resource, 'identifier', at).find(
    ({ value }) => insSystems.has(value.system) && textOf(value.value) !== '',
  )
  const home = usedItemsOf(resource, 'address', at).find(
    ({ value }) =>
      frenchCountries.has(textOf(value.country).toUpperCase()) &&
      /^\d{5}$/.test(textOf(value.postalCode)),
  )
  const telecoms = usedItemsOf(resource, 'telecom', at).filter(
    ({ value }) => textOf(value.value) !== '',
  )
  const phones = telecoms.filter(({ value }) => phoneSystems.has(value.system))
  const phone = phones.find(({ value }) => value.use === 'mobile') ?? phones[0]
  const email = telecoms.find(({ value }) => value.system === 'email')
  const contact = {
    ...(phone === undefined ? {} : { phone: textOf(phone.value.value) }),
    ...(email === undefined ? {} : { email: textOf(email.value.value) }),
  }
  return {
    person: {
      familyName: family,
      firstNames: given,
      birthDate,
      sex: sexes[textOf(resource.gender)] ?? 'U',
      ...(ins === undefined ? {} : { ins: textOf(ins.value.value) }),
      ...(home === undefined ? {} : { postalCode: textOf(home.value.postalCode) }),
      ...(phone === undefined && email === undefined ? {} : { contact }),
    },
    places: {
      '/person': at,
      '/person/familyName': `${nameAt}.family`,
      '/person/firstNames': `${nameAt}.given`,
      '/person/birthDate': `${at}.birthDate`,
      '/person/sex': `${at}.gender`,
      '/person/ins': `${ins?.at ?? `${at}.identifier`}.value`,
      '/person/postalCode': `${home?.at ?? `${at}.address`}.postalCode`,
      '/person/contact/phone': `${phone?.at ?? `${at}.telecom`}.value`,
      '/person/contact/email': `${email?.at ?? `${at}.telecom`}.value`,
    },
  }
}
