/** A Bundle that a laboratory sends: its form, its entries, and where references within it lead. */
import type { MessageFaults } from '../faults.ts'
import { resultsMax } from '../laboratory-result.ts'
import { checkResource, type FoundReference, isObject, type JsonObject } from './validate.ts'

export interface Entry {
  readonly fullUrl: string | null
  readonly type: string
  readonly resource: JsonObject
  /** `Bundle.entry[2].resource` */
  readonly at: string
  /** Of a contained resource: what it is in. */
  readonly container?: Entry
}

export interface ReadBundle {
  readonly id: string | null
  readonly timestamp: string | null
  readonly entries: readonly Entry[]
  /** With those that are contained in them. */
  readonly all: readonly Entry[]
  /** The resource of a reference, wherever it stands; undefined when it leads nowhere in the bundle. */
  resolve(from: Entry, reference: unknown): Entry | undefined
  /** The one resource of a type that has an identifier. */
  identified(type: string, identifier: unknown): Entry | undefined
}

const textAt = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const entriesOf = (bundle: JsonObject): Entry[] =>
  listOf(bundle.entry).flatMap((entry, index) => {
    if (!isObject(entry) || !isObject(entry.resource)) return []
    const { resource } = entry
    if (typeof resource.resourceType !== 'string') return []
    return [
      {
        fullUrl: textAt(entry.fullUrl),
        type: resource.resourceType,
        resource,
        at: `Bundle.entry[${index}].resource`,
      },
    ]
  })

/** Methods that bring something; nothing can be read or removed here. */
const writingMethods: ReadonlySet<unknown> = new Set(['POST', 'PUT'])

const checkRequest = (entry: JsonObject, at: string, faults: MessageFaults): void => {
  const { request, resource } = entry
  if (!isObject(request)) {
    // bdl-3
    faults.add(`${at}.request`, 'REQUIRED')
    return
  }
  // Nothing is kept by version here, so that no condition on one could be held to.
  if (request.ifMatch !== undefined) faults.add(`${at}.request.ifMatch`, 'NOT_ALLOWED')
  if (!writingMethods.has(request.method)) faults.add(`${at}.request.method`, 'NOT_ALLOWED')
  const type = isObject(resource) ? resource.resourceType : undefined
  const url = textAt(request.url)
  if (url !== null && typeof type === 'string' && url.split(/[/?]/)[0] !== type) {
    faults.add(`${at}.request.url`, 'NOT_ALLOWED')
  }
}

/** HL7 table 0003, as a code system of FHIR. */
export const eventSystem = 'http://terminology.hl7.org/CodeSystem/v2-0003'

const checkHeader = (header: Entry | undefined, faults: MessageFaults): void => {
  // bdl-12
  if (header === undefined || header.type !== 'MessageHeader') {
    faults.add('Bundle.entry[0].resource', 'SEGMENT_MISSING')
    return
  }
  const { eventCoding } = header.resource
  if (!isObject(eventCoding)) return
  const isOther = eventCoding.system === eventSystem && eventCoding.code !== 'R01'
  if (isOther) faults.add(`${header.at}.event.code`, 'MESSAGE_EVENT_NOT_SUPPORTED')
  else if (eventCoding.code === undefined) faults.add(`${header.at}.event.code`, 'REQUIRED')
}

const checkEntries = (bundle: JsonObject, faults: MessageFaults): void => {
  const urls = new Set<string>()
  for (const [index, entry] of listOf(bundle.entry).entries()) {
    const at = `Bundle.entry[${index}]`
    if (!isObject(entry)) continue
    if (entry.resource === undefined) faults.add(`${at}.resource`, 'REQUIRED')
    if (bundle.type === 'transaction') checkRequest(entry, at, faults)
    // bdl-3, bdl-4, bdl-2
    else if (entry.request !== undefined) faults.add(`${at}.request`, 'NOT_ALLOWED')
    if (entry.response !== undefined) faults.add(`${at}.response`, 'NOT_ALLOWED')
    if (entry.search !== undefined) faults.add(`${at}.search`, 'NOT_ALLOWED')
    // bdl-7
    if (typeof entry.fullUrl !== 'string') continue
    if (!/^(?:urn:(?:uuid|oid):|https?:\/\/)/.test(entry.fullUrl)) {
      faults.add(`${at}.fullUrl`, 'MALFORMED')
    } else if (urls.has(entry.fullUrl)) faults.add(`${at}.fullUrl`, 'RESULT_REPEATED')
    // bdl-8
    else if (entry.fullUrl.includes('/_history/')) faults.add(`${at}.fullUrl`, 'NOT_ALLOWED')
    urls.add(entry.fullUrl)
  }
}

/** Resources within one; nobody holds as many. */
const containedMax = 100

const containedIn = (container: Entry): Entry[] =>
  listOf(container.resource.contained)
    .slice(0, containedMax)
    .flatMap((resource, index) =>
      isObject(resource) && typeof resource.resourceType === 'string'
        ? [
            {
              fullUrl: null,
              type: resource.resourceType,
              resource,
              at: `${container.at}.contained[${index}]`,
              container,
            },
          ]
        : [],
    )

const hasIdentifier = ({ resource }: Entry, system: string, value: string): boolean =>
  listOf(resource.identifier).some(
    (one) => isObject(one) && (textAt(one.system) ?? '') === system && one.value === value,
  )

/** Two of one identifier are perhaps the same, and perhaps not. */
const onlyOne = (found: readonly Entry[]): Entry | undefined =>
  found.length === 1 ? found[0] : undefined

const makeIdentified =
  (all: readonly Entry[]): ReadBundle['identified'] =>
  (type, identifier) => {
    if (!isObject(identifier) || typeof identifier.value !== 'string') return undefined
    const { system, value } = identifier
    const wanted = textAt(system) ?? ''
    return onlyOne(all.filter((one) => one.type === type && hasIdentifier(one, wanted, value)))
  }

/** Hexadecimal digits of a UUID may be in either case (RFC 9562 §4). */
const sameCase = (url: string): string => (/^urn:uuid:/i.test(url) ? url.toLowerCase() : url)

/** A reference by a search (R4 §3.1.0.7.1, conditional references): `Patient?identifier=SYSTEM|VALUE`. */
const searched = /^([A-Z][A-Za-z]+)\?identifier=([^&|]*)\|([^&]+)$/

/** What a reference says of where it leads: a full address, `Type/id`, a search, or `#id` of what is contained. */
const makeResolve = (
  entries: readonly Entry[],
  identified: ReadBundle['identified'],
): ReadBundle['resolve'] => {
  const byUrl = new Map<string, Entry>()
  for (const entry of entries) {
    if (entry.fullUrl !== null) byUrl.set(sameCase(entry.fullUrl), entry)
    if (typeof entry.resource.id === 'string')
      byUrl.set(`${entry.type}/${entry.resource.id}`, entry)
    const path = /\/([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/.exec(entry.fullUrl ?? '')?.[1]
    if (path !== undefined) byUrl.set(path, entry)
  }
  return (from, reference) => {
    if (typeof reference !== 'string') return undefined
    const container = from.container ?? from
    if (reference === '#') return container
    if (reference.startsWith('#'))
      return containedIn(container).find(({ resource }) => resource.id === reference.slice(1))
    const [, type, system = '', value = ''] = searched.exec(reference) ?? []
    if (type !== undefined)
      return identified(type, {
        system: decodeQuery(system),
        value: decodeQuery(value),
      })
    return byUrl.get(sameCase(reference.split('/_history/')[0] ?? reference))
  }
}

const decodeQuery = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

/** The entry that an expression is within. */
const entryAt = (expression: string): string =>
  /^Bundle\.entry\[\d+\]\.resource/.exec(expression)?.[0] ?? ''

/** References that lead outside are not followed, and nobody relies on them; all others must lead somewhere. */
const checkReferences = (
  found: readonly FoundReference[],
  entries: readonly Entry[],
  resolve: ReadBundle['resolve'],
  faults: MessageFaults,
): void => {
  const byPlace = new Map(entries.map((entry) => [entry.at, entry]))
  for (const { expression, reference, targets } of found) {
    const from = byPlace.get(entryAt(expression))
    const target = from === undefined ? undefined : resolve(from, reference)
    const isOutside = /^https?:/.test(reference)
    if (target === undefined) {
      if (!isOutside) faults.add(expression, 'REFERENCE_UNRESOLVED')
    } else if (targets !== null && !targets.has('Resource') && !targets.has(target.type)) {
      faults.add(expression, 'NOT_ALLOWED')
    }
  }
}

/** Ten for each result, of as many as one message may have. */
const entriesMax = 10 * resultsMax

const supportedTypes: ReadonlySet<unknown> = new Set(['transaction', 'message'])

/** Reads a bundle; null when it is none, or of another type: nothing in it is read then. */
export const readBundle = (value: unknown, faults: MessageFaults): ReadBundle | null => {
  if (!isObject(value) || typeof value.resourceType !== 'string') {
    faults.add('Bundle', 'NOT_A_MESSAGE')
    return null
  }
  if (value.resourceType !== 'Bundle') {
    faults.add('Bundle.resourceType', 'RESOURCE_NOT_SUPPORTED')
    return null
  }
  if (listOf(value.entry).length > entriesMax) {
    faults.add('Bundle.entry', 'MESSAGE_TOO_LARGE')
    return null
  }
  const found: FoundReference[] = []
  checkResource(value, 'Bundle', { faults, onReference: (one) => found.push(one) })
  if (faults.has('Bundle.type')) return null
  if (!supportedTypes.has(value.type)) {
    faults.add('Bundle.type', 'RESOURCE_NOT_SUPPORTED')
    return null
  }
  if (value.total !== undefined) faults.add('Bundle.total', 'NOT_ALLOWED') // bdl-1
  const entries = entriesOf(value)
  if (listOf(value.entry).length === 0) faults.add('Bundle.entry', 'REQUIRED')
  else if (value.type === 'message') checkHeader(entries[0], faults)
  checkEntries(value, faults)
  const all = entries.flatMap((entry) => [entry, ...containedIn(entry)])
  const identified = makeIdentified(all)
  const resolve = makeResolve(entries, identified)
  checkReferences(found, entries, resolve, faults)
  const identifier = isObject(value.identifier) ? textAt(value.identifier.value) : null
  return {
    id: identifier ?? textAt(value.id),
    timestamp: textAt(value.timestamp),
    entries,
    all,
    resolve,
    identified,
  }
}
