/** What an Observation says by itself: which test, what became of it, its result, when its sample was taken, by which device. */
import type { Result, ScreeningInput } from '@sidep/contracts'
import type { CatalogueTables } from '@sidep/screening'
import { type CodedValue, type KnownTest, resultOfCode, resultOfText, testOf } from '../codes.ts'
import type { MessageFaults } from '../faults.ts'
import type { ResultAct } from '../laboratory-result.ts'
import type { Entry } from './bundle.ts'
import { itemsOf, textOf } from './patient.ts'
import { isObject, type JsonObject } from './validate.ts'

/** The codings of a CodeableConcept; its text where it has none. */
const codingsOf = (concept: unknown): CodedValue[] => {
  if (!isObject(concept)) return []
  const codings = itemsOf(concept, 'coding', '').map(({ value }) => ({
    code: textOf(value.code),
    display: textOf(value.display),
    system: textOf(value.system),
  }))
  const text = textOf(concept.text)
  return text === '' ? codings : [...codings, { code: '', display: text, system: 'text' }]
}

export const knownTestOf = ({ resource }: Entry): KnownTest | undefined => {
  for (const coding of codingsOf(resource.code)) {
    // A code of no system means nothing in particular (R4 §2.24.0.4).
    const known = coding.code === '' || coding.system === '' ? undefined : testOf(coding)
    if (known !== undefined) return known
  }
  return undefined
}

/** Value set observation-status by what it asks of us; `unknown` asks nothing that could be done. */
export const acts: Readonly<Record<string, ResultAct>> = {
  registered: 'preliminary',
  preliminary: 'preliminary',
  final: 'final',
  amended: 'corrected',
  corrected: 'corrected',
  cancelled: 'final',
  'entered-in-error': 'wrong',
}

/** Systems whose codes tell a result; of others, what is shown does. */
const resultSystems: ReadonlySet<string> = new Set([
  'http://snomed.info/sct',
  'http://loinc.org',
  'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  'http://terminology.hl7.org/CodeSystem/v2-0078',
])

export const resultIn = ({ resource, at }: Entry, faults: MessageFaults): Result | undefined => {
  if (resource.status === 'cancelled') return 'inconclusive'
  const { valueCodeableConcept, valueString, dataAbsentReason } = resource
  const value = Object.keys(resource).find((name) => name.startsWith('value'))
  const said =
    valueCodeableConcept === undefined
      ? [resultOfText(textOf(valueString))]
      : codingsOf(valueCodeableConcept).map((coding) =>
          resultSystems.has(coding.system) ? resultOfCode(coding) : resultOfText(coding.display),
        )
  const [found, ...others] = new Set(said.filter((result) => result !== undefined))
  // Whichever of them came first would be a guess.
  if (others.length > 0) faults.add(`${at}.value`, 'TEST_AMBIGUOUS')
  if (found !== undefined) return found
  if (value !== undefined) {
    faults.add(`${at}.value`, 'RESULT_UNKNOWN')
    return undefined
  }
  if (dataAbsentReason !== undefined) return 'inconclusive'
  faults.add(`${at}.value`, 'REQUIRED')
  return undefined
}

interface Moment {
  readonly text: string
  readonly place: string
}

/** A dateTime, or the start of a period, under a choice's name: `effective`, `collected`. */
const momentOf = (element: JsonObject, name: string, at: string): Moment | undefined => {
  const period = element[`${name}Period`]
  const text = textOf(element[`${name}DateTime`]) || textOf(element[`${name}Instant`])
  if (text !== '') return { text, place: `${at}.${name}` }
  const start = isObject(period) ? textOf(period.start) : ''
  return start === '' ? undefined : { text: start, place: `${at}.${name}.start` }
}

export const sampledAtOf = (
  observation: Entry,
  specimen: Entry | undefined,
  faults: MessageFaults,
): Moment | undefined => {
  const collection = specimen?.resource.collection
  const moment =
    (specimen !== undefined && isObject(collection)
      ? momentOf(collection, 'collected', `${specimen.at}.collection`)
      : undefined) ?? momentOf(observation.resource, 'effective', observation.at)
  if (moment === undefined) {
    faults.add(
      specimen === undefined
        ? `${observation.at}.effective`
        : `${specimen.at}.collection.collected`,
      'REQUIRED',
    )
    return undefined
  }
  if (moment.text.includes('T')) return moment
  faults.add(moment.place, 'TIME_TOO_IMPRECISE')
  return undefined
}

/** The list of devices of the EU's Joint Research Centre. */
const deviceSystem = 'https://covid-19-diagnostics.jrc.ec.europa.eu/devices'

export const deviceOf = (
  { resource }: Entry,
  kind: string,
  catalogue: CatalogueTables,
): Pick<ScreeningInput, 'device' | 'deviceName'> => {
  const methods = codingsOf(resource.method)
  const listed = methods.find(({ system }) => system === deviceSystem)
  if (listed !== undefined) return { device: listed.code }
  const named = methods.map(({ display, code }) => display || code).find((name) => name !== '')
  const name = named ?? catalogue.kind(kind)?.label.fr ?? kind
  return { device: 'other', deviceName: [...name].slice(0, 80).join('').trim() }
}

/** obs-6: a reason why there is no value stands beside none; obs-7 is of components. */
export const checkObservation = ({ resource, at }: Entry, faults: MessageFaults): void => {
  const isValued = Object.keys(resource).some((name) => /^value[A-Z]/.test(name))
  if (isValued && resource.dataAbsentReason !== undefined) {
    faults.add(`${at}.dataAbsentReason`, 'NOT_ALLOWED')
  }
}
