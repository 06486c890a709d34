/** What somebody would try at the card door who is not the person on the card. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { routes } from '@sidep/contracts'
import { demoPeople, employeeSubject, type PemPair } from '@sidep/dev'
import { actHeaders, makeTestDevice } from '../test-device.ts'
import {
  type CardPortal,
  makeCardBrowser,
  type PortAnswer,
  showCard,
  startCardPortal,
} from './testing.ts'

let door: CardPortal
let pharmacist: PemPair
let nurse: PemPair

before(async () => {
  door = await startCardPortal()
  pharmacist = await door.card('pharmacist')
  nurse = await door.card('nurse')
})
after(() => door.close())

describe('an assertion', () => {
  /** A whole way up to the address back at the portal, not yet visited. */
  const walk = async () => {
    const browser = makeCardBrowser(door.url)
    const back = await browser.show(await browser.begin(), pharmacist)
    return { browser, back }
  }

  test('opens one session: visited again by the same browser, CARD_ASSERTION_USED', async () => {
    const { browser, back } = await walk()
    const state = back.searchParams.get('state') ?? ''
    const name = `sidep-login-${state.slice(0, 8)}`
    const kept = browser.jar.value(name)
    assert.equal(await browser.finish(back), '/pro/')
    // The portal took the cookie away; whoever kept a copy has the sealed transaction still.
    assert.equal(browser.jar.value(name), undefined)
    assert.equal(await browser.finish(back), '/pro/?problem=LOGIN_STATE_INVALID')
    const replay = await fetch(back, {
      redirect: 'manual',
      headers: { cookie: `${name}=${kept}` },
    })
    assert.equal(replay.headers.get('location'), '/pro/?problem=CARD_ASSERTION_USED')
  })

  test('taken twice at the same moment opens one session', async () => {
    const { browser, back } = await walk()
    const cookie = browser.jar.header(new URL(door.url))
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => fetch(back, { redirect: 'manual', headers: { cookie } })),
    )
    const landings = answers.map(({ headers }) => headers.get('location'))
    assert.equal(landings.filter((page) => page === '/pro/').length, 1)
  })

  test('in another browser is refused with LOGIN_STATE_INVALID', async () => {
    const { back } = await walk()
    const other = makeCardBrowser(door.url)
    await other.begin()
    assert.equal(await other.finish(back), '/pro/?problem=LOGIN_STATE_INVALID')
    assert.equal((await other.session()).status, 401)
  })

  test('of another sign-in of the same browser is refused with CARD_ASSERTION_INVALID', async () => {
    const { browser, back } = await walk()
    const second = await browser.begin()
    back.searchParams.set('state', second.searchParams.get('state') ?? '')
    assert.equal(await browser.finish(back), '/pro/?problem=CARD_ASSERTION_INVALID')
    assert.equal((await browser.session()).status, 401)
  })

  test('that a stranger’s card got for a sign-in of mine is refused in my browser’s other tab', async () => {
    const mine = makeCardBrowser(door.url)
    const at = await mine.begin()
    const attacker = await makeCardBrowser(door.url).begin()
    // The attacker sends me to the card port with a sign-in of their own.
    const back = await mine.show(attacker, pharmacist)
    assert.equal(await mine.finish(back), '/pro/?problem=LOGIN_STATE_INVALID')
    assert.equal(await mine.finish(await mine.show(at, pharmacist)), '/pro/')
  })

  test('older than a minute is refused with CARD_ASSERTION_INVALID', async () => {
    const { browser, back } = await walk()
    door.clock.moveSeconds(61)
    assert.equal(await browser.finish(back), '/pro/?problem=CARD_ASSERTION_INVALID')
  })

  test('changed anywhere, cut, empty or of the session’s own kind is refused', async () => {
    const { browser, back } = await walk()
    const text = back.searchParams.get('assertion') ?? ''
    const session = makeCardBrowser(door.url)
    await session.signIn(pharmacist)
    const forged = [
      `${text.slice(0, 20)}${text[20] === 'A' ? 'B' : 'A'}${text.slice(21)}`,
      text.slice(0, -4),
      '',
      session.jar.value('sidep-session') ?? '',
      // The sealed transaction is sealed by the same keys, for something else.
      browser.jar.value(`sidep-login-${(back.searchParams.get('state') ?? '').slice(0, 8)}`) ?? '',
    ]
    for (const assertion of forged) {
      const again = makeCardBrowser(door.url)
      const at = await again.begin()
      const url = new URL(routes.loginCardCallback, door.url)
      url.searchParams.set('state', at.searchParams.get('state') ?? '')
      url.searchParams.set('assertion', assertion)
      assert.equal(await again.finish(url), '/pro/?problem=CARD_ASSERTION_INVALID')
    }
  })

  test('names nobody: neither address nor log carries name or national id', async () => {
    const { back } = await walk()
    const bytes = Buffer.from(back.searchParams.get('assertion') ?? '', 'base64url')
    for (const text of [back.href, bytes.toString('latin1')]) {
      assert.ok(!text.includes(demoPeople.pharmacist.nationalId))
      assert.ok(!text.includes(demoPeople.pharmacist.familyName))
    }
  })
})

test('a sign-in leads back to pages of ours alone', async () => {
  for (const wanted of [
    'https://elsewhere.example/',
    '//elsewhere.example',
    '/\\elsewhere',
    `/pro/${'a'.repeat(60)}!`,
  ]) {
    const browser = makeCardBrowser(door.url)
    const at = await browser.begin(`?return=${encodeURIComponent(wanted)}`)
    assert.equal(at.origin, door.cardUrl)
    assert.equal(await browser.finish(await browser.show(at, pharmacist)), '/pro/')
  }
})

test('a session planted beforehand is over afterwards, and the new one has a new id', async () => {
  const browser = makeCardBrowser(door.url)
  await browser.signIn(pharmacist)
  const planted = (await browser.session()).body.sessionId
  const cookie = browser.jar.header(new URL(door.url))
  await browser.signIn(pharmacist)
  const own = (await browser.session()).body.sessionId
  assert.notEqual(own, planted)
  assert.ok(typeof own === 'string' && own.length > 20)
  const before = await fetch(`${door.url}${routes.session}`, { headers: { cookie } })
  assert.equal(((await before.json()) as { code: string }).code, 'SESSION_REVOKED')
})

describe('a TLS connection speaks for one card', () => {
  const { hostname } = new URL('https://localhost')
  const open = (card: PemPair, options: ConnectionOptions = {}): Promise<TLSSocket> =>
    new Promise((resolve, reject) => {
      const socket = connect({
        host: hostname,
        port: door.portal.server.cardDoor?.port ?? 0,
        servername: hostname,
        rejectUnauthorized: false,
        cert: card.certificate,
        key: card.privateKey,
        ...options,
      })
      socket.once('secureConnect', () => resolve(socket))
      socket.once('error', reject)
    })
  const ask = (socket: TLSSocket): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = ''
      socket.on('data', (chunk) => {
        text += String(chunk)
      })
      socket.once('error', reject)
      socket.once('close', () => resolve(text))
      socket.write(
        `POST ${routes.loginCard} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`,
      )
    })
  const holderIn = (text: string): unknown =>
    JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)).professional.id

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`${version}: an earlier session is not resumed, and another card on it is that card`, async () => {
      const first = await open(pharmacist, { maxVersion: version })
      let session: Buffer | undefined = first.getSession()
      first.on('session', (ticket: Buffer) => {
        session = ticket
      })
      assert.equal(holderIn(await ask(first)), demoPeople.pharmacist.nationalId)
      const again = await open(nurse, {
        maxVersion: version,
        ...(session === undefined ? {} : { session }),
      })
      assert.equal(again.isSessionReused(), false)
      assert.equal(holderIn(await ask(again)), demoPeople.nurse.nationalId)
    })
  }

  test('TLSv1.2: renegotiation is refused', async () => {
    const socket = await open(pharmacist, { maxVersion: 'TLSv1.2' })
    const outcome = await new Promise<string>((resolve) => {
      socket.on('error', (error) => resolve(error.message))
      socket.on('close', () => resolve('closed'))
      socket.renegotiate({ rejectUnauthorized: false }, (error) =>
        resolve(error === null ? 'renegotiated' : error.message),
      )
    })
    assert.notEqual(outcome, 'renegotiated')
    socket.destroy()
  })

  test('TLSv1.1 is not spoken', async () => {
    await assert.rejects(open(pharmacist, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }))
  })

  test('a second request on the connection is not answered', async () => {
    const socket = await open(pharmacist)
    const line = `POST ${routes.loginCard} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`
    socket.write(line)
    const text = await ask(socket)
    assert.equal(text.match(/^HTTP\/1\.1 /gm)?.length, 1)
  })
})

describe('an employee’s card', () => {
  const parvis = demoPeople.pharmacist.activities[0]
  const [harbour] = demoPeople.pharmacistWithTwoSites.activities
  const employeeOf = (finess: string): Promise<PemPair> =>
    door.cards.authority.makeCard({
      subject: employeeSubject({
        companyName: 'PHARMACIE (ESSAI)',
        finess,
        serial: '0000000077',
        title: 'Employé de pharmacie',
      }),
      at: door.clock.now(),
    })
  const delegate = async (staffId: string): Promise<{ status: number; id: string }> => {
    const responsible = makeCardBrowser(door.url)
    const device = await makeTestDevice()
    const begun = await responsible.begin(`?return=/pro/&device=${device.thumbprint}`)
    await responsible.finish(await responsible.show(begun, pharmacist))
    const address = new URL(routes.delegations, door.url)
    const at = door.clock.now()
    const body = JSON.stringify({
      staffId,
      staffName: 'Sacha, au comptoir',
      endsAt: new Date(at.getTime() + 6 * 3_600_000).toISOString(),
    })
    const request = { method: 'POST', path: routes.delegations, body }
    const cookie = responsible.jar.header(address)
    const answer = await responsible.visit(address, {
      method: request.method,
      headers: {
        'content-type': 'application/json',
        origin: door.url,
        ...(await actHeaders(device, { portal: door.url, cookie, at, ...request })),
      },
      body,
    })
    const { id = '' } = (await answer.json()) as { id?: string }
    return { status: answer.status, id }
  }

  test('works at its own pharmacy, for whoever lets it, and says who is at the keyboard', async () => {
    const staffId = `3${parvis.finess}/0000000077`
    const { id } = await delegate(staffId)
    const browser = makeCardBrowser(door.url)
    assert.equal(await browser.signIn(await employeeOf(parvis.finess)), '/pro/')
    const chosen = await browser.visit(new URL(routes.sessionSite, door.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: door.url },
      body: JSON.stringify({ site: parvis.finess, delegation: id }),
    })
    assert.equal(chosen.status, 200)
    const { body } = await browser.session()
    assert.equal((body.professional as { id: string }).id, demoPeople.pharmacist.nationalId)
    assert.equal((body.operator as { id: string }).id, staffId)
    assert.equal((body.site as { id: string }).id, parvis.finess)
  })

  test('of another pharmacy is not let in by a delegation here, nor can one be made for it', async () => {
    const refused = await delegate(`3${harbour.finess}/0000000077`)
    assert.equal(refused.status, 422)
    const browser = makeCardBrowser(door.url)
    const page = await browser.signIn(await employeeOf(harbour.finess))
    assert.equal(page, '/pro/?problem=DELEGATION_MISSING')
    assert.equal((await browser.session()).status, 401)
  })
})

test('whatever a stranger sends, the card port answers or hangs up, and goes on', async () => {
  const sent = ['GET / HTTP/1.1\r\n\r\n', '\u0016\u0003\u0001', '\0'.repeat(1000)]
  for (const bytes of sent) {
    await new Promise<void>((resolve) => {
      const socket = connect({
        host: 'localhost',
        port: door.portal.server.cardDoor?.port ?? 0,
        rejectUnauthorized: false,
      })
      socket.once('secureConnect', () => socket.end(bytes))
      socket.once('error', () => resolve())
      socket.once('close', () => resolve())
      socket.resume()
    })
  }
  const answer: PortAnswer = await showCard(door.cardUrl, pharmacist)
  assert.equal(answer.status, 200)
})
