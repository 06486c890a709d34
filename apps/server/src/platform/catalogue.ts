/**
 * What may be entered: kinds of test, diseases, devices. Tables in the database, so that an operator adds a kind or
 * ends a device's validity without a new version; seeded from files at start, held in memory for the hot path.
 */
import type { Catalogue } from '@sidep/contracts'
import { testDevices } from '@sidep/hcert'
import { type CatalogueTables, catalogueTables, type Device, type TestKind } from '@sidep/screening'
import type { Sql } from 'postgres'
import diseaseSeed from './reference-data/diseases.json' with { type: 'json' }
import kindSeed from './reference-data/test-kinds.json' with { type: 'json' }

export interface CatalogueSource {
  /** The newest tables read. */
  current(): CatalogueTables
  refresh(): Promise<void>
}

/**
 * Puts the seed where there is nothing yet. Rows that exist are an operator's, except that the EU list (the file)
 * rules over its own devices: it is published, not edited.
 */
const seed = async (database: Sql): Promise<void> => {
  for (const [position, kind] of kindSeed.entries()) {
    await database`insert into test_kind
      (code, dcc_test_type, loinc, label_fr, label_en, at_counter, minutes_to_result, position)
      values (${kind.code}, ${kind.dccTestType}, ${kind.loinc}, ${kind.label.fr}, ${kind.label.en},
        ${kind.atCounter}, ${kind.minutesToResult}, ${position})
      on conflict (code) do nothing`
  }
  for (const [position, disease] of diseaseSeed.entries()) {
    await database`insert into disease (code, label_fr, label_en, position)
      values (${disease.code}, ${disease.label.fr}, ${disease.label.en}, ${position})
      on conflict (code) do nothing`
  }
  const devices = testDevices.map(({ id, maker, name, validFrom, validUntil }) => ({
    id,
    maker,
    name,
    valid_from: validFrom ?? null,
    valid_until: validUntil ?? null,
  }))
  await database`insert into device ${database(devices)}
    on conflict (id) do update set maker = excluded.maker, name = excluded.name,
      valid_from = excluded.valid_from, valid_until = coalesce(device.valid_until, excluded.valid_until)
    where (device.maker, device.name, device.valid_from) is distinct from (excluded.maker, excluded.name, excluded.valid_from)
      or (device.valid_until is null and excluded.valid_until is not null)`
}

const readKinds = async (database: Sql): Promise<TestKind[]> => {
  const rows = await database<
    {
      code: string
      dcc_test_type: string
      loinc: string
      label_fr: string
      label_en: string
      at_counter: boolean
      minutes_to_result: number
    }[]
  >`select * from test_kind order by position, code`
  return rows.map((row) => ({
    code: row.code,
    dccTestType: row.dcc_test_type,
    loinc: row.loinc,
    label: { fr: row.label_fr, en: row.label_en },
    atCounter: row.at_counter,
    minutesToResult: row.minutes_to_result,
  }))
}

const readView = async (database: Sql): Promise<Catalogue> => {
  const diseases = await database<{ code: string; label_fr: string; label_en: string }[]>`
    select code, label_fr, label_en from disease order by position, code`
  const devices = await database<Device[]>`
    select id, maker, name, valid_from::text as "validFrom", valid_until::text as "validUntil"
    from device order by maker, name, id`
  return {
    kinds: await readKinds(database),
    diseases: diseases.map((row) => ({
      code: row.code,
      label: { fr: row.label_fr, en: row.label_en },
    })),
    devices: [...devices],
  }
}

/** What a new portal's catalogue is, for who has none of a portal: an integrator's computer. */
export const shippedCatalogue = (): CatalogueTables =>
  catalogueTables({
    kinds: kindSeed,
    diseases: diseaseSeed,
    devices: testDevices.map(({ id, maker, name, validFrom, validUntil }) => ({
      id,
      maker,
      name,
      validFrom: validFrom ?? null,
      validUntil: validUntil ?? null,
    })),
  })

/** Seeds and reads the catalogue of a migrated database. */
export const openCatalogue = async (database: Sql): Promise<CatalogueSource> => {
  await seed(database)
  let tables = catalogueTables(await readView(database))
  return {
    current: () => tables,
    async refresh() {
      tables = catalogueTables(await readView(database))
    },
  }
}
