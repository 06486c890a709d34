/** Which form a request brings and wishes: JSON of FHIR R4, and no other (§3.1.0.1.11). */
import type { IncomingHttpHeaders } from 'node:http'
import type { RequestFault } from './outcome.ts'

export const mediaTypes = ['application/fhir+json', 'application/json'] as const

const known: ReadonlySet<string> = new Set([...mediaTypes, 'application/json+fhir', 'json'])
const anything: ReadonlySet<string> = new Set(['*/*', 'application/*'])
const fhirVersions: ReadonlySet<string> = new Set(['4.0', '4.0.1'])

interface MediaType {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

const parseMediaType = (text: string): MediaType => {
  const [type = '', ...rest] = text.toLowerCase().split(';', 10)
  const parameters = rest.map((part): [string, string] => {
    const [name = '', value = ''] = part.split('=', 2)
    return [name.trim(), value.trim().replace(/^"|"$/g, '')]
  })
  return { type: type.trim(), parameters: new Map(parameters) }
}

const isOfVersion = ({ parameters }: MediaType): boolean =>
  fhirVersions.has(parameters.get('fhirversion') ?? '4.0')

/** Null: what it brings can be read. */
export const bodyFault = (headers: IncomingHttpHeaders): RequestFault | null => {
  const media = parseMediaType(headers['content-type'] ?? '')
  const isPlain = /^(?:identity)?$/.test((headers['content-encoding'] ?? '').trim())
  const isUtf8 = /^utf-?8$/.test(media.parameters.get('charset') ?? 'utf-8')
  return known.has(media.type) && isOfVersion(media) && isUtf8 && isPlain
    ? null
    : 'MEDIA_TYPE_UNSUPPORTED'
}

/** Null: it takes what we answer in. @param format of the address, which goes before the header */
export const acceptFault = (
  headers: IncomingHttpHeaders,
  format: string | null,
): RequestFault | null => {
  const wished = format ?? headers.accept ?? '*/*'
  const isTaken = wished
    // A plus sign of an address is a blank (application/fhir+json).
    .replace('fhir json', 'fhir+json')
    .split(',', 20)
    .map(parseMediaType)
    .some((media) => (known.has(media.type) || anything.has(media.type)) && isOfVersion(media))
  return isTaken ? null : 'NOT_ACCEPTABLE'
}
