import { broken, decoded, type Layer } from '@sidep/encoding'
import type { Dcc, DccName } from './dcc.ts'
import { latestOf, type ReadEntry, readRecovery, readTest, readVaccination } from './entries.ts'
import { Fields } from './fields.ts'
import { isJsonObject, type Json, type JsonObject, jsonFrom } from './json.ts'
import { hasLetter, trimmed } from './texts.ts'
import { readBirthDate } from './times.ts'

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
 * Reads the payload of a certificate by the DCC schema, versions 1.0 to 1.3, into the one form that view and rules
 * see: nothing behind here looks at a text as its issuer wrote it.
 *
 * As lenient as certificates in circulation need: blanks around values, null for an absent field or group, a time
 * of day behind a date, every form of time that CertLogic names, several entries of one kind, names for machines
 * that are written for people. What is no date, no time or no name at all is refused; so are two kinds of entry.
 *
 * @param payload the hcert claim's DCC as decoded from CBOR (Map) or JSON
 * Codes: SCHEMA_NOT_A_CERTIFICATE, SCHEMA_VERSION, SCHEMA_NAME, SCHEMA_BIRTH_DATE,
 * SCHEMA_ENTRY_COUNT, SCHEMA_TEST, SCHEMA_VACCINATION, SCHEMA_RECOVERY: the part that is wrong.
 */
export const parseDcc = (payload: unknown): Layer<Dcc, DccCode> => {
  const json = jsonFrom(payload, trimmed)
  if (!isJsonObject(json)) return broken('SCHEMA_NOT_A_CERTIFICATE')
  const version = json.ver
  if (typeof version !== 'string' || !versionPattern.test(version)) return broken('SCHEMA_VERSION')
  const name = readName(json.nam)
  if (name === null) return broken('SCHEMA_NAME')
  const dateOfBirth = typeof json.dob === 'string' ? readBirthDate(json.dob) : null
  if (dateOfBirth === null) return broken('SCHEMA_BIRTH_DATE')
  const group = readGroup(json, version)
  if (typeof group === 'string') return broken(group)
  const { key, latest, entries } = group
  const canonical = { ...withoutGroups(json), dob: dateOfBirth, [key]: [latest.canonical] }
  return decoded({ version, name, dateOfBirth, entry: latest.entry, entries, canonical })
}

// Schema: `ver` follows semantic versioning, of which early issuers left parts out; another major version is another
// format.
const versionPattern = /^1(?:\.\d{1,4}){0,2}(?:[-+][\w.+-]{1,40})?$/

/** The names with a letter in them. Null without a name for machines (schema, person_name), or without any name. */
const readName = (nam: Json | undefined): DccName | null => {
  if (!isJsonObject(nam)) return null
  const fields = new Fields(nam)
  const fn = fields.optionalShortText('fn')
  const fnt = fields.optionalShortText('fnt')
  const gn = fields.optionalShortText('gn')
  const gnt = fields.optionalShortText('gnt')
  if (fields.wrong || (fnt === undefined && gnt === undefined)) return null
  const name: DccName = {
    ...(hasLetter(fn) && { fn }),
    ...(hasLetter(fnt) && { fnt }),
    ...(hasLetter(gn) && { gn }),
    ...(hasLetter(gnt) && { gnt }),
  }
  return Object.keys(name).length === 0 ? null : name
}

const groups = [
  { key: 't', read: readTest, code: 'SCHEMA_TEST' },
  { key: 'v', read: readVaccination, code: 'SCHEMA_VACCINATION' },
  { key: 'r', read: readRecovery, code: 'SCHEMA_RECOVERY' },
] as const satisfies readonly {
  key: string
  read: (json: JsonObject, version: string) => ReadEntry | null
  code: DccCode
}[]

interface Group {
  readonly key: 't' | 'v' | 'r'
  readonly latest: ReadEntry
  readonly entries: Dcc['entries']
}

/** The one group that is there. Every entry must be right: what is wrong in one says that its issuer was not. */
const readGroup = (json: JsonObject, version: string): Group | DccCode => {
  const present = groups.filter(({ key }) => !isEmptyGroup(json[key]))
  const [group] = present
  if (group === undefined || present.length > 1) return 'SCHEMA_ENTRY_COUNT'
  const { key, read, code } = group
  const written = json[key]
  if (!Array.isArray(written)) return code
  const entries: ReadEntry[] = []
  for (const item of written as readonly Json[]) {
    const entry = isJsonObject(item) ? read(item, version) : null
    if (entry === null) return code
    entries.push(entry)
  }
  const latest = latestOf(entries)
  return latest === undefined ? code : { key, latest, entries: entries.map(({ entry }) => entry) }
}

const isEmptyGroup = (group: Json | undefined): boolean =>
  group === undefined || group === null || (Array.isArray(group) && group.length === 0)

/** Rules ask whether a group is there at all, so an empty one must not be. */
const withoutGroups = ({
  t: _tests,
  v: _vaccinations,
  r: _recoveries,
  ...rest
}: JsonObject): JsonObject => rest
