import type { DccEntry, RecoveryEntry, TestEntry, VaccinationEntry } from './dcc.ts'
import { Fields } from './fields.ts'
import type { JsonObject } from './json.ts'

/** One entry of a group, as read, and as the rules get it. */
export interface ReadEntry {
  readonly entry: DccEntry
  readonly canonical: JsonObject
}

// Schema, country_vt: ISO 3166-1 alpha-2 where possible. Its pattern has no edges.
const countryPattern = /[A-Z]{1,10}/

/** Texts without a length in the schema have none here; an identifier is one longer than the schema's in use. */
const readCommon = (fields: Fields) => ({
  disease: fields.text('tg'),
  country: fields.matching('co', countryPattern),
  issuer: fields.shortText('is'),
  uvci: fields.text('ci'),
})

/** Test names have a length since 1.3 only. */
const boundsTestName = (version: string): boolean =>
  version.startsWith('1.3') || Number(version.split('.')[1] ?? 0) >= 3

/** Schema, test_entry; `dr` is of versions before 1.3, where `tc` was required. */
export const readTest = (json: JsonObject, version: string): ReadEntry | null => {
  const fields = new Fields(json)
  const testName = boundsTestName(version)
    ? fields.optionalShortText('nm')
    : fields.optionalText('nm')
  const device = fields.optionalText('ma')
  const resultAt = fields.optionalInstant('dr')
  const centre = fields.optionalShortText('tc')
  const entry: TestEntry = {
    kind: 'test',
    ...readCommon(fields),
    testType: fields.text('tt'),
    sampledAt: fields.instant('sc'),
    result: fields.text('tr'),
    ...(testName !== undefined && { testName }),
    ...(device !== undefined && { device }),
    ...(resultAt !== undefined && { resultAt }),
    ...(centre !== undefined && { centre }),
  }
  return fields.wrong ? null : { entry, canonical: fields.canonical() }
}

/** Schema, vaccination_entry. The dose may exceed the series: boosters are counted so. */
export const readVaccination = (json: JsonObject): ReadEntry | null => {
  const fields = new Fields(json)
  const entry: VaccinationEntry = {
    kind: 'vaccination',
    ...readCommon(fields),
    vaccine: fields.text('vp'),
    product: fields.text('mp'),
    manufacturer: fields.text('ma'),
    dose: fields.count('dn'),
    doses: fields.count('sd'),
    vaccinatedOn: fields.date('dt'),
  }
  return fields.wrong ? null : { entry, canonical: fields.canonical() }
}

/** Schema, recovery_entry. */
export const readRecovery = (json: JsonObject): ReadEntry | null => {
  const fields = new Fields(json)
  const entry: RecoveryEntry = {
    kind: 'recovery',
    ...readCommon(fields),
    firstPositiveOn: fields.date('fr'),
    validFrom: fields.date('df'),
    validUntil: fields.date('du'),
  }
  return fields.wrong ? null : { entry, canonical: fields.canonical() }
}

/** When what an entry says happened; a later dose of the same day comes after. */
const orderOf = (entry: DccEntry): readonly [milliseconds: number, dose: number] => {
  switch (entry.kind) {
    case 'test':
      return [entry.sampledAt.getTime(), 0]
    case 'vaccination':
      return [Date.parse(entry.vaccinatedOn), entry.dose]
    case 'recovery':
      return [Date.parse(entry.firstPositiveOn), 0]
  }
}

const isLater = (left: DccEntry, right: DccEntry): boolean => {
  const [leftAt, leftDose] = orderOf(left)
  const [rightAt, rightDose] = orderOf(right)
  return leftAt === rightAt ? leftDose > rightDose : leftAt > rightAt
}

/** Of several entries the latest; of equal ones the first. */
export const latestOf = (entries: readonly ReadEntry[]): ReadEntry | undefined =>
  entries.reduce<ReadEntry | undefined>(
    (latest, next) => (latest === undefined || isLater(next.entry, latest.entry) ? next : latest),
    undefined,
  )
