/**
 * Nothing that the form or the grid passes is refused by the gate, and no number of a booklet is spent on what it would
 * refuse: over generated typing, at every site's zone, with the limits and catalogue that the portal gives.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalogue, ScreeningInput } from '@sidep/contracts'
import { catalogueTables, parseScreening } from '@sidep/screening'
import fc from 'fast-check'
import { checkRow } from '../catch-up/check-row.ts'
import { type Column, columns, emptyCells } from '../catch-up/columns.ts'
import { settleCell } from '../catch-up/read-cell.ts'
import { sampleCatalogue } from '../catch-up/testing.ts'
import { emptyFields } from './draft.ts'
import { validateDraft } from './validate.ts'

const id = '0193590a-0000-7000-8000-000000000001'
const catalogue: Catalogue = {
  ...sampleCatalogue,
  limits: { catchUpDaysMax: 30 },
  devices: [
    ...sampleCatalogue.devices,
    { id: '5', maker: 'Nouveau', name: 'De demain', validFrom: '2026-11-24', validUntil: null },
  ],
}
const tables = catalogueTables(catalogue)

const zones = fc.constantFrom(
  'Europe/Paris',
  'Indian/Reunion',
  'America/Martinique',
  'America/Miquelon',
  'Pacific/Tahiti',
  'Pacific/Noumea',
  'Pacific/Wallis',
)
const times = fc
  .integer({ min: 0, max: 3 * 366 * 24 * 60 })
  .map((minutes) => new Date(Date.UTC(2025, 0, 1) + minutes * 60_000 + 17_345))

const name = fc.oneof(
  fc.constantFrom(
    'Dupont',
    "D'Arc",
    'ʿAbd',
    'Μάριος',
    'Һасан',
    'Kɔfi',
    '-',
    'sans nom',
    ' ',
    'X 3',
  ),
  fc.constantFrom(
    'a'.repeat(80),
    'a'.repeat(81),
    '\u202aLe\u200b Goff\u202c',
    'e\u0301'.repeat(80),
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const twoDigits = (value: number): string => String(value).padStart(2, '0')
const dates = fc
  .tuple(
    fc.integer({ min: 0, max: 31 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 1894, max: 2028 }),
  )
  .chain(([day, month, year]) =>
    fc.constantFrom(
      `${twoDigits(day)}/${twoDigits(month)}/${year}`,
      `${twoDigits(day)}${twoDigits(month)}${year}`,
      `${twoDigits(day)}/${twoDigits(month)}`,
      `${month}/${year}`,
      `${year}`,
      `${day} juin ${year}`,
      '',
    ),
  )
const clocks = fc
  .tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 60 }))
  .chain(([hour, minute]) =>
    fc.constantFrom(
      `${hour}:${twoDigits(minute)}`,
      `${hour}h`,
      `${twoDigits(hour)}${twoDigits(minute)}`,
    ),
  )
/** Near the edges of what is allowed, seen from now. */
const nearNow = (now: Date): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.integer({ min: -10, max: 10 }),
      fc.integer({ min: 72 * 60 - 5, max: 72 * 60 + 5 }),
      fc.integer({ min: 30 * 24 * 60 - 5, max: 30 * 24 * 60 + 5 }),
      fc.integer({ min: -1_500, max: 1_500 }),
    )
    .map((minutesAgo) => {
      const at = new Date(now.getTime() - minutesAgo * 60_000).toISOString()
      return `${at.slice(8, 10)}/${at.slice(5, 7)}/${at.slice(0, 4)} ${at.slice(11, 16)}`
    })
const contact = fc.oneof(
  fc.constantFrom(
    '',
    '06 12 34 56 78',
    'tel:692123456',
    'a@exemple.fr;',
    '0612345678 a@exemple.fr',
  ),
  fc.constantFrom(`${'a'.repeat(64)}@${'b'.repeat(60)}.fr`, '1'.repeat(31), '<a@exemple.fr>'),
  fc.string({ maxLength: 20 }),
)
const device = fc.constantFrom('1232', '1199', '5', 'other', '', '777')

const fields = (now: Date) =>
  fc.record({
    familyName: name,
    firstNames: name,
    birthDate: dates,
    sex: fc.constantFrom('F' as const, 'M' as const, 'U' as const, '' as const),
    ins: fc.constantFrom('', '269054958815780'),
    contact,
    postalCode: fc.constantFrom('', '97400', '75 004', '7500', 'ABCDE'),
    language: fc.constantFrom('fr' as const, 'en' as const),
    deviceName: fc.oneof(
      fc.constantFrom('', 'Test du coin', 'x'.repeat(81)),
      fc.string({ maxLength: 5 }),
    ),
    device,
    sampledAt: fc.oneof(fc.constant(''), clocks, nearNow(now), fc.string({ maxLength: 8 })),
    catchUp: fc.boolean(),
    symptoms: fc.constantFrom('' as const, 'none' as const, 'present' as const, 'unknown' as const),
    onset: fc.oneof(
      dates,
      nearNow(now).map((text) => text.slice(0, 10)),
    ),
    reason: fc.constantFrom('' as const, 'pass' as const, 'travel' as const),
  })

const result = fc.constantFrom(
  undefined,
  { result: 'negative' as const },
  { result: 'positive' as const },
  { result: 'inconclusive' as const },
)

/** What reaches the portal is JSON. */
const gateOf = (input: ScreeningInput, now: Date) => {
  const sent: unknown = JSON.parse(JSON.stringify(input))
  return parseScreening(sent, tables, { catchUpDaysMax: 30 }, now)
}

test('what the form passes is passed by the gate, in the same writing', () => {
  let passed = 0
  const sound = {
    ...emptyFields('1232'),
    familyName: 'Dupont',
    firstNames: 'Camille',
    birthDate: '03/04/1980',
    sex: 'F' as const,
  }
  const runs = fc
    .tuple(times, zones)
    .chain(([now, timeZone]) =>
      fc.tuple(
        fc.constant(now),
        fc.constant(timeZone),
        fields(now),
        fc.subarray(Object.keys(sound), { minLength: 1, maxLength: 4 }),
        result,
      ),
    )
  fc.assert(
    fc.property(runs, ([now, timeZone, changes, names, read]) => {
      const picked = Object.fromEntries(
        Object.entries(changes).filter(([field]) => names.includes(field)),
      )
      const context = { id, now, timeZone, catalogue, kind: 'antigen' }
      const validated = validateDraft({ ...sound, ...picked }, context, read)
      if (!validated.ok) return
      passed += 1
      const gate = gateOf(validated.input, now)
      assert.ok(gate.ok, JSON.stringify([picked, gate.ok ? null : gate.faults]))
      assert.deepEqual(gate.value.person, validated.input.person)
    }),
    { numRuns: 2_000 },
  )
  assert.ok(passed > 300, `${passed} passed`)
})

test('what the grid passes is passed by the gate', () => {
  let passed = 0
  const cellsAt = (now: Date) =>
    fc.record({
      familyName: name,
      firstNames: name,
      birthDate: fc.oneof(dates, fc.constantFrom('29314', '3041980')),
      sex: fc.constantFrom('F', 'homme', 'i', ''),
      contact,
      device: fc.oneof(
        device,
        fc.constantFrom('autre : Test', 'panbio', `autre : ${'x'.repeat(81)}`),
      ),
      sampledDay: fc.oneof(
        dates,
        nearNow(now).map((text) => text.slice(0, 10)),
      ),
      sampledTime: fc.oneof(
        clocks,
        nearNow(now).map((text) => text.slice(11)),
        fc.constant('0,5'),
      ),
      result: fc.constantFrom('N', 'pos', 'I', '?'),
    })
  const runs = fc
    .tuple(times, zones)
    .chain(([now, timeZone]) => fc.tuple(fc.constant(now), fc.constant(timeZone), cellsAt(now)))
  fc.assert(
    fc.property(runs, ([now, timeZone, typed]) => {
      const context = {
        now,
        timeZone,
        siteId: '750712184',
        catalogue,
        recentDevices: [],
        kind: { code: 'antigen', minutesToResult: 15 },
        lateReason: 'paper' as const,
      }
      const cells: Record<Column, string> = { ...emptyCells, ...typed }
      for (const column of columns) cells[column] = settleCell(column, cells[column], context)
      const checked = checkRow(id, cells, context)
      if (!checked.ok) return
      passed += 1
      const gate = gateOf(checked.input, now)
      assert.ok(gate.ok, JSON.stringify([cells, gate.ok ? null : gate.faults]))
    }),
    { numRuns: 4_000 },
  )
  assert.ok(passed > 20, `${passed} passed`)
})
