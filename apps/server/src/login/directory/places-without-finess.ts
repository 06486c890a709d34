/** Places of work that the directory lists without a FINESS: kept so that whoever is not let in is told which they are. */
import type { ReservedSql } from 'postgres'
import { byKey } from './by-key.ts'
import type { DirectoryActivity } from './directory-line.ts'

export const preparePlaces = async (connection: ReservedSql): Promise<void> => {
  await connection`create temporary table if not exists seen_place
    (professional_id text, name text, primary key (professional_id, name))`
  await connection`truncate seen_place`
}

export const storePlaces = async (
  connection: ReservedSql,
  activities: readonly DirectoryActivity[],
): Promise<void> => {
  const places = byKey(
    activities.flatMap(({ professionalId, profession, placeWithoutFiness: name }) =>
      name === null ? [] : [{ professionalId, profession, name }],
    ),
    ({ professionalId, name }) => `${professionalId} ${name}`,
  )
  if (places.length === 0) return
  const people = places.map(({ professionalId }) => professionalId)
  const names = places.map(({ name }) => name)
  await connection`
    insert into place_without_finess as known (professional_id, name, profession)
    select * from unnest(${people}::text[], ${names}::text[],
      ${places.map(({ profession }) => profession)}::text[])
    on conflict (professional_id, name) do update set profession = excluded.profession
    where known.profession <> excluded.profession`
  await connection`insert into seen_place
    select * from unnest(${people}::text[], ${names}::text[]) on conflict do nothing`
}

const vanishedAtOnce = 20_000

/** Looked for first, as activities are (import-directory.ts). */
export const forgetVanishedPlaces = async (connection: ReservedSql): Promise<void> => {
  for (;;) {
    const gone = await connection<{ person: string; name: string }[]>`
      select professional_id as person, name from place_without_finess known where not exists (
        select 1 from seen_place seen
        where seen.professional_id = known.professional_id and seen.name = known.name)
      limit ${vanishedAtOnce}`
    await connection`
      delete from place_without_finess known
      using unnest(${gone.map(({ person }) => person)}::text[], ${gone.map(({ name }) => name)}::text[])
        as gone (person, name)
      where known.professional_id = gone.person and known.name = gone.name`
    if (gone.length < vanishedAtOnce) return
  }
}
