import { broken, decoded, type Layer } from '@sidep/encoding'
import type { Dcc, DccEntry, DccKind, DccName } from './dcc.ts'
import { readRecovery, readTest, readVaccination } from './entries.ts'
import { Fields } from './fields.ts'
import { isJsonObject, type Json, type JsonObject, jsonFrom } from './json.ts'

export type DccCode =
  | 'SCHEMA_NOT_A_CERTIFICATE'
  | 'SCHEMA_VERSION'
  | 'SCHEMA_NAME'
  | 'SCHEMA_BIRTH_DATE'
  | 'SCHEMA_ENTRY_COUNT'
  | 'SCHEMA_TEST'
  | 'SCHEMA_VACCINATION'
  | 'SCHEMA_RECOVERY'

/**
 * Reads the payload of a certificate by the DCC schema, versions 1.0 to 1.3.
 *
 * As lenient as certificates in circulation need: null for an absent field or group, a time of day
 * behind a date, offsets `+02` and `+0200`. Strict in all else, and in one thing stricter than the
 * schema's first versions: exactly one entry, of exactly one kind.
 *
 * @param payload the hcert claim's DCC as decoded from CBOR (Map) or JSON
 * Codes: SCHEMA_NOT_A_CERTIFICATE, SCHEMA_VERSION, SCHEMA_NAME, SCHEMA_BIRTH_DATE,
 * SCHEMA_ENTRY_COUNT, SCHEMA_TEST, SCHEMA_VACCINATION, SCHEMA_RECOVERY: the part that is wrong.
 */
export function parseDcc(payload: unknown): Layer<Dcc, DccCode> {
  const json = jsonFrom(payload)
  if (!isJsonObject(json)) return broken('SCHEMA_NOT_A_CERTIFICATE')
  const version = json.ver
  // Schema: `ver` follows semantic versioning; another major version is another format.
  if (typeof version !== 'string' || !/^1\.\d{1,4}\.\d{1,4}$/.test(version)) {
    return broken('SCHEMA_VERSION')
  }
  const name = readName(json.nam)
  if (name === null) return broken('SCHEMA_NAME')
  const dateOfBirth = readDateOfBirth(json.dob)
  if (dateOfBirth === null) return broken('SCHEMA_BIRTH_DATE')
  const entry = readEntry(json)
  if (typeof entry === 'string') return broken(entry)
  return decoded({ version, name, dateOfBirth, entry, raw: withoutEmptyGroups(json) })
}

// Schema, person_name: ICAO 9303 part 3 letters and the filler.
const icaoPattern = /^[A-Z<]*$/

function readName(nam: Json | undefined): DccName | null {
  if (!isJsonObject(nam)) return null
  const fields = new Fields(nam)
  const fn = fields.optionalText('fn')
  const fnt = fields.optionalMatching('fnt', icaoPattern)
  const gn = fields.optionalText('gn')
  const gnt = fields.optionalMatching('gnt', icaoPattern)
  if (fields.wrong || (fnt === undefined && gnt === undefined)) return null
  return {
    ...(fn !== undefined && { fn }),
    ...(fnt !== undefined && { fnt }),
    ...(gn !== undefined && { gn }),
    ...(gnt !== undefined && { gnt }),
  }
}

// Schema, dob: year, month and day from the right may be missing; the time is some states' habit.
const dateOfBirthPattern = /^(?:((?:19|20)\d\d(?:-\d\d){0,2})(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?)?$/

function readDateOfBirth(dob: Json | undefined): string | null {
  if (typeof dob !== 'string') return null
  const match = dateOfBirthPattern.exec(dob)
  return match === null ? null : (match[1] ?? '')
}

const groups = [
  { key: 't', kind: 'test', read: readTest, code: 'SCHEMA_TEST' },
  { key: 'v', kind: 'vaccination', read: readVaccination, code: 'SCHEMA_VACCINATION' },
  { key: 'r', kind: 'recovery', read: readRecovery, code: 'SCHEMA_RECOVERY' },
] as const satisfies readonly {
  key: string
  kind: DccKind
  read: (json: JsonObject) => DccEntry | null
  code: DccCode
}[]

function readEntry(json: JsonObject): DccEntry | DccCode {
  const present = groups.filter(({ key }) => !isEmptyGroup(json[key]))
  const [group] = present
  if (group === undefined || present.length > 1) return 'SCHEMA_ENTRY_COUNT'
  const entries = json[group.key]
  if (!Array.isArray(entries)) return group.code
  if (entries.length !== 1) return 'SCHEMA_ENTRY_COUNT'
  const entry: Json | undefined = entries[0]
  return (isJsonObject(entry) ? group.read(entry) : null) ?? group.code
}

const isEmptyGroup = (group: Json | undefined): boolean =>
  group === undefined || group === null || (Array.isArray(group) && group.length === 0)

/** Rules ask whether a group is there at all, so an empty one must not be. */
function withoutEmptyGroups(json: JsonObject): JsonObject {
  const isEmpty = (key: string) =>
    groups.some((group) => group.key === key) && isEmptyGroup(json[key])
  return Object.keys(json).some(isEmpty)
    ? Object.fromEntries(Object.entries(json).filter(([key]) => !isEmpty(key)))
    : json
}
