import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import {
  demoPeople,
  directoryFile,
  generateProfessionals,
  type SyntheticProfessional,
} from '@sidep/dev'
import type { OpenDatabase } from '../../platform/database.ts'
import { openTestDatabase } from '../../platform/test-databases.ts'
import {
  type ImportOptions,
  type ImportSummary,
  importDirectory,
  isDirectoryEmpty,
  type RefusedLine,
} from './index.ts'

let database: OpenDatabase
let now = new Date('2026-11-23T04:00:00Z')

before(async () => {
  database = await openTestDatabase()
})
after(() => database.close())
beforeEach(async () => {
  await sql()`truncate professional, site, professional_site, place_without_finess, directory_import`
})

const sql = () => database.pools.worker

async function* inChunks(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  for (let start = 0; start < bytes.length; start += 65_536) {
    yield bytes.subarray(start, start + 65_536)
  }
}

const importText = (text: string, options: Partial<ImportOptions> = {}) =>
  importDirectory(inChunks(text), {
    database: sql(),
    clock: { now: () => now },
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    ...options,
  })

const imported = async (
  text: string,
  options: Partial<ImportOptions> = {},
): Promise<ImportSummary> => {
  const result = await importText(text, options)
  assert.ok(result.ok, JSON.stringify(result))
  return result.summary
}

const people = generateProfessionals(2000, 1)
const file = directoryFile(people)
const distinct = (values: readonly string[]): number => new Set(values).size
const withFiness = people.flatMap(({ nationalId, activities }) =>
  activities
    .filter(({ finess }) => finess !== '')
    .map(({ finess }) => [nationalId, finess] as const),
)

const contents = async () => ({
  professionals: await sql()`select * from professional order by id`,
  sites: await sql()`select * from site order by id`,
  activities: await sql()`select * from professional_site order by professional_id, site_id`,
  places: await sql()`select * from place_without_finess order by professional_id, name`,
})

test('two thousand lines are imported whole: every professional, site and activity', async () => {
  assert.equal(await isDirectoryEmpty(sql()), true)
  const progress: number[] = []
  const summary = await imported(file, { onProgress: (lines) => progress.push(lines) })
  const expected = {
    lines: 2000,
    professionals: distinct(people.filter((p) => p.activities.length > 0).map((p) => p.nationalId)),
    sites: distinct(withFiness.map(([, finess]) => finess)),
    activities: distinct(withFiness.map((pair) => pair.join())),
    withoutSite: 2000 - withFiness.length,
    otherIdentifiers: 0,
    refused: 0,
    refusedByCode: {},
    deactivated: 0,
    deactivationWithheld: 0,
  }
  assert.deepEqual(summary, expected)
  assert.equal(progress.at(-1), 2000)
  assert.equal(await isDirectoryEmpty(sql()), false)
  const { finess, companyName } = demoPeople.pharmacist.activities[0]
  const [site] = await sql()`select name, postal_code, source from site where id = ${finess}`
  assert.deepEqual({ ...site }, { name: companyName, postal_code: '75011', source: 'directory' })
})

test('the same file again changes no row', async () => {
  await imported(file)
  const first = await contents()
  now = new Date('2026-11-30T04:00:00Z')
  const summary = await imported(file)
  assert.equal(summary.deactivated, 0)
  assert.deepEqual(await contents(), first)
})

test('broken lines are named by number, code and column; all others are imported', async () => {
  const lines = file.split('\n')
  const breakLine = (number: number, change: (cells: string[]) => string[]): void => {
    lines[number - 1] = change((lines[number - 1] ?? '').split('|')).join('|')
  }
  const set = (column: number, value: string) => (cells: string[]) => cells.with(column, value)
  breakLine(10, set(2, '899790000015'))
  breakLine(11, (cells) => cells.slice(0, 20))
  breakLine(1500, set(21, '123456789'))
  breakLine(1999, set(7, ''))
  lines[1999] = 'x'.repeat(20_000)
  const refused: RefusedLine[] = []
  const summary = await imported(lines.join('\n'), { onRefused: (line) => refused.push(line) })
  assert.deepEqual(refused, [
    { line: 10, code: 'RPPS_CHECK', column: 'Identification nationale PP' },
    { line: 11, code: 'LINE_COLUMNS', column: null },
    { line: 1500, code: 'FINESS_CHECK', column: 'Numéro FINESS site' },
    { line: 1999, code: 'NAME_MISSING', column: "Nom d'exercice" },
    { line: 2000, code: 'LINE_TOO_LONG', column: null },
  ])
  assert.equal(summary.refused, 5)
  assert.equal(summary.lines, 2000)
  assert.equal(summary.refusedByCode.RPPS_CHECK, 1)
})

const activityOf = async ({ nationalId, activities: [first] }: SyntheticProfessional) => {
  const [row] = await sql()<{ deactivated_at: Date | null }[]>`
    select deactivated_at from professional_site
    where professional_id = ${nationalId} and site_id = ${first?.finess ?? ''}`
  return row
}

test('a place without FINESS is kept by its name, and forgotten with the file that lacks it', async () => {
  const { nationalId, activities } = demoPeople.onlyWithoutFiness
  const placesOf = async () =>
    (await sql()`select name from place_without_finess where professional_id = ${nationalId}`).map(
      ({ name }) => name,
    )
  await imported(file)
  assert.deepEqual(await placesOf(), [activities[0].companyName])
  await imported(directoryFile(people.filter((one) => one !== demoPeople.onlyWithoutFiness)))
  assert.deepEqual(await placesOf(), [])
})

test('an activity that vanished is marked, not deleted, and comes back with the next file', async () => {
  await imported(file)
  const without = people.filter((person) => person !== demoPeople.pharmacist)
  now = new Date('2026-12-07T04:00:00Z')
  assert.equal((await imported(directoryFile(without))).deactivated, 1)
  assert.deepEqual((await activityOf(demoPeople.pharmacist))?.deactivated_at, now)
  assert.equal((await imported(file)).deactivated, 0)
  assert.equal((await activityOf(demoPeople.pharmacist))?.deactivated_at, null)
})

test('a faulty line does not end the activity that it is about', async () => {
  await imported(file)
  const faulty = file.replace(
    `|ESSAI-LEMAIRE|`,
    '||', // the family name is gone, national id and FINESS are there
  )
  const summary = await imported(faulty)
  assert.equal(summary.refused, 1)
  assert.equal(summary.deactivated, 0)
  assert.equal((await activityOf(demoPeople.pharmacist))?.deactivated_at, null)
})

test('a file cut in half deactivates nothing unless told to', async () => {
  await imported(file)
  const half = file.split('\n').slice(0, 1001).join('\n')
  const summary = await imported(half)
  assert.equal(summary.deactivated, 0)
  assert.ok(summary.deactivationWithheld > 500)
  const again = await imported(half, { allowShrinking: true })
  assert.equal(again.deactivated, summary.deactivationWithheld)
  assert.equal(again.deactivationWithheld, 0)
})

test('a site that an identity provider named first gets the directory’s name; others stay', async () => {
  const { finess } = demoPeople.pharmacist.activities[0]
  await sql()`insert into site ${sql()([
    { id: finess, name: 'as sent', postal_code: null, source: 'ecps', updated_at: now },
    { id: '010000000', name: 'unlisted', postal_code: null, source: 'ecps', updated_at: now },
  ])}`
  await imported(file)
  const rows = await sql()<{ id: string; name: string; source: string }[]>`
    select id, name, source from site where id in (${finess}, '010000000') order by id`
  assert.deepEqual(
    rows.map(({ name, source }) => [name, source]),
    [
      ['unlisted', 'ecps'],
      ['PHARMACIE DU PARVIS (ESSAI)', 'directory'],
    ],
  )
})

test('a file of another kind is refused whole with DIRECTORY_HEADER, an empty one with DIRECTORY_EMPTY', async () => {
  const other = await importText('id;name\n1;x\n')
  assert.ok(!other.ok)
  assert.equal(other.code, 'DIRECTORY_HEADER')
  const empty = await importText('')
  assert.ok(!empty.ok)
  assert.equal(empty.code, 'DIRECTORY_EMPTY')
  assert.equal(await isDirectoryEmpty(sql()), true)
})

test('an import that breaks off deactivates nothing, and the next one completes it', async () => {
  await imported(file)
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(file.slice(0, 200_000))
    throw new Error('the disk went away')
  }
  await assert.rejects(
    importDirectory(broken(), {
      database: sql(),
      clock: { now: () => now },
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
    }),
    /the disk went away/,
  )
  const [row] =
    await sql()`select count(*)::int as ended from professional_site where deactivated_at is not null`
  assert.equal(row?.ended, 0)
  assert.equal((await imported(file)).deactivated, 0)
})

test('two imports at once wait for each other', async () => {
  const summaries = await Promise.all([imported(file), imported(file)])
  for (const summary of summaries) assert.equal(summary.deactivated, 0)
})
