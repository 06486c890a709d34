import type { RecoveryEntry, TestEntry, VaccinationEntry } from './dcc.ts'
import { Fields } from './fields.ts'
import type { JsonObject } from './json.ts'

// Schema, country_vt: ISO 3166-1 alpha-2 where possible.
const countryPattern = /^[A-Z]{1,10}$/

const readCommon = (fields: Fields) => ({
  disease: fields.text('tg'),
  country: fields.matching('co', countryPattern),
  issuer: fields.text('is'),
  uvci: fields.text('ci'),
})

/** Schema, test_entry; `dr` is of versions before 1.3, where `tc` was required. */
export function readTest(json: JsonObject): TestEntry | null {
  const fields = new Fields(json)
  const testName = fields.optionalText('nm')
  const device = fields.optionalText('ma')
  const resultAt = fields.optionalInstant('dr')
  const centre = fields.optionalText('tc')
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
  return fields.wrong ? null : entry
}

/** Schema, vaccination_entry. The dose may exceed the series: boosters are counted so. */
export function readVaccination(json: JsonObject): VaccinationEntry | null {
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
  return fields.wrong ? null : entry
}

/** Schema, recovery_entry. */
export function readRecovery(json: JsonObject): RecoveryEntry | null {
  const fields = new Fields(json)
  const entry: RecoveryEntry = {
    kind: 'recovery',
    ...readCommon(fields),
    firstPositiveOn: fields.date('fr'),
    validFrom: fields.date('df'),
    validUntil: fields.date('du'),
  }
  return fields.wrong ? null : entry
}
