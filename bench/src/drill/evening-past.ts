/** Before the evening: the directory, who works in operations, and ten weeks of entries to compare with. All of it is invented. */
import type { SiteView } from '@sidep/contracts'
import { demoOperators, directoryFile, generateProfessionals, probeIdentity } from '@sidep/dev'
import { importDirectory } from '@sidep/server/login/directory/index.ts'
import { addRole } from '@sidep/server/login/operators.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { openDatabase } from '@sidep/server/platform/database.ts'
import type { Sql } from 'postgres'

/** As many as the stand-in provider knows, and by the same seed. */
const people = generateProfessionals(2_000, 1)

/** Sites of the directory, in an order that mixes départements. */
const directorySites: readonly SiteView[] = [
  ...new Map(
    people
      .flatMap(({ activities }) => activities)
      .filter(({ finess }) => finess !== '')
      .map(({ finess, companyName, postalCode }) => [
        finess,
        { id: finess, name: companyName, postalCode },
      ]),
  ).values(),
]

export const directorySite = (index: number): SiteView => {
  const site = directorySites[index % directorySites.length]
  if (site === undefined) throw new RangeError('the directory has no sites')
  return site
}

async function* directory(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(directoryFile([...people, probeIdentity]))
}

const weeks = 10

/** Quarters until the last whole one, by day and by night; and at sites where nobody of the drill works, the last hour one by one. */
const seedEntries = async (sql: Sql, from: number): Promise<void> => {
  const resting = directorySites.slice(from).map(({ id }) => id)
  await sql`
    insert into screening_quarter (quarter, department, recorded, sites)
    select quarter, department, greatest(1, round(sites * 0.8 *
      (0.6 + 0.4 * sin(pi() * extract(hour from quarter at time zone 'Europe/Paris') / 24)) *
      (0.9 + 0.2 * abs(hashtext(quarter::text || department)::float8 / 2147483648))))::int, sites
    from generate_series(date_bin('15 minutes', now() - ${`${weeks * 7} days`}::interval, 'epoch'),
      date_bin('15 minutes', now() - interval '15 minutes', 'epoch'), interval '15 minutes') as quarter
    cross join (select department, count(*)::int as sites from site where department is not null group by department) d`
  await sql`
    insert into screening_quarters_counted (since, until)
    values (now() - ${`${weeks * 7} days`}::interval, date_bin('15 minutes', now(), 'epoch'))
    on conflict do nothing`
  await sql`
    insert into screening (site_id, id, professional_id, door, state, kind, disease, device, sampled_at, recorded_at,
      result, result_at, final_at, catch_up, request_digest, person_hash, key_id, sealed)
    select site_id, gen_random_uuid(), '8997' || lpad(place::text, 8, '0'), case when n = 1 then 'laboratory' else 'ecps' end, 'final',
      'antigen', '840539006', '1232', at, at, 'negative', at, at, false, '\\x00',
      decode(md5(site_id || n), 'hex'), 1, '\\x00'
    from unnest(string_to_array(${resting.join(',')}, ',')) with ordinality as resting (site_id, place)
    cross join lateral (select n, now() - n * interval '9 minutes' as at from generate_series(1, 6) as n) entered`
}

/** @param folder of a portal that has not started yet @param busy sites that the drill itself works at, the first ones */
export const inventPast = async (folder: string, busy: number): Promise<void> => {
  const database = await openDatabase(null, folder)
  try {
    const sql = database.pools.worker
    const result = await importDirectory(directory(), {
      database: database.pools.login,
      clock: systemClock,
      randomBytes: systemRandomBytes,
    })
    if (!result.ok) throw new Error(result.code)
    for (const { person, role } of demoOperators) {
      const order = { personId: person.nationalId, role, reason: 'drill', by: 'drill' }
      await addRole(sql, order, systemClock.now())
    }
    await seedEntries(sql, busy)
  } finally {
    await database.close()
  }
}
