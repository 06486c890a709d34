/** Signing in on the telephone (CIBA), and who might try to profit from it. */

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { BackchannelProgress, BackchannelTicket } from '@sidep/contracts'
import { demoPeople } from '@sidep/dev'
import type { OpenDatabase } from '../platform/database.ts'
import { openTestDatabase } from '../platform/test-databases.ts'
import { type LoginServer, makeTestBrowser, makeTestDevice, startLoginServer } from './testing.ts'

let database: OpenDatabase
let server: LoginServer

before(async () => {
  database = await openTestDatabase()
  server = await startLoginServer({
    database: database.pools.login,
    dependencies: {
      attemptLimits: {
        ringsFree: 3,
        pauseSeconds: 30,
        pauseSecondsMax: 3_600,
        quietSeconds: 86_400,
        perAddressMax: 40,
        windowSeconds: 600,
      },
    },
  })
})
after(async () => {
  await server.close()
  await database.close()
})
afterEach(() => {
  server.provider.setFault({ kind: 'none' })
  // Each test has a window of its own.
  server.clock.moveSeconds(601)
})

const { pharmacist, nurse, student } = demoPeople
type Browser = ReturnType<typeof makeTestBrowser>

const post = (browser: Browser, path: string, body: unknown): Promise<Response> =>
  browser.request(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const codeOf = async (response: Response): Promise<string> => {
  if (response.status < 400) return String(response.status)
  return ((await response.json()) as { code: string }).code
}

/** The digits that the computer showed last for somebody. */
const shown = new Map<string, string>()

const begin = async (
  browser: Browser,
  nationalId: string,
  device?: string,
): Promise<BackchannelTicket> => {
  const body = device === undefined ? { nationalId } : { nationalId, device }
  const answer = await post(browser, '/login/ecps/backchannel', body)
  assert.equal(answer.status, 200)
  const ticket = (await answer.json()) as BackchannelTicket
  shown.set(nationalId, ticket.bindingMessage)
  return ticket
}

/** Polls once, when the time has come. */
const poll = (browser: Browser, { ticket }: BackchannelTicket): Promise<Response> => {
  server.clock.moveSeconds(6)
  return post(browser, '/login/ecps/backchannel/poll', { ticket })
}

/** Types on the phone what the computer shows, or refuses. */
const answerPhone = async (nationalId: string, answer: 'confirm' | 'refuse'): Promise<void> => {
  const { telephone } = server.provider
  const [request] = telephone.waiting(nationalId)
  assert.ok(request)
  const typed = answer === 'confirm' ? (shown.get(nationalId) ?? '') : null
  const outcome = answer === 'confirm' ? 'confirmed' : 'refused'
  assert.equal(await telephone.answer(nationalId, request.id, typed), outcome)
}

test('who types on the phone what the page shows is let in without leaving the page', async () => {
  const browser = makeTestBrowser()
  const device = await makeTestDevice()
  const ticket = await begin(browser, pharmacist.nationalId, device.thumbprint)
  assert.match(ticket.bindingMessage, /^\d\d$/)
  assert.equal(ticket.pollAfterSeconds, 5)
  const pending = (await (await poll(browser, ticket)).json()) as BackchannelProgress
  assert.equal(pending.state, 'pending')
  await answerPhone(pharmacist.nationalId, 'confirm')
  const done = (await (await poll(browser, ticket)).json()) as BackchannelProgress
  assert.ok(done.state === 'signed-in')
  assert.equal(done.session.professional.id, pharmacist.nationalId)
  assert.equal(done.session.device, device.thumbprint)
  assert.equal((await browser.request(`${server.url}/guarded/site`)).status, 200)
  // Once.
  assert.equal(await codeOf(await poll(browser, ticket)), 'LOGIN_STATE_INVALID')
})

test('another browser that knows the ticket gets nothing, before and after the confirmation', async () => {
  const victim = makeTestBrowser()
  const thief = makeTestBrowser()
  const ticket = await begin(victim, pharmacist.nationalId)
  await begin(thief, nurse.nationalId)
  assert.equal(await codeOf(await poll(thief, ticket)), 'LOGIN_STATE_INVALID')
  await answerPhone(pharmacist.nationalId, 'confirm')
  assert.equal(await codeOf(await poll(thief, ticket)), 'LOGIN_STATE_INVALID')
  assert.equal(thief.jar.value('sidep-session'), undefined)
  assert.equal(await codeOf(await poll(victim, ticket)), '200')
})

test('a used ticket brought back with its cookie is refused by the provider', async () => {
  const browser = makeTestBrowser()
  const ticket = await begin(browser, pharmacist.nationalId)
  const kept = browser.jar.header(new URL(server.url))
  await answerPhone(pharmacist.nationalId, 'confirm')
  assert.equal(await codeOf(await poll(browser, ticket)), '200')
  server.clock.moveSeconds(6)
  const replay = await fetch(`${server.url}/login/ecps/backchannel/poll`, {
    method: 'POST',
    headers: { cookie: kept, 'content-type': 'application/json' },
    body: JSON.stringify({ ticket: ticket.ticket }),
  })
  assert.equal(await codeOf(replay), 'LOGIN_STATE_INVALID')
})

test('a refusal on the phone is told LOGIN_REFUSED', async () => {
  const browser = makeTestBrowser()
  const ticket = await begin(browser, pharmacist.nationalId)
  await answerPhone(pharmacist.nationalId, 'refuse')
  assert.equal(await codeOf(await poll(browser, ticket)), 'LOGIN_REFUSED')
})

test('a browser that polls without pause does not make the provider be polled', async () => {
  const browser = makeTestBrowser()
  const ticket = await begin(browser, pharmacist.nationalId)
  // Were it asked, it would cut the connection.
  server.provider.setFault({ kind: 'down' })
  for (let count = 0; count < 10; count += 1) {
    const answer = await post(browser, '/login/ecps/backchannel/poll', { ticket: ticket.ticket })
    const progress = (await answer.json()) as BackchannelProgress
    assert.ok(progress.state === 'pending' && progress.pollAfterSeconds >= 1)
  }
})

test('a number that is none, or nobody’s, and a profession not permitted: each its code', async () => {
  const browser = makeTestBrowser()
  const malformed = await post(browser, '/login/ecps/backchannel', { nationalId: '899790000015' })
  assert.equal(await codeOf(malformed), 'REQUEST_INVALID')
  const nobody = await post(browser, '/login/ecps/backchannel', { nationalId: '810003456786' })
  assert.equal(await codeOf(nobody), 'PROFESSIONAL_UNKNOWN')
  const ticket = await begin(browser, student.nationalId)
  await answerPhone(student.nationalId, 'confirm')
  assert.equal(await codeOf(await poll(browser, ticket)), 'PROFESSION_NOT_PERMITTED')
})

/** How a ring that is refused is told to wait, seconds; null: it rang. */
const ringFor = async (browser: Browser, nationalId: string): Promise<number | null> => {
  const answer = await post(browser, '/login/ecps/backchannel', { nationalId })
  if (answer.status === 200) return null
  assert.equal(await codeOf(answer), 'TOO_MANY_REQUESTS')
  return Number(answer.headers.get('retry-after'))
}

test('each further ring of one number waits twice as long, whoever asks, up to an hour', async () => {
  const { nationalId } = demoPeople.doctor
  server.clock.moveSeconds(601)
  for (let count = 0; count < 3; count += 1) {
    assert.equal(await ringFor(makeTestBrowser(), nationalId), null)
  }
  for (const pause of [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]) {
    // Asking on does not make it later.
    for (let count = 0; count < 2; count += 1) {
      const wait = await ringFor(makeTestBrowser(), nationalId)
      assert.ok(wait !== null && wait <= pause && wait > pause - 20, `${wait} of ${pause}`)
    }
    server.clock.moveSeconds(pause + 1)
    assert.equal(await ringFor(makeTestBrowser(), nationalId), null)
  }
  // Somebody else is not concerned; and after a quiet day it begins anew.
  assert.equal(await ringFor(makeTestBrowser(), nurse.nationalId), null)
  server.clock.moveSeconds(86_401)
  for (let count = 0; count < 3; count += 1) {
    assert.equal(await ringFor(makeTestBrowser(), nationalId), null)
  }
})

test('nobody keeps the owner out by ringing: not at a counter where they signed in before, nor by redirect', async () => {
  const { nationalId } = demoPeople.pharmacistWithTwoSites
  const counter = makeTestBrowser()
  await counter.request(await counter.walkToCallback(server.url, nationalId))
  const stranger = makeTestBrowser()
  server.clock.moveSeconds(601)
  while ((await ringFor(stranger, nationalId)) === null);
  // The same address, too, is used up.
  for (let count = 0; count < 40; count += 1) await ringFor(stranger, demoPeople.student.nationalId)
  assert.notEqual(await ringFor(stranger, demoPeople.professionNotPermitted.nationalId), null)
  const ticket = await begin(counter, nationalId)
  await answerPhone(nationalId, 'confirm')
  assert.equal(await codeOf(await poll(counter, ticket)), '200')
  // By redirect nothing is counted, at a new counter neither.
  const other = makeTestBrowser()
  const callback = await other.walkToCallback(server.url, nationalId)
  assert.equal((await other.request(callback)).headers.get('location'), '/pro/')
  // Known for themselves alone: a colleague's number is a stranger's there.
  server.clock.moveSeconds(601)
  while ((await ringFor(stranger, nurse.nationalId)) === null);
  assert.notEqual(await ringFor(counter, nurse.nationalId), null)
  const cookie = counter.jar.header(new URL(`${server.url}/login/ecps`))
  assert.match(cookie, /sidep-known=/)
  assert.ok(!cookie.includes(nationalId))
  assert.doesNotMatch(counter.jar.header(new URL(`${server.url}/pro/`)), /sidep-known/)
})

test('a browser that forges, copies or shortens the mark of a known one is a stranger', async () => {
  const { nationalId } = demoPeople.pharmacistWithTwoSites
  const known = makeTestBrowser()
  await known.request(await known.walkToCallback(server.url, nationalId))
  const value = known.jar.value('sidep-known') ?? ''
  const [key = '', mark = ''] = value.split('.')
  server.clock.moveSeconds(86_401)
  while ((await ringFor(makeTestBrowser(), nationalId)) === null);
  for (const forged of [`${'A'.repeat(22)}.${mark}`, key, `${key}.${mark.slice(0, 10)}`, '', '.']) {
    const answer = await fetch(`${server.url}/login/ecps/backchannel`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: `sidep-known=${forged}` },
      body: JSON.stringify({ nationalId }),
    })
    assert.equal(await codeOf(answer), 'TOO_MANY_REQUESTS', forged)
  }
})

test('wrong digits refuse the request: nobody confirms a sign-in that they do not see', async () => {
  server.clock.moveSeconds(86_401)
  const browser = makeTestBrowser()
  const ticket = await begin(browser, pharmacist.nationalId)
  const { telephone } = server.provider
  const [request] = telephone.waiting(pharmacist.nationalId)
  assert.ok(request)
  // The phone does not know them.
  assert.deepEqual(Object.keys(request), ['id'])
  const wrong = ticket.bindingMessage === '00' ? '01' : '00'
  assert.equal(await telephone.answer(pharmacist.nationalId, request.id, wrong), 'wrong')
  const second = ticket.bindingMessage
  assert.equal(await telephone.answer(pharmacist.nationalId, request.id, second), 'gone')
  assert.equal(await codeOf(await poll(browser, ticket)), 'LOGIN_REFUSED')
})

test('an address that guesses numbers is stopped, and the numbers are not kept', async () => {
  server.clock.moveSeconds(86_401)
  const browser = makeTestBrowser()
  for (let count = 0; count < 40; count += 1) {
    const nationalId = demoIds[count % demoIds.length] ?? ''
    await post(browser, '/login/ecps/backchannel', { nationalId })
  }
  // One that nobody has rung yet.
  const { nationalId } = demoPeople.professionNotPermitted
  const refused = await post(browser, '/login/ecps/backchannel', { nationalId })
  assert.equal(await codeOf(refused), 'TOO_MANY_REQUESTS')
  const rows = await database.pools.login<
    { bucket: Uint8Array }[]
  >`select bucket from sign_in_attempt`
  for (const { bucket } of rows) assert.equal(bucket.length, 32)
  server.clock.moveSeconds(86_401)
})
const demoIds = [pharmacist, nurse, demoPeople.doctor, demoPeople.pharmacistWithTwoSites].map(
  ({ nationalId }) => nationalId,
)

test('somebody else than who was typed is not let in', async () => {
  const browser = makeTestBrowser()
  const ticket = await begin(browser, pharmacist.nationalId)
  await answerPhone(pharmacist.nationalId, 'confirm')
  for (const kind of [
    'wrong-key',
    'wrong-issuer',
    'wrong-audience',
    'wrong-userinfo-subject',
  ] as const) {
    const again = makeTestBrowser()
    server.provider.setFault({ kind: 'none' })
    server.clock.moveSeconds(601)
    const fresh = await begin(again, pharmacist.nationalId)
    await answerPhone(pharmacist.nationalId, 'confirm')
    server.provider.setFault({ kind })
    assert.equal(await codeOf(await poll(again, fresh)), 'LOGIN_ANSWER_INVALID', kind)
    assert.equal(again.jar.value('sidep-session'), undefined)
  }
  server.provider.setFault({ kind: 'none' })
  assert.equal(await codeOf(await poll(browser, ticket)), 'LOGIN_STATE_INVALID')
})

test('a page that was loaded again goes on with its ticket and cookie, and no new request is begun', async () => {
  const browser = makeTestBrowser()
  const device = await makeTestDevice()
  const ticket = await begin(browser, pharmacist.nationalId, device.thumbprint)
  const cookie = browser.jar.value(`sidep-phone-${ticket.ticket.slice(0, 8)}`)
  assert.ok(cookie)
  await answerPhone(pharmacist.nationalId, 'confirm')
  // All that is left of the page: what its tab kept, and the browser's cookies.
  server.clock.moveSeconds(60)
  const done = (await (await poll(browser, { ...ticket })).json()) as BackchannelProgress
  assert.ok(done.state === 'signed-in')
  assert.equal(done.session.device, device.thumbprint)
})

test('who takes the ticket from a tab’s storage, or the cookie without it, or another’s cookie, takes nothing over', async () => {
  const victim = makeTestBrowser()
  const thief = makeTestBrowser()
  const ticket = await begin(victim, pharmacist.nationalId)
  const own = await begin(thief, nurse.nationalId)
  const nameOf = ({ ticket: text }: BackchannelTicket): string => `sidep-phone-${text.slice(0, 8)}`
  const sealed = victim.jar.value(nameOf(ticket)) ?? ''
  await answerPhone(pharmacist.nationalId, 'confirm')
  const ask = async (cookie: string, text: string): Promise<string> => {
    server.clock.moveSeconds(6)
    const answer = await fetch(`${server.url}/login/ecps/backchannel/poll`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ ticket: text }),
    })
    assert.equal(
      answer.headers.getSetCookie().some((line) => line.startsWith('sidep-session=')),
      false,
    )
    return codeOf(answer)
  }
  const guessed = `${ticket.ticket.slice(0, 8)}${'A'.repeat(24)}`
  for (const [cookie, text] of [
    ['', ticket.ticket],
    [`${nameOf(ticket)}=${thief.jar.value(nameOf(own))}`, ticket.ticket],
    [`${nameOf(own)}=${sealed}`, own.ticket],
    [`${nameOf(ticket)}=${sealed}`, guessed],
    [`${nameOf(ticket)}=${sealed.slice(0, -4)}AAAA`, ticket.ticket],
  ] as const) {
    assert.equal(await ask(cookie, text), 'LOGIN_STATE_INVALID')
  }
  // And the person who asked is let in, as if nobody had tried.
  const done = (await (await poll(victim, ticket)).json()) as BackchannelProgress
  assert.equal(done.state, 'signed-in')
})

test('what was given up is not taken up again, though the phone confirms it later; another page cannot give it up', async () => {
  const browser = makeTestBrowser()
  const ticket = await begin(browser, pharmacist.nationalId)
  const cancel = (origin: string): Promise<Response> =>
    browser.request(`${server.url}/login/ecps/backchannel/cancellation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ ticket: ticket.ticket }),
    })
  assert.equal(await codeOf(await cancel('https://mechant.invalid')), 'ORIGIN_REFUSED')
  assert.equal((await poll(browser, ticket)).status, 200)
  assert.equal((await cancel(server.url)).status, 204)
  await answerPhone(pharmacist.nationalId, 'confirm')
  assert.equal(await codeOf(await poll(browser, ticket)), 'LOGIN_STATE_INVALID')
  assert.equal(browser.jar.value('sidep-session'), undefined)
})

test('a refusal ends the request in the browser too: its cookie is gone', async () => {
  const browser = makeTestBrowser()
  const ticket = await begin(browser, pharmacist.nationalId)
  await answerPhone(pharmacist.nationalId, 'refuse')
  assert.equal(await codeOf(await poll(browser, ticket)), 'LOGIN_REFUSED')
  assert.equal(browser.jar.value(`sidep-phone-${ticket.ticket.slice(0, 8)}`) ?? '', '')
  assert.equal(await codeOf(await poll(browser, ticket)), 'LOGIN_STATE_INVALID')
})

test('a ticket too old, and one begun from another page, are refused', async () => {
  const browser = makeTestBrowser()
  const ticket = await begin(browser, pharmacist.nationalId)
  server.clock.moveSeconds(601)
  assert.equal(await codeOf(await poll(browser, ticket)), 'LOGIN_STATE_INVALID')
  const foreign = await browser.request(`${server.url}/login/ecps/backchannel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://mechant.invalid' },
    body: JSON.stringify({ nationalId: pharmacist.nationalId }),
  })
  assert.equal(await codeOf(foreign), 'ORIGIN_REFUSED')
})

test('while the provider is away a sign-in by telephone is told so', async () => {
  const browser = makeTestBrowser()
  server.provider.setFault({ kind: 'down' })
  const answer = await post(browser, '/login/ecps/backchannel', {
    nationalId: pharmacist.nationalId,
  })
  assert.equal(await codeOf(answer), 'PROVIDER_UNAVAILABLE')
})
