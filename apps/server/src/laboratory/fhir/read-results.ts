/** A laboratory's Bundle → results, each as a screening's input with the expression that each field comes from. */
import type { CatalogueTables } from '@sidep/screening'
import type { KnownTest } from '../codes.ts'
import { MessageFaults } from '../faults.ts'
import {
  checkResults,
  type LaboratoryResult,
  type MessageContent,
  makeLocate,
} from '../laboratory-result.ts'
import { type Entry, type ReadBundle, readBundle } from './bundle.ts'
import { firstFollowed, follow, type ReadContext } from './follow.ts'
import {
  acts,
  checkObservation,
  deviceOf,
  knownTestOf,
  resultIn,
  sampledAtOf,
} from './observation.ts'
import { itemsOf, readPatient, textOf } from './patient.ts'
import { performersOf, professionalOf, siteOf } from './performers.ts'
import { isObject } from './validate.ts'

export interface BundleContent extends MessageContent {
  readonly id: string | null
  /** When it was made, by its own word; null where it says nothing. */
  readonly madeAt: Date | null
}

const identifierIn = (entry: Entry | undefined): string | undefined => {
  if (entry === undefined) return undefined
  const accession = entry.resource.accessionIdentifier
  const values = itemsOf(entry.resource, 'identifier', '').map(({ value }) => textOf(value.value))
  const all = isObject(accession) ? [textOf(accession.value), ...values] : values
  return all.find((value) => value !== '')
}

const reportsIn = ({ entries }: ReadBundle): Entry[] =>
  entries.filter(({ type }) => type === 'DiagnosticReport')

/** Of a panel, the observations in it. */
const membersOf = (panel: Entry, bundle: ReadBundle): Entry[] => {
  const { hasMember } = panel.resource
  return (Array.isArray(hasMember) ? hasMember : []).flatMap(
    (one) => follow(panel, one, 'Observation', { bundle }) ?? [],
  )
}

/** The first report that names each observation, or the panel that it is in, by where that stands. */
const reportsByObservation = (bundle: ReadBundle): ReadonlyMap<string, Entry> => {
  const byObservation = new Map<string, Entry>()
  for (const report of reportsIn(bundle)) {
    const { result } = report.resource
    for (const one of Array.isArray(result) ? result : []) {
      const observation = follow(report, one, 'Observation', { bundle })
      if (observation === undefined) continue
      for (const { at } of [observation, ...membersOf(observation, bundle)])
        if (!byObservation.has(at)) byObservation.set(at, report)
    }
  }
  return byObservation
}

/** The report that an observation is of: where there are reports, one of them names it. */
const reportOf = (
  observation: Entry,
  { reports, bundle, faults }: ReadContext,
): Entry | undefined => {
  const naming = reports.get(observation.at)
  const [first] = naming === undefined ? reportsIn(bundle) : []
  if (first !== undefined) faults.add(`${first.at}.result`, 'REQUIRED')
  return naming
}

interface Observed {
  readonly observation: Entry
  readonly test: KnownTest
  readonly subject: Entry | undefined
  readonly specimen: Entry | undefined
  /** Names the order within its laboratory; undefined where nothing does. */
  readonly order: string | undefined
}

/** An observation of one of our tests, with what it is of; undefined of any other. */
const observedIn = (observation: Entry, context: ReadContext): Observed | undefined => {
  const test = knownTestOf(observation)
  if (test === undefined) return undefined
  const { resource, at } = observation
  const report = context.reports.get(at)
  const subject = follow(observation, resource.subject, 'Patient', context)
  const specimen =
    follow(observation, resource.specimen, 'Specimen', context) ??
    (report === undefined
      ? undefined
      : firstFollowed(report, report.resource.specimen, 'Specimen', context))
  const request = firstFollowed(observation, resource.basedOn, 'ServiceRequest', context)
  const order = [report, observation, specimen, request]
    .map(identifierIn)
    .find((value) => value !== undefined)
  return { observation, test, subject, specimen, order }
}

/** One order's test of one person: its conclusions and its genes. */
const testKeyOf = ({ observation, test, subject, order }: Observed): string =>
  order === undefined ? observation.at : JSON.stringify([order, test.kind, subject?.at])

const saidBy = ({ observation }: Observed, faults: MessageFaults): string => {
  const { resource } = observation
  const act = acts[textOf(resource.status)]
  const hasResult = act === 'final' || act === 'corrected'
  return `${act} ${hasResult ? resultIn(observation, faults) : ''}`
}

/** Those of one sample that agree are one; of those that do not, only the laboratory can say what follows. */
const oneOf = ([first, ...others]: readonly Observed[], faults: MessageFaults): Observed[] => {
  if (first === undefined) return []
  for (const other of others)
    if (saidBy(other, faults) !== saidBy(first, faults))
      faults.add(`${other.observation.at}.value`, 'TEST_AMBIGUOUS')
  return [first]
}

/** One observation a test and sample: its conclusion, or the only gene that was looked for. */
const conclusionsOf = (all: readonly Observed[], faults: MessageFaults): Observed[] => {
  const conclusions = all.filter(({ test }) => test.isConclusion)
  const told = conclusions.length > 0 ? conclusions : all
  const bySample = Map.groupBy(told, ({ specimen }) => specimen?.at)
  return [...bySample.values()].flatMap((ofSample) => oneOf(ofSample, faults))
}

/** Statuses of a report that there is none, or should have been none. */
const takenBack: ReadonlySet<unknown> = new Set(['entered-in-error', 'cancelled'])

const resultOf = (
  { observation, test: { kind }, subject, specimen, order }: Observed,
  context: ReadContext,
): LaboratoryResult[] => {
  const { faults, catalogue } = context
  const { resource, at } = observation
  const act = acts[textOf(resource.status)]
  if (act === undefined) {
    faults.add(`${at}.status`, 'NOT_ALLOWED')
    return []
  }
  const report = reportOf(observation, context)
  const hasResult = act === 'final' || act === 'corrected'
  const isTold = act !== 'wrong' && resource.status !== 'cancelled'
  if (isTold && report !== undefined && takenBack.has(report.resource.status)) {
    faults.add(`${report.at}.status`, 'STATUS_CONTRADICTS')
  }
  if (resource.subject === undefined) faults.add(`${at}.subject`, 'REQUIRED')
  else if (subject === undefined) faults.add(`${at}.subject.reference`, 'REFERENCE_UNRESOLVED')
  const ofReport =
    report === undefined ? subject : follow(report, report.resource.subject, 'Patient', context)
  if (report !== undefined && ofReport?.at !== subject?.at) {
    faults.add(`${report.at}.subject`, 'NOT_ALLOWED')
  }
  const ofSpecimen =
    specimen === undefined
      ? subject
      : follow(specimen, specimen.resource.subject, 'Patient', context)
  if (specimen?.resource.subject !== undefined && ofSpecimen?.at !== subject?.at) {
    faults.add(`${specimen.at}.subject`, 'NOT_ALLOWED')
  }
  if (order === undefined) faults.add(`${report?.at ?? at}.identifier`, 'REQUIRED')
  const performers = performersOf(observation, context)
  const location = `${at}.value`
  const facts = { act, key: `${order}|${kind}|`, ...performers, location }
  if (act === 'wrong') return [{ ...facts, input: null, locate: () => location }]
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
  const reports = reportsByObservation(bundle)
  const context = { bundle, reports, catalogue, faults }
  for (const entry of bundle.all) {
    if (entry.type === 'Practitioner') professionalOf(entry, faults)
    if (entry.type === 'Organization') siteOf(entry, faults)
  }
  const observations = bundle.all.filter(({ type }) => type === 'Observation')
  for (const observation of observations) checkObservation(observation, faults)
  const known = observations.flatMap((observation) => observedIn(observation, context) ?? [])
  const results = [...Map.groupBy(known, testKeyOf).values()]
    .flatMap((all) => conclusionsOf(all, faults))
    .flatMap((one) => resultOf(one, context))
  const [first] = observations
  if (first === undefined) faults.add('Bundle.entry', 'SEGMENT_MISSING')
  else if (known.length === 0) faults.add(`${first.at}.code`, 'TEST_UNKNOWN')
  checkResults(results, 'Bundle.entry', faults)
  return { id: bundle.id, madeAt: madeAtOf(bundle), results, faults: faults.list }
}
