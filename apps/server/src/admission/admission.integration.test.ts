import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes, type WaitingRoomView } from '@sidep/contracts'
import { clusterOfFile, sampleScreening } from '../platform/testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal({
  environment: {
    ADMISSION_LOGINS_PER_SECOND: '1',
    ECPS_ISSUER: 'http://127.0.0.1:9',
    ECPS_CLIENT_ID: 'portal',
    ECPS_CLIENT_SECRET: 'secret',
  },
})

/**
 * Whoever comes to the door is a browser of its own: on one connection they would all be one who comes back too early, and be
 * left unread for seconds (early-retries.ts).
 */
const ownConnection = { connection: 'close' } as const
const door = (cookie: string | null = null) =>
  portal.send('GET', `${routes.loginEcps}?return=/pro/`, undefined, {
    cookie,
    headers: ownConnection,
  })
const room = async (cookie: string | null): Promise<WaitingRoomView> =>
  (await portal.send('GET', routes.waitingRoom, undefined, { cookie })).json<WaitingRoomView>()
const placeOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .find((line) => line.startsWith('sidep-place='))
    ?.split(';')[0] ?? ''
const roomPage = '/attente/?door=ecps&return=%2Fpro%2F'

/** What a quiet room lets begin at once. */
const burst = 10
/** As many come as it takes: one of them waits. */
const closeRoom = async (): Promise<void> => {
  for (let count = 0; count <= burst && (await room(null)).state !== 'waiting'; count += 1) {
    await door()
  }
}

/** The provider of these tests does not answer: to be let in is to be told so. */
const isLetIn = (location: string | null): boolean =>
  location?.startsWith('/pro/?problem=PROVIDER_UNAVAILABLE&retry=') === true

test('the story of a room: straight in, then a place each, then in turn, once a place', async () => {
  assert.equal((await room(null)).state, 'open')
  for (let count = 0; count < burst; count += 1) {
    assert.ok(isLetIn((await door()).headers.get('location')), `${count}`)
  }
  const first = await door()
  assert.equal(first.status, 303)
  assert.equal(first.headers.get('location'), roomPage)
  const firstPlace = placeOf(first.headers)
  assert.match(
    first.headers.getSetCookie()[0] ?? '',
    /; Max-Age=21600; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  portal.clock.advance(300)
  const secondPlace = placeOf((await door()).headers)
  assert.notEqual(secondPlace, firstPlace)

  const waiting = await room(firstPlace)
  assert.equal(waiting.state, 'waiting')
  assert.equal(waiting.position, 1)
  assert.ok(waiting.hasTicket)
  const elsewhere = await room(null)
  assert.equal(elsewhere.state, 'waiting')
  assert.equal(elsewhere.hasTicket, false)

  const again = await door(firstPlace)
  assert.equal(again.headers.get('location'), roomPage)
  assert.deepEqual(again.headers.getSetCookie(), [], 'the place is kept, not renewed')

  portal.clock.advance(1_000)
  assert.equal((await door(secondPlace)).headers.get('location'), roomPage, 'not before the first')
  const inTurn = await door(firstPlace)
  assert.ok(isLetIn(inTurn.headers.get('location')), inTurn.headers.get('location') ?? '')
  const renewed = placeOf(inTurn.headers)
  assert.notEqual(renewed, firstPlace)

  const copy = await door(firstPlace)
  assert.equal(copy.headers.get('location'), roomPage, 'a copy of a used place waits like anybody')
  assert.notEqual(placeOf(copy.headers), '')

  portal.clock.advance(1_500)
  const second = await door(secondPlace)
  assert.ok(isLetIn(second.headers.get('location')))
  portal.clock.advance(60_000)
  assert.equal((await room(null)).state, 'open')
  assert.ok(
    isLetIn((await door(renewed)).headers.get('location')),
    'a failed sign-in may be repeated',
  )
})

test('a forged place is worth no more than none', async () => {
  portal.clock.advance(60_000)
  const forged = 'sidep-place=' + 'A'.repeat(43)
  await closeRoom()
  const reply = await door(forged)
  assert.equal(reply.headers.get('location'), roomPage)
  assert.notEqual(placeOf(reply.headers), '')
  const view = await room(forged)
  assert.equal(view.hasTicket, false)
})

test('the page tells place and time in both languages, without script, and leads on when there is no wait', async () => {
  portal.clock.advance(120_000)
  const away = await portal.send('GET', roomPage, undefined, { cookie: null })
  assert.equal(away.status, 303)
  assert.equal(away.headers.get('location'), '/login/ecps?return=%2Fpro%2F')
  await closeRoom()
  const french = await portal.send('GET', roomPage, undefined, { cookie: null })
  assert.equal(french.status, 200)
  assert.match(french.text, /<html lang="fr">/)
  assert.match(french.text, /Salle d&#8217;attente/)
  assert.match(french.text, /<noscript><meta http-equiv="refresh" content="\d+;url=\/attente\//)
  assert.match(french.headers.get('content-security-policy') ?? '', /script-src 'self';/)
  assert.ok(Number(french.headers.get('retry-after')) >= 1)
  const english = await portal.send('GET', `${roomPage}&lang=en`, undefined, { cookie: null })
  assert.match(english.text, /<html lang="en">/)
  const evil = await portal.send('GET', '/attente/?return=//evil.example/&door=x', undefined, {
    cookie: null,
  })
  assert.doesNotMatch(evil.text, /evil/)
  const slow = `/attente/?return=/pro/${'a'.repeat(60)}!`
  assert.equal((await portal.send('GET', slow, undefined, { cookie: null })).status, 200)
  for (const file of ['/papier.css', '/attente/room.js']) {
    assert.equal((await portal.send('GET', file, undefined, { cookie: null })).status, 200)
  }
})

test('a page that lets people type while they wait takes a place over the interface', async () => {
  portal.clock.advance(120_000)
  await closeRoom()
  const taken = await portal.send('POST', routes.waitingRoom, undefined, { cookie: null })
  assert.equal(taken.status, 200)
  const view = taken.json<WaitingRoomView>()
  assert.equal(view.state, 'waiting')
  assert.ok(view.hasTicket)
  assert.equal((await room(placeOf(taken.headers))).state, 'waiting')
})

test('work in an open session never meets the waiting room', async () => {
  await closeRoom()
  const reply = await portal.send('POST', routes.screenings, sampleScreening(portal))
  assert.equal(reply.status, 201)
})

test('a request for a session’s work without a session is refused before its body is read', async () => {
  const reply = await portal.send('POST', routes.screenings, undefined, {
    cookie: null,
    raw: '{"not json',
    headers: { 'content-type': 'application/json', 'x-priority': 'work', priority: 'u=0' },
  })
  assert.equal(reply.code, 'SESSION_MISSING')
})

const device = 'd'.repeat(43)
const emptyRoom = async (): Promise<void> => {
  portal.clock.advance(120_000)
  await closeRoom()
}

test('the room keeps what the sign-in was asked for with: return path and device key', async () => {
  await emptyRoom()
  const asked = `${routes.loginEcps}?return=/pilotage/&device=${device}`
  const sent = await portal.send('GET', asked, undefined, { cookie: null })
  const address = sent.headers.get('location') ?? ''
  assert.equal(address, `/attente/?door=ecps&return=%2Fpilotage%2F&device=${device}`)
  const page = await portal.send('GET', `${address}&lang=en`, undefined, { cookie: null })
  const doorPath = `/login/ecps?return=%2Fpilotage%2F&amp;device=${device}`
  assert.ok(page.text.includes(`data-door="${doorPath}"`), page.text)
  // The reader without script and the other language keep it too.
  for (const more of ['&amp;lang=en', '&amp;lang=en&amp;lang=fr']) {
    const self = `/attente/?door=ecps&amp;return=%2Fpilotage%2F&amp;device=${device}${more}`
    assert.ok(page.text.includes(`${self}"`), more)
  }
  let onward = page
  for (let round = 0; round < 60 && onward.status === 200; round += 1) {
    portal.clock.advance(2_000)
    onward = await portal.send('GET', address, undefined, { cookie: null })
  }
  assert.equal(onward.headers.get('location'), `/login/ecps?return=%2Fpilotage%2F&device=${device}`)
})

test('a device key named by a link of another site does not come out of the room as our own', async () => {
  await emptyRoom()
  const headers = { 'sec-fetch-site': 'cross-site' }
  for (const path of [`${routes.loginEcps}?return=/pro/`, roomPage]) {
    const reply = await portal.send('GET', `${path}&device=${device}`, undefined, {
      cookie: null,
      headers,
    })
    assert.ok(!`${reply.headers.get('location')} ${reply.text}`.includes(device), path)
  }
  for (const value of ['short', `${device}x`, `${'d'.repeat(42)}"`]) {
    const path = `${roomPage}&device=${encodeURIComponent(value)}`
    const reply = await portal.send('GET', path, undefined, { cookie: null })
    assert.ok(!reply.text.includes('device='), value)
  }
})

test('a sign-in on the phone waits its turn like any other, and is told so where it is', async () => {
  await emptyRoom()
  const input = { nationalId: '899790000014' }
  const ask = (cookie: string | null) =>
    portal.send('POST', routes.loginEcpsBackchannel, input, { cookie })
  const first = await ask(null)
  assert.equal(first.code, 'SIGN_IN_WAITS')
  assert.equal(first.status, 503)
  assert.ok(Number(first.headers.get('retry-after')) >= 1)
  const place = placeOf(first.headers)
  assert.notEqual(place, '')
  const early = await ask(place)
  assert.equal(early.code, 'SIGN_IN_WAITS')
  assert.equal(placeOf(early.headers), '', 'the place is kept, not renewed')
  let inTurn = early
  for (let round = 0; round < 60 && inTurn.code === 'SIGN_IN_WAITS'; round += 1) {
    portal.clock.advance(2_000)
    inTurn = await ask(place)
  }
  // The provider of these tests does not answer: to be let in is to be told so.
  assert.equal(inTurn.code, 'PROVIDER_UNAVAILABLE')
})

test('somebody who was let in and begins again while others wait is let in on credit; beyond it the page pauses instead of going round in a circle', async () => {
  await emptyRoom()
  const take = async (): Promise<string> => {
    portal.clock.advance(300)
    return placeOf((await door()).headers)
  }
  const places: string[] = []
  while (places.length < 6) places.push(await take())
  for (let index = 0; index < 40; index += 1) await take()
  const last = places[5] ?? ''
  for (let round = 0; round < 60 && (await room(last)).state !== 'admitted'; round += 1) {
    portal.clock.advance(500)
  }
  const enter = async (index: number): Promise<void> => {
    const { headers } = await door(places[index])
    assert.ok(isLetIn(headers.get('location')), headers.get('location') ?? '')
    places[index] = placeOf(headers)
  }
  for (const index of places.keys()) await enter(index)
  assert.equal((await room(null)).state, 'waiting')
  assert.equal((await room(places[0] ?? '')).state, 'admitted')
  // As many as a burst, although the line has left no token; a place is good for two more.
  for (let count = 0; count < burst; count += 1) await enter(count % places.length)
  const pausedPlace = places[5] ?? ''
  const paused = await door(pausedPlace)
  const address = paused.headers.get('location') ?? ''
  assert.equal(address, `${roomPage}&pause=1`)
  assert.equal((await room(pausedPlace)).state, 'waiting', 'and says so where it waits')
  const page = await portal.send('GET', address, undefined, { cookie: pausedPlace })
  assert.equal(page.status, 200, 'it does not send on at once')
  assert.ok(page.text.includes('data-poll-seconds="2"'), page.text)
  assert.ok(!page.text.includes('pause=1'), 'and leads on when it is loaded again')
  portal.clock.advance(3_000)
  await enter(5)
})

test('a script that takes places and leaves them holds a pharmacist up for a quarter of a minute at most', async () => {
  await emptyRoom()
  await closeRoom()
  // One a second: left alone, a hundred places are more than a minute and a half. Each comes on a connection of its own:
  // one that comes back too early is not read for a while.
  await Promise.all(Array.from({ length: 100 }, () => door()))
  portal.clock.advance(1_000)
  let place = placeOf((await door()).headers)
  const taken = place
  portal.clock.advance(4_000)
  const reply = await portal.send('GET', routes.waitingRoom, undefined, { cookie: place })
  assert.ok(reply.json<WaitingRoomView>().pollAfterSeconds > 0)
  place = placeOf(reply.headers)
  assert.notEqual(place, '', 'who comes back gets a place that says so')
  assert.notEqual(place, taken)
  let seconds = 5
  while ((await room(place)).state !== 'admitted' && seconds < 100) {
    portal.clock.advance(1_000)
    seconds += 1
  }
  assert.ok(seconds <= 20, `let in after ${seconds} s`)
  assert.ok(isLetIn((await door(place)).headers.get('location')))
})
