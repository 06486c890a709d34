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
  const url = textAt(request.url)
  if (url === null || !isObject(resource) || typeof resource.resourceType !== 'string') return
  const { resourceType, id } = resource
  const isSound = request.method === 'PUT' ? isUpdate(url, resourceType) : url === resourceType
  if (!isSound) faults.add(`${at}.request.url`, 'NOT_ALLOWED')
  // R4 §3.1.0.3: what is updated by its id has it.
  else if (url.startsWith(`${resourceType}/`) && url !== `${resourceType}/${String(id)}`) {
    faults.add(`${at}.resource.id`, id === undefined ? 'REQUIRED' : 'NOT_ALLOWED')
  }
}

/** R4 §3.1.0.3: an update is of an id, or of what a search finds. */
const isUpdate = (url: string, type: string): boolean => {
  const rest = url.startsWith(type) ? url.slice(type.length) : ''
  return /^(?:\/[A-Za-z0-9.-]{1,64}|\?.+)$/.test(rest)
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

/** An address as REST has them (R4 §2.3.0.1): the server's, and `Type/id` on it. */
const restful = /^(https?:\/\/.*\/)([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/

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
    // R4 §2.36.5: only what is new in a transaction has no address of its own.
    if (entry.fullUrl === undefined && bundle.type === 'message') {
      faults.add(`${at}.fullUrl`, 'REQUIRED')
    }
    // bdl-7
    if (typeof entry.fullUrl !== 'string') continue
    if (!/^(?:urn:(?:uuid|oid):|https?:\/\/)/.test(entry.fullUrl)) {
      faults.add(`${at}.fullUrl`, 'MALFORMED')
    } else if (urls.has(entry.fullUrl)) faults.add(`${at}.fullUrl`, 'RESULT_REPEATED')
    // bdl-8
    else if (entry.fullUrl.includes('/_history/')) faults.add(`${at}.fullUrl`, 'NOT_ALLOWED')
    // R4 §2.36.4: it does not disagree with the id in the resource.
    else if (isObject(entry.resource) && typeof entry.resource.id === 'string') {
      const { id } = entry.resource
      const path = restful.exec(entry.fullUrl)?.[2]
      if (path !== undefined && !path.endsWith(`/${id}`)) faults.add(`${at}.fullUrl`, 'NOT_ALLOWED')
    }
    urls.add(entry.fullUrl)
  }
}

/** Resources within one; nobody holds as many. */
const containedMax = 100

/** dom-2, dom-3, dom-4, dom-5: what is contained holds none itself, is referred to, and has no life of its own. */
const checkContained = ({ resource, at }: Entry, faults: MessageFaults): void => {
  const contained = listOf(resource.contained)
  if (contained.length > containedMax) faults.add(`${at}.contained`, 'MESSAGE_TOO_LARGE')
  if (contained.length === 0 || contained.length > containedMax) return
  const referred = new Set(
    [...JSON.stringify(resource).matchAll(/"reference":"#([^"]{1,64})"/g)].map(([, id]) => id),
  )
  for (const [index, one] of contained.entries()) {
    if (!isObject(one)) continue
    const place = `${at}.contained[${index}]`
    if (one.contained !== undefined) faults.add(`${place}.contained`, 'NOT_ALLOWED')
    if (isObject(one.meta))
      for (const name of ['versionId', 'lastUpdated', 'security'])
        if (one.meta[name] !== undefined) faults.add(`${place}.meta.${name}`, 'NOT_ALLOWED')
    if (one.id === undefined) faults.add(`${place}.id`, 'REQUIRED')
    else if (!referred.has(String(one.id)) && !JSON.stringify(one).includes('"reference":"#"'))
      faults.add(`${place}.id`, 'REFERENCE_UNRESOLVED')
  }
}

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
  const byPath = new Map<string, Set<Entry>>()
  for (const entry of entries) {
    const { fullUrl, type, resource } = entry
    if (fullUrl !== null) byUrl.set(sameCase(fullUrl), entry)
    const own = typeof resource.id === 'string' ? `${type}/${resource.id}` : undefined
    const path = fullUrl === null ? undefined : restful.exec(fullUrl)?.[2]
    for (const one of new Set([own, path]))
      if (one !== undefined) byPath.set(one, (byPath.get(one) ?? new Set()).add(entry))
  }
  /** `Type/id` is on the server of whoever refers (R4 §2.36.4.1), or else whatever is the only one of that name. */
  const relative = (from: Entry, path: string): Entry | undefined => {
    const base = restful.exec(from.fullUrl ?? '')?.[1]
    const beside = base === undefined ? undefined : byUrl.get(base + path)
    return beside ?? onlyOne([...(byPath.get(path) ?? [])])
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
    const unversioned = reference.split('/_history/')[0] ?? reference
    return byUrl.get(sameCase(unversioned)) ?? relative(container, unversioned)
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
  for (const entry of entries) checkContained(entry, faults)
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
