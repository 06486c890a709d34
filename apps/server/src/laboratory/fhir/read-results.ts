/** A laboratory's Bundle → results, each as a screening's input with the expression that each field comes from. */
import type { Result, ScreeningInput } from '@sidep/contracts'
import {
  type Finess,
  type ProfessionalId,
  parseFiness,
  parseProfessionalId,
} from '@sidep/identifiers'
import type { CatalogueTables } from '@sidep/screening'
import { type CodedValue, type KnownTest, resultOfCode, resultOfText, testOf } from '../codes.ts'
import { type MessageFault, MessageFaults } from '../faults.ts'
import {
  checkRepeats,
  type LaboratoryResult,
  makeLocate,
  type ResultAct,
} from '../laboratory-result.ts'
import { type Entry, type ReadBundle, readBundle } from './bundle.ts'
import { itemsOf, readPatient, textOf } from './patient.ts'
import { isObject, type JsonObject } from './validate.ts'

export interface BundleContent {
  readonly id: string | null
  /** When it was made, by its own word; null where it says nothing. */
  readonly madeAt: Date | null
  readonly results: readonly LaboratoryResult[]
  readonly faults: readonly MessageFault[]
}

interface Context {
  readonly bundle: ReadBundle
  readonly catalogue: CatalogueTables
  readonly faults: MessageFaults
}

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

const knownTestOf = ({ resource }: Entry): KnownTest | undefined => {
  for (const coding of codingsOf(resource.code)) {
    const known = coding.code === '' ? undefined : testOf(coding)
    if (known !== undefined) return known
  }
  return undefined
}

/** Value set observation-status by what it asks of us; `unknown` asks nothing that could be done. */
const acts: Readonly<Record<string, ResultAct>> = {
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

const resultIn = ({ resource, at }: Entry, faults: MessageFaults): Result | undefined => {
  if (resource.status === 'cancelled') return 'inconclusive'
  const { valueCodeableConcept, valueString, dataAbsentReason } = resource
  const value = Object.keys(resource).find((name) => name.startsWith('value'))
  const found =
    valueCodeableConcept === undefined
      ? resultOfText(textOf(valueString))
      : codingsOf(valueCodeableConcept)
          .map((coding) =>
            resultSystems.has(coding.system) ? resultOfCode(coding) : resultOfText(coding.display),
          )
          .find((result) => result !== undefined)
  if (found !== undefined) return found
  if (value !== undefined) {
    faults.add(`${at}.value`, 'RESULT_UNKNOWN')
    return undefined
  }
  if (dataAbsentReason !== undefined) return 'inconclusive'
  faults.add(`${at}.value`, 'REQUIRED')
  return undefined
}

/** The resource that an element refers to, when it is of the type. */
const follow = (
  from: Entry,
  element: unknown,
  type: string,
  { bundle }: Context,
): Entry | undefined => {
  const target = isObject(element) ? bundle.resolve(from, element.reference) : undefined
  return target?.type === type ? target : undefined
}

const firstFollowed = (
  from: Entry,
  list: unknown,
  type: string,
  context: Context,
): Entry | undefined => {
  for (const one of Array.isArray(list) ? list : []) {
    const found = follow(from, one, type, context)
    if (found !== undefined) return found
  }
  return undefined
}

const identifierIn = (entry: Entry | undefined): string | undefined => {
  if (entry === undefined) return undefined
  const accession = entry.resource.accessionIdentifier
  const values = itemsOf(entry.resource, 'identifier', '').map(({ value }) => textOf(value.value))
  const all = isObject(accession) ? [textOf(accession.value), ...values] : values
  return all.find((value) => value !== '')
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

const sampledAtOf = (
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

const professionalSystems: ReadonlySet<unknown> = new Set([
  'urn:oid:1.2.250.1.71.4.2.1',
  'https://rpps.esante.gouv.fr',
])
const structureSystems: ReadonlySet<unknown> = new Set([
  'urn:oid:1.2.250.1.71.4.2.2',
  'https://finess.esante.gouv.fr',
])

/** The RPPS of a Practitioner; every one that is told is judged, wherever it stands. */
const professionalOf = ({ resource, at }: Entry, faults: MessageFaults): ProfessionalId | null => {
  for (const { value, at: place } of itemsOf(resource, 'identifier', at)) {
    const id = textOf(value.value)
    const isShort = value.system === 'https://rpps.esante.gouv.fr' || id.length === 11
    if (!professionalSystems.has(value.system) || !(isShort || id.startsWith('8'))) continue
    const parsed = parseProfessionalId(id.length === 11 ? `8${id}` : id)
    if (parsed.ok) return parsed.value
    faults.add(`${place}.value`, 'RPPS_INVALID')
  }
  return null
}

const siteOf = ({ resource, at }: Entry, faults: MessageFaults): Finess | null => {
  for (const { value, at: place } of itemsOf(resource, 'identifier', at)) {
    const id = textOf(value.value)
    const isFiness = value.system === 'https://finess.esante.gouv.fr' || /^1.{9}$/.test(id)
    if (!structureSystems.has(value.system) || !isFiness) continue
    const parsed = parseFiness(id.slice(-9))
    if (parsed.ok && id.length <= 10) return parsed.value
    faults.add(`${place}.value`, 'FINESS_INVALID')
  }
  return null
}

interface Performers {
  readonly professionalId: ProfessionalId | null
  readonly siteId: Finess | null
  readonly siteLocation: string | null
}

/** Who answers for an observation, by its performers and by what they are performers as. */
const performersOf = (observation: Entry, context: Context): Performers => {
  const { faults } = context
  const { performer } = observation.resource
  const role = firstFollowed(observation, performer, 'PractitionerRole', context)
  const practitioner =
    firstFollowed(observation, performer, 'Practitioner', context) ??
    (role === undefined
      ? undefined
      : follow(role, role.resource.practitioner, 'Practitioner', context))
  const organization =
    firstFollowed(observation, performer, 'Organization', context) ??
    (role === undefined
      ? undefined
      : follow(role, role.resource.organization, 'Organization', context))
  return {
    professionalId: practitioner === undefined ? null : professionalOf(practitioner, faults),
    siteId: organization === undefined ? null : siteOf(organization, faults),
    siteLocation: organization === undefined ? null : `${organization.at}.identifier`,
  }
}

/** The list of devices of the EU's Joint Research Centre. */
const deviceSystem = 'https://covid-19-diagnostics.jrc.ec.europa.eu/devices'

const deviceOf = (
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

/** The report that an observation is of: where there are reports, one of them names it. */
const reportOf = (observation: Entry, context: Context): Entry | undefined => {
  const reports = context.bundle.entries.filter(({ type }) => type === 'DiagnosticReport')
  const naming = reports.find((report) =>
    (Array.isArray(report.resource.result) ? report.resource.result : []).some(
      (one) => follow(report, one, 'Observation', context)?.at === observation.at,
    ),
  )
  const [first] = reports
  if (naming === undefined && first !== undefined) {
    context.faults.add(`${first.at}.result`, 'REQUIRED')
  }
  return naming
}

const resultOf = (
  observation: Entry,
  { kind }: KnownTest,
  context: Context,
): LaboratoryResult[] => {
  const { faults, catalogue } = context
  const { resource, at } = observation
  const act = acts[textOf(resource.status)]
  if (act === undefined) {
    faults.add(`${at}.status`, 'NOT_ALLOWED')
    return []
  }
  const report = reportOf(observation, context)
  const subject = follow(observation, resource.subject, 'Patient', context)
  if (resource.subject === undefined) faults.add(`${at}.subject`, 'REQUIRED')
  else if (subject === undefined) faults.add(`${at}.subject.reference`, 'REFERENCE_UNRESOLVED')
  const ofReport =
    report === undefined ? subject : follow(report, report.resource.subject, 'Patient', context)
  if (report !== undefined && ofReport?.at !== subject?.at) {
    faults.add(`${report.at}.subject`, 'NOT_ALLOWED')
  }
  const specimen =
    follow(observation, resource.specimen, 'Specimen', context) ??
    (report === undefined
      ? undefined
      : firstFollowed(report, report.resource.specimen, 'Specimen', context))
  const ofSpecimen =
    specimen === undefined
      ? subject
      : follow(specimen, specimen.resource.subject, 'Patient', context)
  if (specimen?.resource.subject !== undefined && ofSpecimen?.at !== subject?.at) {
    faults.add(`${specimen.at}.subject`, 'NOT_ALLOWED')
  }
  const request = firstFollowed(observation, resource.basedOn, 'ServiceRequest', context)
  const order = [report, observation, specimen, request]
    .map(identifierIn)
    .find((value) => value !== undefined)
  if (order === undefined) faults.add(`${report?.at ?? at}.identifier`, 'REQUIRED')
  const performers = performersOf(observation, context)
  const location = `${at}.value`
  const facts = { act, key: `${order}|${kind}|`, ...performers, location }
  if (act === 'wrong') return [{ ...facts, input: null, locate: () => location }]
  const hasResult = act === 'final' || act === 'corrected'
  const result = hasResult ? resultIn(observation, faults) : undefined
  const patient = subject === undefined ? undefined : readPatient(subject, faults)
  const sampled = sampledAtOf(observation, specimen, faults)
  if (patient === undefined || sampled === undefined || order === undefined) return []
  const issued = textOf(resource.issued)
  return [
    {
      ...facts,
      input: {
        person: patient.person,
        kind,
        ...deviceOf(observation, kind, catalogue),
        sampledAt: sampled.text,
        ...(result === undefined ? {} : { result }),
        ...(result === undefined || issued === '' ? {} : { resultAt: issued }),
      },
      locate: makeLocate(
        {
          ...patient.places,
          '/kind': `${at}.code`,
          '/device': `${at}.method`,
          '/deviceName': `${at}.method`,
          '/sampledAt': sampled.place,
          '/result': location,
          '/resultAt': `${at}.issued`,
        },
        location,
      ),
    },
  ]
}

/** obs-6: a reason why there is no value stands beside none; obs-7 is of components. */
const checkObservation = ({ resource, at }: Entry, faults: MessageFaults): void => {
  const isValued = Object.keys(resource).some((name) => /^value[A-Z]/.test(name))
  if (isValued && resource.dataAbsentReason !== undefined) {
    faults.add(`${at}.dataAbsentReason`, 'NOT_ALLOWED')
  }
}

const newest = (texts: readonly string[]): Date | null => {
  const moments = texts.map((text) => Date.parse(text)).filter((moment) => !Number.isNaN(moment))
  return moments.length === 0 ? null : new Date(Math.max(...moments))
}

/** When a bundle was made; one that does not say was made once the last of its results was issued. */
const madeAtOf = ({ timestamp, entries }: ReadBundle): Date | null =>
  newest(
    timestamp === null
      ? entries
          .filter(({ type }) => type === 'DiagnosticReport' || type === 'Observation')
          .map(({ resource }) => textOf(resource.issued))
      : [timestamp],
  )

/** Reads all that a bundle says; with faults, nothing of it is to be recorded. */
export const readResults = (value: unknown, catalogue: CatalogueTables): BundleContent => {
  const faults = new MessageFaults()
  const bundle = readBundle(value, faults)
  if (bundle === null) return { id: null, madeAt: null, results: [], faults: faults.list }
  const context = { bundle, catalogue, faults }
  for (const entry of bundle.entries) {
    if (entry.type === 'Practitioner') professionalOf(entry, faults)
    if (entry.type === 'Organization') siteOf(entry, faults)
  }
  const observations = bundle.entries.filter(({ type }) => type === 'Observation')
  for (const observation of observations) checkObservation(observation, faults)
  const known = observations.flatMap((observation) => {
    const test = knownTestOf(observation)
    return test === undefined ? [] : [{ observation, test }]
  })
  const conclusions = known.filter(({ test }) => test.isConclusion)
  const told = conclusions.length > 0 ? conclusions : known
  const results = told.flatMap(({ observation, test }) => resultOf(observation, test, context))
  const [first] = observations
  if (first === undefined) faults.add('Bundle.entry', 'SEGMENT_MISSING')
  else if (known.length === 0) faults.add(`${first.at}.code`, 'TEST_UNKNOWN')
  checkRepeats(results, faults)
  return { id: bundle.id, madeAt: madeAtOf(bundle), results, faults: faults.list }
}
