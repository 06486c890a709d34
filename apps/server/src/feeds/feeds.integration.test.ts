/** What receivers are told of real screenings, whatever fails on the way. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ScreeningInput, SiteView } from '@sidep/contracts'
import { dayMilliseconds, hourMilliseconds, minuteMilliseconds } from '@sidep/time'
import { makeCounter } from '../continuity/testing.ts'
import { probePerson } from '../platform/probe-sites.ts'
import { clusterOfFile, newId, sampleScreening, testSites } from '../platform/testing.ts'
import { pauseFeed, readFeeds, replayFeed, resumeFeed } from './feed-state.ts'
import { claimItems } from './items.ts'
import { openFeedBench } from './testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal({ environment: { PROBE_SITES: testSites.saintDenis.id } })
const feeds = await openFeedBench(portal)
after(() => feeds.close())
const { receiver } = feeds
for (const { id, name, postalCode } of Object.values(testSites)) {
  await portal.sql`insert into site (id, name, postal_code, source, updated_at)
    values (${id}, ${name}, ${postalCode}, 'test', now())`
}

const order = (reason: string) => ({ by: 'test', reason, at: portal.clock.now() })

const person = {
  familyName: 'Lecœur',
  firstNames: 'Zoé',
  birthDate: '1990-02-03',
  sex: 'F' as const,
  postalCode: '75011',
  contact: { phone: '06 12 34 56 78' },
}

/** By somebody who signed in this moment: days pass here. */
const enter = async (
  changes: Partial<ScreeningInput>,
  site: SiteView = testSites.parvis,
): Promise<ScreeningInput> => {
  const screening = sampleScreening(portal, { person, ...changes })
  const cookie = await portal.cookieAt(site)
  const answer = await portal.send('POST', '/api/screenings', screening, { cookie })
  assert.equal(answer.status, 201, answer.text)
  return screening
}

const change = async (
  id: string,
  what: 'corrections' | 'withdrawal',
  body: object,
): Promise<void> => {
  const counter = await makeCounter(portal, testSites.parvis)
  const reply = await counter.send('POST', `/api/screenings/${id}/${what}`, {
    id: newId(portal.clock),
    ...body,
  })
  assert.ok(reply.status < 300, reply.text)
}

const lastCase = () => receiver.events('tracing').at(-1)

test('a positive is told to contact tracing with what it needs and no more; a negative is not', async () => {
  await enter({ result: 'negative' })
  await enter({ result: 'positive', symptoms: { presence: 'present', onset: '2021-08-12' } })
  portal.clock.advance(10_000)
  await feeds.round()
  assert.equal(receiver.events('tracing').length, 1)
  const { data, type } = lastCase() ?? assert.fail()
  assert.equal(type, 'sidep.tracing.case')
  assert.deepEqual(Object.keys(data).sort(), [
    'isConfirmed',
    'kind',
    'person',
    'recordedAt',
    'sampledAt',
    'site',
    'symptoms',
    'symptomsOnset',
  ])
  assert.deepEqual(data.person, {
    familyName: 'Lecœur',
    firstNames: 'Zoé',
    birthDate: '1990-02-03',
    sex: 'F',
    postalCode: '75011',
    phone: '+33612345678',
    email: null,
    language: 'fr',
  })
  assert.deepEqual(data.site, { id: testSites.parvis.id, name: testSites.parvis.name })
  assert.deepEqual(
    [data.symptoms, data.symptomsOnset, data.isConfirmed],
    ['present', '2021-08-12', true],
  )
})

test('a case that is corrected or withdrawn ends, without a word about the person', async () => {
  const [corrected, withdrawn] = [
    await enter({ result: 'positive' }),
    await enter({ result: 'positive' }),
  ]
  await feeds.round()
  const cases = receiver.events('tracing').slice(-2)
  const { device, sampledAt } = corrected
  await change(corrected.id, 'corrections', {
    replaces: 1,
    reason: 'result',
    screening: { person, device, sampledAt, result: 'negative' },
  })
  await change(withdrawn.id, 'withdrawal', { replaces: 1, reason: 'wrong-person' })
  await feeds.round()
  const ends = cases.map(({ subject }) => receiver.current('tracing').get(subject))
  assert.deepEqual(
    ends
      .map((event) => [event?.type, event?.data])
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    [
      ['sidep.tracing.case-ended', { reason: 'corrected' }],
      ['sidep.tracing.case-ended', { reason: 'withdrawn' }],
    ],
  )
})

test('a case that ends before it was told of is never told of', async () => {
  const before = receiver.events('tracing').length
  const { id } = await enter({ result: 'positive' })
  await change(id, 'withdrawal', { replaces: 1, reason: 'wrong-person' })
  await feeds.round()
  assert.equal(receiver.events('tracing').length, before)
})

test('what commits late is not missed', async () => {
  const { ajaccio } = testSites
  await enter({ result: 'negative' }, ajaccio)
  await feeds.round()
  const before = receiver.events('tracing').length
  let release = (): void => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let isHeld = (): void => {}
  const holding = new Promise<void>((resolve) => {
    isHeld = resolve
  })
  const blocker = portal.sql.begin(async (sql) => {
    await sql`select from audit_head where site_id = ${testSites.ajaccio.id} for update`
    isHeld()
    await held
  })
  await holding
  const late = enter({ result: 'positive' }, ajaccio)
  portal.clock.advance(5_000)
  await enter({ result: 'positive' })
  await feeds.round()
  assert.equal(receiver.events('tracing').length, before + 1)
  release()
  await blocker
  await late
  await feeds.round()
  assert.equal(receiver.events('tracing').length, before + 2)
})

test('nothing that probes enter reaches a feed', async () => {
  const before = receiver.events('tracing').length
  await enter({ person: probePerson, result: 'positive' }, testSites.saintDenis)
  await feeds.round()
  assert.equal(receiver.events('tracing').length, before)
  const rows = await portal.sql`
    select 1 from feed_record where site_id = ${testSites.saintDenis.id}
    union all select 1 from feed_item where site_id = ${testSites.saintDenis.id}`
  assert.equal(rows.length, 0)
})

test('surveillance is told in the night, by pseudonym: one person in ten spellings is one', async () => {
  const spellings = [
    ['Lecœur', 'Zoé'],
    ['LECOEUR', 'ZOE'],
    ['lecoeur', 'zoe\u0301'],
    ['\u202aLecœur\u202c', ' Zoé '],
  ] as const
  for (const [familyName, firstNames] of spellings) {
    await enter({ person: { ...person, familyName, firstNames } })
  }
  await feeds.round()
  assert.equal(receiver.events('surveillance').length, 0)
  portal.clock.advance(dayMilliseconds)
  await feeds.round()
  const told = receiver
    .events('surveillance')
    .filter(({ type }) => type === 'sidep.surveillance.record')
  assert.ok(told.length >= spellings.length)
  assert.equal(new Set(told.map(({ data }) => data.pseudonym)).size, 1)
  const text = JSON.stringify(told)
  for (const word of ['lec', 'zo', '1990-02-03', '612345678', testSites.parvis.id]) {
    assert.ok(
      !new RegExp(`"[^"]*${word}`, 'i').test(
        text.replaceAll(/"(id|subject|pseudonym|source|type)":"[^"]*"/g, ''),
      ),
      word,
    )
  }
  // Screenings are told in no order.
  const { pseudonym: _, ...facts } = told.find(({ data }) => data.result === 'negative')?.data ?? {}
  assert.deepEqual(facts, {
    day: '2021-08-13',
    kind: 'antigen',
    disease: '840539006',
    result: 'negative',
    sex: 'f',
    ageClass: '39',
    department: '75',
    symptoms: null,
    symptomsOnset: null,
  })
})

test('a dead letter is in view, and tried again when the feed is resumed', async () => {
  receiver.setFault('tracing', { kind: 'reject' })
  await enter({ result: 'positive' })
  await enter({ result: 'positive' })
  const before = receiver.events('tracing').length
  for (let hour = 0; hour < 24; hour += 1) {
    await feeds.round()
    portal.clock.advance(hourMilliseconds)
  }
  const [tracing] = await readFeeds(portal.sql, portal.clock.now())
  assert.deepEqual([tracing?.deadLetters, tracing?.deadCodes], [2, ['FEED_422']])
  receiver.setFault('tracing', { kind: 'none' })
  assert.equal(await resumeFeed(portal.sql, { name: 'tracing', ...order('receiver mended') }), 2)
  await feeds.round()
  assert.equal(receiver.events('tracing').length, before + 2)
})

test('a paused feed tells nothing and the others go on; what it was told can be told again', async () => {
  await pauseFeed(portal.sql, { name: 'tracing', ...order('their move') })
  const since = portal.clock.now()
  const before = receiver.events('tracing').length
  const duplicates = receiver.duplicates('tracing')
  await enter({ result: 'positive' })
  portal.clock.advance(2 * minuteMilliseconds)
  await feeds.round()
  assert.equal(receiver.events('tracing').length, before)
  const [tracing, surveillance] = await readFeeds(portal.sql, portal.clock.now())
  assert.deepEqual(
    [tracing?.paused?.reason, tracing?.waiting, tracing?.lagSeconds, surveillance?.paused],
    ['their move', 1, 120, null],
  )
  await resumeFeed(portal.sql, { name: 'tracing', ...order('moved') })
  await feeds.round()
  assert.equal(receiver.events('tracing').length, before + 1)
  assert.equal(await replayFeed(portal.sql, { name: 'tracing', ...order('lost') }, since), 1)
  await feeds.round()
  assert.equal(receiver.events('tracing').length, before + 1)
  assert.equal(receiver.duplicates('tracing'), duplicates + 1)
  const acts = await portal.sql<{ act: string }[]>`
    select act from audit where site_id = 'portal' and act like 'feed.%' order by sequence desc limit 3`
  assert.deepEqual(
    acts.map(({ act }) => act),
    ['feed.replayed', 'feed.resumed', 'feed.paused'],
  )
})

test('receivers down for an hour, wrong for a minute, killed in mid-batch: all is told, and duplicates are known', async () => {
  const told = {
    tracing: new Set(receiver.current('tracing').keys()),
    surveillance: new Set(receiver.current('surveillance').keys()),
  }
  const duplicates = receiver.duplicates('tracing')
  const [down, wrong] = [{ kind: 'refuse' }, { kind: 'nonsense' }] as const
  let positives = 0
  let entered = 0
  for (let minute = 0; minute < 75; minute += 1) {
    const result = minute % 2 === 0 ? 'positive' : 'negative'
    await enter({ result, person: { ...person, firstNames: `Zoé ${'ABCDEFGH'[minute % 8]}lma` } })
    entered += 1
    if (result === 'positive') positives += 1
    const fault =
      minute < 60
        ? down
        : minute === 60
          ? wrong
          : minute === 62
            ? ({ kind: 'lose-answer' } as const)
            : minute === 64
              ? ({ kind: 'forget' } as const)
              : ({ kind: 'none' } as const)
    for (const feed of ['tracing', 'surveillance', 'open-data'] as const)
      receiver.setFault(feed, fault)
    if (minute === 68) {
      // Killed between the claim and the note that it was taken: the lease brings it back.
      const lease = new Date(portal.clock.now().getTime() + 2 * minuteMilliseconds)
      await claimItems(portal.sql, 'tracing', 100, portal.clock.now(), lease)
    }
    await feeds.round()
    portal.clock.advance(minuteMilliseconds)
  }
  // The day after: those whose turn is at night.
  portal.clock.advance(dayMilliseconds)
  receiver.setFault('surveillance', { kind: 'lose-answer' })
  await feeds.round()
  receiver.setFault('surveillance', { kind: 'none' })
  portal.clock.advance(5 * minuteMilliseconds)
  await feeds.round()

  const news = (feed: 'tracing' | 'surveillance') =>
    [...receiver.current(feed).keys()].filter((subject) => !told[feed].has(subject)).length
  assert.equal(news('tracing'), positives)
  assert.ok(news('surveillance') >= entered, `${news('surveillance')} of ${entered}`)
  assert.ok(receiver.duplicates('tracing') > duplicates)
  assert.ok(receiver.duplicates('surveillance') > 0)
  const views = await readFeeds(portal.sql, portal.clock.now())
  assert.deepEqual(
    views
      .map(({ waiting, lagSeconds, deadLetters }) => [waiting, lagSeconds, deadLetters])
      .slice(0, 2),
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
  )
  const [rows] = await portal.sql<{ finals: number; records: number; cases: number }[]>`
    select (select count(*)::int from current_screening where state = 'final' and site_id <> ${testSites.saintDenis.id}) as finals,
      (select count(*)::int from feed_record) as records,
      (select count(*)::int from current_screening where result = 'positive' and withdrawn_at is null
        and site_id <> ${testSites.saintDenis.id}) as cases`
  assert.equal(rows?.records, rows?.finals)
  const standing = [...receiver.current('tracing').values()].filter(
    ({ type }) => type === 'sidep.tracing.case',
  )
  assert.equal(standing.length, rows?.cases)
})
