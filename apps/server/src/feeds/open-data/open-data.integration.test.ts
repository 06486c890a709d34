/** The open series from the database to its files: equal to a recount, hidden where it must be, counted anew. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { dayMilliseconds } from '@sidep/time'
import { clusterOfFile } from '../../platform/testing.ts'
import { openFeedBench } from '../testing.ts'
import { cellMin } from './shown-cells.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()
const feeds = await openFeedBench(portal)
after(() => feeds.close())
const { receiver } = feeds
const day = '2021-08-11'

/** People of four départements and nowhere, some of them tested twice that day; sizes from a few to many. */
await portal.sql`
  insert into feed_record (site_id, screening_id, recorded_at, pseudonym, day, kind, disease, result, sex, age_class,
    department, withdrawn)
  select 's', gen_random_uuid(), '2021-08-11T10:00:00Z', 'p' || (n % 4000), ${day}::text::date, 'antigen', '840539006',
    case when n % 97 = 0 then 'inconclusive' when (n % 4000) % 5 = 0 and n < 4000 then 'positive' else 'negative' end,
    (array['f', 'h'])[1 + (n % 4000) % 2],
    (array['09', '19', '29', '39', '49', '59', '69', '79', '89', '90'])[1 + floor(10 * power(((n % 4000) * 7919 % 4000) / 4000.0, 1.6))::int],
    (array['75', '75', '75', '75', '92', '92', '33', '69', '69', '48', '971', ''])[1 + ((n % 4000) * 31 % 4000) % 12],
    n % 101 = 0
  from generate_series(1, 4600) n`
await portal.sql`insert into open_data_due (day, since) values (${day}::text::date, ${portal.clock.now()})`

interface Line {
  readonly [column: string]: string
}

const linesOf = (level: string): Line[] => {
  const [head = '', ...lines] = (receiver.files().get(`sp-pos-quot-${level}.csv`) ?? '')
    .trim()
    .split('\n')
  const columns = head.split(';')
  return lines.map((line) =>
    Object.fromEntries(line.split(';').map((value, index) => [columns[index] ?? '', value])),
  )
}

/** Another way of counting than the publisher's: people, each by the worst of their results. */
const recount = async (departments: readonly string[] | null, ageClass: string, sex: string) => {
  const [row] = await portal.sql<{ tested: number; positive: number }[]>`
    select count(*)::int as tested, coalesce(sum(positive), 0)::int as positive from (
      select pseudonym, max((result = 'positive')::int) as positive from feed_record
      where day = ${day}::text::date and not withdrawn and result <> 'inconclusive'
        and (${departments === null} or department = any(${[...(departments ?? [])]}))
        and (${ageClass} = '0' or age_class = ${ageClass}) and (${sex} = '' or sex = ${sex})
      group by pseudonym) as people`
  return row ?? assert.fail()
}

const regionOf: Readonly<Record<string, readonly string[]>> = {
  '11': ['75', '92'],
  '75': ['33'],
  '84': ['69'],
  '76': ['48'],
  '01': ['971'],
}

const compare = async (): Promise<{ shown: number; hidden: number }> => {
  let [shown, hidden] = [0, 0]
  for (const level of ['fra', 'reg', 'dep']) {
    for (const line of linesOf(level).filter(({ jour }) => jour === day)) {
      const code = line[level] ?? ''
      const departments = level === 'fra' ? null : level === 'reg' ? (regionOf[code] ?? []) : [code]
      for (const column of Object.keys(line).filter((name) => /^[PT]/.test(name))) {
        const value = line[column]
        if (value === '') {
          hidden += 1
          continue
        }
        const { tested, positive } = await recount(
          departments,
          line.cl_age90 ?? '',
          column.slice(2),
        )
        const counted = column.startsWith('T') ? tested : positive
        assert.equal(Number(value), counted, `${level} ${code} ${line.cl_age90} ${column}`)
        assert.ok(counted >= cellMin)
        shown += 1
      }
    }
  }
  return { shown, hidden }
}

const publishNextNight = async (): Promise<void> => {
  portal.clock.advance(dayMilliseconds)
  await feeds.publisher.runOnce()
}

test('a day is published three days after, in the layout of the series, equal to a recount', async () => {
  await feeds.publisher.runOnce()
  assert.equal(linesOf('fra').length, 0)
  await publishNextNight()
  assert.deepEqual(
    ['fra', 'reg', 'dep'].map(
      (level) => receiver.files().get(`sp-pos-quot-${level}.csv`)?.split('\n', 1)[0],
    ),
    [
      'fra;jour;P_f;P_h;P;T_f;T_h;T;cl_age90;pop',
      'reg;jour;P_f;P_h;P;T_f;T_h;T;cl_age90;pop',
      'dep;jour;P;T;cl_age90;pop',
    ],
  )
  const { shown, hidden } = await compare()
  assert.ok(shown > 60 && hidden > 60, `${shown} shown, ${hidden} hidden`)
})

test('the description names the files by their hash, and the portal shows the same ones', async () => {
  const description = JSON.parse(receiver.files().get('datapackage.json') ?? '')
  assert.deepEqual(
    description.resources.map(({ path }: { path: string }) => path),
    ['sp-pos-quot-fra.csv', 'sp-pos-quot-reg.csv', 'sp-pos-quot-dep.csv'],
  )
  for (const [name, content] of receiver.files()) {
    const reply = await portal.send('GET', `/open-data/${name}`, undefined, { cookie: null })
    assert.equal(reply.text, content)
  }
})

test('a corrected result has its day counted anew, and what was hidden stays hidden', async () => {
  const before = new Map(linesOf('dep').map((line) => [`${line.dep}|${line.cl_age90}`, line]))
  await portal.sql`
    update feed_record set result = 'negative' where ctid in (
      select ctid from feed_record where result = 'positive' and department = '75' limit 3)`
  await portal.sql`insert into open_data_due (day, since) values (${day}::text::date, ${portal.clock.now()})`
  await publishNextNight()
  await compare()
  let changed = 0
  for (const line of linesOf('dep')) {
    const old = before.get(`${line.dep}|${line.cl_age90}`)
    if (old?.P === '') assert.equal(line.P, '')
    if (old?.T === '') assert.equal(line.T, '')
    if (old?.P !== line.P) changed += 1
  }
  assert.ok(changed > 0)
  const description = JSON.parse(receiver.files().get('datapackage.json') ?? '')
  assert.deepEqual(
    description.recomptes.map(({ jour, version }: { jour: string; version: number }) => [
      jour,
      version,
    ]),
    [[day, 2]],
  )
})

test('a day whose people are being forgotten stays as it was', async () => {
  const before = receiver.files().get('sp-pos-quot-fra.csv')
  portal.clock.advance(92 * dayMilliseconds)
  await portal.server.platform.vault.refresh()
  await portal.sql`delete from feed_record where department = '75'`
  await portal.sql`insert into open_data_due (day, since) values (${day}::text::date, ${portal.clock.now()})`
  await publishNextNight()
  assert.equal(receiver.files().get('sp-pos-quot-fra.csv'), before)
})

test('files that could not be put are put later, all of them', async () => {
  await portal.sql`
    insert into feed_record (site_id, screening_id, recorded_at, pseudonym, day, kind, disease, result, sex, age_class,
      department, withdrawn)
    select 's', gen_random_uuid(), now(), 'q' || n, '2021-11-08', 'antigen', '840539006', 'negative', 'f', '29', '75', false
    from generate_series(1, 50) n`
  await portal.sql`insert into open_data_due (day, since) values ('2021-11-08', ${portal.clock.now()})`
  receiver.setFault('open-data', { kind: 'refuse' })
  await publishNextNight()
  assert.ok(linesOf('fra').every(({ jour }) => jour === day))
  receiver.setFault('open-data', { kind: 'none' })
  portal.clock.advance(11 * 60_000)
  await feeds.publisher.runOnce()
  assert.equal(
    linesOf('fra').find(({ jour, cl_age90 }) => jour === '2021-11-08' && cl_age90 === '0')?.T,
    '50',
  )
})
