/** ORU^R01 → results, each as a screening's input with the place in the message that each field comes from. */
import type { ScreeningInput } from '@sidep/contracts'
import type { CatalogueTables } from '@sidep/screening'
import { MessageFaults } from '../faults.ts'
import {
  checkResults,
  type LaboratoryResult,
  type MessageContent,
  makeLocate,
  type ResultAct,
} from '../laboratory-result.ts'
import { professionalIn, structureIn } from './directory-ids.ts'
import { checkHeader } from './header.ts'
import type { ReadMessage, Segment } from './message.ts'
import { actOf, codedIn, knownTestIn, resultIn, symptomsIn } from './observations.ts'
import { type ReadPatient, readPatient } from './patient.ts'
import { type Order, type PatientResult, readStructure } from './structure.ts'
import { type Hl7Time, momentOf, parseHl7Time, type TimeContext } from './time.ts'
import { checkValue } from './values.ts'

export interface ReadContext {
  readonly catalogue: CatalogueTables
  /** IANA zone of the laboratory, for times without an offset. */
  readonly timeZone: string
}

interface Observed {
  readonly observation: Segment
  readonly kind: 'pcr' | 'antigen'
  readonly isConclusion: boolean
  readonly act: ResultAct
  readonly result: ScreeningInput['result'] | undefined
}

/** HL7 table 0123. */
const reportStatuses: ReadonlySet<string> = new Set('O I S A P C R F X Y Z N M'.split(' '))

const numberOfSet = /^\d{1,4}$/

const checkSetId = (segment: Segment, faults: MessageFaults): void => {
  const id = segment.text(1)
  if (id !== '' && !numberOfSet.test(id)) faults.add(segment.at(1), 'MALFORMED')
}

const demand = (segment: Segment, field: number, faults: MessageFaults): void => {
  if (segment.count(field) === 0) faults.add(segment.at(field), 'REQUIRED')
}

/** A time where one may stand; undefined next to a fault, or where there is none. */
const timeIn = (segment: Segment, field: number, faults: MessageFaults): Hl7Time | undefined => {
  const text = segment.text(field)
  if (text === '') return undefined
  // SPM-17 is a range: the precision of its beginning is a subcomponent.
  const precision =
    segment.name === 'SPM'
      ? segment.text(field, { subcomponent: 2 })
      : segment.text(field, { component: 2 })
  const time = parseHl7Time(text, precision)
  if (time === undefined) faults.add(segment.at(field), 'MALFORMED')
  return time
}

interface Moment {
  readonly text: string
  readonly place: string
}

/** The first of several fields that has a time, to the minute. */
const momentIn = (
  candidates: readonly (readonly [Segment, number])[],
  context: TimeContext,
  faults: MessageFaults,
): Moment | undefined => {
  for (const [segment, field] of candidates) {
    if (segment.text(field) === '') continue
    const time = timeIn(segment, field, faults)
    if (time === undefined) return undefined
    const text = momentOf(time, context)
    if (text === undefined) faults.add(segment.at(field), 'TIME_TOO_IMPRECISE')
    return text === undefined ? undefined : { text, place: segment.at(field) }
  }
  return undefined
}

/** Names an order within its laboratory: the filler's number, or the specimen's, or the placer's. */
const orderKeyOf = ({ common, request, specimens }: Order): string | undefined => {
  const numbers = [
    request.text(3),
    common?.text(3),
    specimens[0]?.text(2, { component: 2 }),
    specimens[0]?.text(2),
    request.text(2),
    common?.text(2),
  ]
  return numbers.find((number) => number !== undefined && number !== '')
}

const checkOrder = ({ common, request, specimens }: Order, faults: MessageFaults): void => {
  checkSetId(request, faults)
  if (common !== null) demand(common, 1, faults)
  if (codedIn(request, 4).length === 0) faults.add(request.at(4), 'REQUIRED')
  const status = request.text(25)
  if (status !== '' && !reportStatuses.has(status)) faults.add(request.at(25), 'NOT_ALLOWED')
  for (const field of [7, 8, 22]) timeIn(request, field, faults)
  for (const specimen of specimens) {
    demand(specimen, 4, faults)
    timeIn(specimen, 17, faults)
  }
}

const isTakenBack = (act: ResultAct): boolean => act === 'wrong' || act === 'deleted'

/**
 * Table 0123: no results are available, the order is cancelled. A test of it that found something, or is at work, says
 * otherwise; one that could have no result, or is taken back, says the same.
 */
const checkCancelled = (
  { request }: Order,
  observed: readonly Observed[],
  faults: MessageFaults,
): void => {
  if (request.text(25) !== 'X') return
  const isTold = observed.some(
    ({ act, observation }) => !isTakenBack(act) && observation.text(11) !== 'X',
  )
  if (isTold) faults.add(request.at(25), 'STATUS_CONTRADICTS')
}

const checkObservation = (observation: Segment, faults: MessageFaults): void => {
  checkSetId(observation, faults)
  if (codedIn(observation, 3).length === 0) faults.add(observation.at(3), 'REQUIRED')
  checkValue(observation, faults)
  timeIn(observation, 14, faults)
  timeIn(observation, 19, faults)
}

const observedIn = ({ observations }: Order, faults: MessageFaults): Observed[] =>
  observations.flatMap((observation) => {
    checkObservation(observation, faults)
    const act = actOf(observation, faults)
    const known = knownTestIn(observation)
    if (known === undefined || act === null || act === undefined) return []
    const hasResult = act === 'final' || act === 'corrected'
    const result = hasResult ? resultIn(observation, faults) : undefined
    return [{ observation, ...known, act, result }]
  })

/**
 * One observation a test: its conclusion, or the only gene that was looked for. Genes that agree are their own
 * conclusion; of those that do not, only the laboratory can say what follows.
 */
const conclusionsOf = (observed: readonly Observed[], faults: MessageFaults): Observed[] => {
  const byTest = Map.groupBy(observed, ({ kind, observation }) => `${kind}|${subIdOf(observation)}`)
  return [...byTest.values()].flatMap((all) => {
    const conclusions = all.filter(({ isConclusion }) => isConclusion)
    const [first, ...others] = conclusions.length > 0 ? conclusions : all
    if (first === undefined) return []
    const contradicting = others.find(
      ({ act, result }) => act !== first.act || result !== first.result,
    )
    if (contradicting !== undefined) {
      faults.add(contradicting.observation.at(5), 'TEST_AMBIGUOUS')
    }
    return [first]
  })
}

/** OBX-4 tells observations of one test apart; most say nothing, or 1. */
const subIdOf = (observation: Segment): string => {
  const id = observation.text(4)
  return id === '1' ? '' : id
}

/** JRC's number of a device on the common EU list, where OBX-17 or OBX-18 says that it is one. */
const deviceSystems: ReadonlySet<string> = new Set(['JRC', '99JRC', 'EUDCC', 'EU'])

const deviceOf = (
  { observation, kind }: Observed,
  catalogue: CatalogueTables,
): Pick<ScreeningInput, 'device' | 'deviceName'> & { readonly place: string } => {
  const method = codedIn(observation, 17)
  const listed = method.find(({ system }) => deviceSystems.has(system.toUpperCase()))
  if (listed !== undefined) return { device: listed.code, place: observation.at(17) }
  if (deviceSystems.has(observation.text(18, { component: 2 }).toUpperCase())) {
    return { device: observation.text(18), place: observation.at(18) }
  }
  const named = method.map(({ display, code }) => (display === '' ? code : display))
  const names = [named[0], observation.text(18), catalogue.kind(kind)?.label.fr, kind]
  const name = names.find((one) => one !== undefined && one !== '') ?? kind
  const place = observation.at(named[0] === undefined ? 18 : 17)
  return { device: 'other', deviceName: [...name].slice(0, 80).join('').trim(), place }
}

interface OrderContext {
  readonly patient: ReadPatient
  readonly order: Order
  readonly times: TimeContext
  readonly catalogue: CatalogueTables
  readonly faults: MessageFaults
}

const professionalOf = (
  { common, request }: Order,
  observation: Segment,
  faults: MessageFaults,
): LaboratoryResult['professionalId'] => {
  // Read all of them, so that a wrong number is told wherever it stands.
  const interpreter = professionalIn(request, 32, faults)
  const observer = professionalIn(observation, 16, faults)
  const director = professionalIn(observation, 25, faults)
  professionalIn(request, 16, faults)
  if (common !== null) for (const field of [10, 11, 12]) professionalIn(common, field, faults)
  return observer ?? interpreter ?? director
}

const siteOf = (
  { common }: Order,
  observation: Segment,
  faults: MessageFaults,
): LaboratoryResult['siteId'] => {
  const performing = structureIn(observation, 23, faults)
  if (common !== null) structureIn(common, 21, faults)
  return performing
}

const resultOf = (
  observed: Observed,
  { patient, order, times, catalogue, faults }: OrderContext,
): LaboratoryResult[] => {
  const { observation, kind, act, result } = observed
  const { request, specimens } = order
  const professionalId = professionalOf(order, observation, faults)
  const siteId = siteOf(order, observation, faults)
  const orderKey = orderKeyOf(order)
  if (orderKey === undefined) {
    faults.add(request.at(3), 'REQUIRED')
    return []
  }
  const key = [orderKey, kind, subIdOf(observation)].join('|')
  const location = observation.at(5)
  const siteLocation = siteId === null ? null : observation.at(23)
  const facts = { act, key, professionalId, siteId, siteLocation, location }
  if (isTakenBack(act)) return [{ ...facts, input: null, locate: () => location }]
  const sampled = momentIn(
    [
      ...specimens.map((specimen): [Segment, number] => [specimen, 17]),
      [request, 7],
      [observation, 14],
    ],
    times,
    faults,
  )
  const isFaulty = specimens.some((one) => faults.has(one.at(17)))
  if (sampled === undefined) {
    if (!isFaulty) faults.add(request.at(7), 'REQUIRED')
    return []
  }
  const found = result === undefined ? undefined : momentIn([[observation, 19]], times, faults)
  const { symptoms, places } = symptomsIn(order.observations)
  const { place, ...device } = deviceOf(observed, catalogue)
  return [
    {
      ...facts,
      input: {
        person: patient.person,
        kind,
        ...device,
        sampledAt: sampled.text,
        ...(result === undefined ? {} : { result }),
        ...(found === undefined ? {} : { resultAt: found.text }),
        ...(symptoms === undefined ? {} : { symptoms }),
      },
      locate: makeLocate(
        {
          ...patient.places,
          ...places,
          '/kind': observation.at(3),
          '/device': place,
          '/deviceName': place,
          '/sampledAt': sampled.place,
          '/result': location,
          '/resultAt': found?.place ?? observation.at(19),
        },
        location,
      ),
    },
  ]
}

const resultsOfPatient = (
  { patient: segment, orders }: PatientResult,
  times: TimeContext,
  catalogue: CatalogueTables,
  faults: MessageFaults,
): LaboratoryResult[] => {
  checkSetId(segment, faults)
  const patient = readPatient(segment, faults)
  const observations = orders.flatMap(({ observations }) => observations)
  const results = orders.flatMap((order) => {
    checkOrder(order, faults)
    const observed = conclusionsOf(observedIn(order, faults), faults)
    checkCancelled(order, observed, faults)
    return observed.flatMap((one) => resultOf(one, { patient, order, times, catalogue, faults }))
  })
  const [first] = observations
  const isOfOurs = observations.some((one) => knownTestIn(one) !== undefined)
  if (orders.length > 0 && first === undefined) faults.add('OBX^1', 'SEGMENT_MISSING')
  if (first !== undefined && !isOfOurs) faults.add(first.at(3), 'TEST_UNKNOWN')
  return results
}

/** Reads all that a message says; with faults, nothing of it is to be recorded. */
export const readOru = (
  message: ReadMessage,
  { catalogue, timeZone }: ReadContext,
): MessageContent => {
  const faults = new MessageFaults()
  checkHeader(message, faults)
  // Of another kind of message every segment would be out of place.
  if (faults.has(message.header.at(9))) return { results: [], faults: faults.list }
  const patients = readStructure(message, faults)
  const messageOffset = parseHl7Time(message.header.text(7))?.offset ?? null
  const times = { messageOffset, timeZone }
  for (const visit of message.segments.filter(({ name }) => name === 'PV1')) {
    demand(visit, 2, faults)
  }
  const results = patients.flatMap((patient) => resultsOfPatient(patient, times, catalogue, faults))
  checkResults(results, message.header.at(1), faults)
  return { results, faults: faults.list }
}
