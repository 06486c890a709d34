/** Each card at the real port, over real TLS. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type DoorsView, type OperatorView, routes } from '@sidep/contracts'
import {
  type CardFault,
  demoPeople,
  employeeSubject,
  type PemPair,
  professionalSubject,
} from '@sidep/dev'
import { addRole, removeRole } from '../operators.ts'
import { makeTestDevice, makeTestKeys } from '../test-device.ts'
import { anyState, type CardPortal, makeCardBrowser, showCard, startCardPortal } from './testing.ts'

const person = demoPeople.pharmacist
const subject = professionalSubject({
  nationalId: person.nationalId,
  familyName: person.familyName,
  givenName: person.givenName,
  title: person.profession.label,
})

let door: CardPortal
let pharmacist: PemPair

before(async () => {
  door = await startCardPortal()
  pharmacist = await door.card('pharmacist')
})
after(() => door.close())

const faultyCard = (fault: CardFault): Promise<PemPair> =>
  door.cards.authority.makeCard({ subject, at: door.clock.now(), fault })

/** What program and browser are told, at both versions of TLS. */
const refusalOf = async (card: PemPair | null): Promise<string> => {
  const program = await showCard(door.cardUrl, card)
  const old = await showCard(door.cardUrl, card, { maxVersion: 'TLSv1.2' })
  const browser = (await showCard(door.cardUrl, card, { as: 'browser' })).location()
  assert.equal(old.code, program.code)
  assert.equal(browser.href, `${door.url}/pro/?problem=${program.code}`)
  return program.code ?? `${program.status}`
}

test('the doors list the card beside the others, and say that it is up', async () => {
  const { doors } = (await (await fetch(`${door.url}/api/doors`)).json()) as DoorsView
  assert.deepEqual(
    doors.find(({ door: name }) => name === 'card'),
    { door: 'card', url: '/login/card', state: 'up' },
  )
})

test('a pharmacist’s card opens a session at the site that the directory names', async () => {
  const browser = makeCardBrowser(door.url)
  assert.equal(await browser.signIn(pharmacist), '/pro/')
  const { status, body } = await browser.session()
  assert.equal(status, 200)
  assert.equal(body.door, 'card')
  assert.deepEqual(body.professional, {
    id: person.nationalId,
    familyName: person.familyName,
    firstNames: person.givenName,
    profession: '21',
  })
  assert.deepEqual(body.site, {
    id: person.activities[0].finess,
    name: person.activities[0].companyName,
    postalCode: person.activities[0].postalCode,
  })
})

test('somebody of operations without a site gets in by card, and what is refused is told where it began', async () => {
  const card = await door.card('psychologist')
  const signIn = async (shown: PemPair): Promise<string> => {
    const browser = makeCardBrowser(door.url)
    return browser.finish(await browser.show(await browser.begin('?return=/pilotage/'), shown))
  }
  assert.equal(await signIn(card), '/pilotage/?problem=PROFESSION_NOT_PERMITTED')
  assert.match(await signIn(await door.card('expired')), /^\/pilotage\/\?problem=CARD_[A-Z_]+$/)
  const order = { role: 'duty', reason: 'de garde', by: 'essai' } as const
  const personId = demoPeople.professionNotPermitted.nationalId
  await addRole(door.portal.sql, { ...order, personId }, door.clock.now())
  const browser = makeCardBrowser(door.url)
  const at = await browser.begin('?return=/pilotage/')
  assert.equal(await browser.finish(await browser.show(at, card)), '/pilotage/')
  const me = await browser.visit(new URL(routes.operationsMe, door.url))
  const { id, siteId, door: by } = (await me.json()) as OperatorView
  await removeRole(door.portal.sql, { ...order, personId }, door.clock.now())
  assert.deepEqual([id, siteId, by], [personId, null, 'card'])
})

test('a card with two sites in the directory leaves the choice, and no other site can be chosen', async () => {
  const browser = makeCardBrowser(door.url)
  await browser.signIn(await door.card('pharmacist-two-sites'))
  const { body } = await browser.session()
  assert.equal(body.site, null)
  assert.equal((body.sites as unknown[]).length, 2)
  const elsewhere = await browser.visit(new URL('/api/session/site', door.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: door.url },
    body: JSON.stringify({ site: person.activities[0].finess }),
  })
  assert.equal(((await elsewhere.json()) as { code: string }).code, 'SITE_NOT_PERMITTED')
})

const holder = () => ({
  nationalId: person.nationalId,
  familyName: person.familyName,
  givenName: person.givenName,
  title: 'Pharmacien',
})

const employee = () => ({
  companyName: 'PHARMACIE',
  finess: person.activities[0].finess,
  serial: '0000000012',
  title: 'Employé de pharmacie',
})

describe('a card that is revoked after its holder signed in', () => {
  const revoke = async (card: PemPair & { readonly serialNumber: string }): Promise<void> => {
    door.cards.authority.revoke('persons', card.serialNumber, door.clock.now())
    door.clock.moveSeconds(1)
    await door.portal.server.cardDoor?.refreshLists()
  }
  const programCookie = async (card: PemPair): Promise<string> => {
    const answer = await showCard(door.cardUrl, card, { method: 'POST' })
    return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  }

  test('ends its sessions and their booklets with the next list; those of another card go on', async () => {
    const card = await door.cards.authority.makeCard({ subject, at: door.clock.now() })
    const device = await makeTestDevice()
    const browser = makeCardBrowser(door.url)
    const begun = await browser.begin(`?return=/pro/&device=${device.thumbprint}`)
    await browser.finish(await browser.show(begun, card))
    const { sessionId } = (await browser.session()).body as { sessionId: string }
    const cookie = browser.jar.header(new URL(door.url))
    const signedIn = { cookie, signer: { device, sessionId } }
    const { publicKey } = await makeTestKeys()
    const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey)
    const standard = (text: string): string => Buffer.from(text, 'base64url').toString('base64')
    const counterKey = { x: standard(x), y: standard(y) }
    const given = await door.portal.send('POST', '/api/booklets', { counterKey }, signedIn)
    assert.equal(given.status, 201, given.text)
    const booklet = given.json<{ id: string }>().id
    const program = await programCookie(card)
    // The same person, by the card that replaces it.
    const replaced = await programCookie(pharmacist)

    await revoke(card)
    const statusOf = async (given: string): Promise<string> =>
      (await door.portal.send('GET', '/api/session', undefined, { cookie: given })).code
    assert.equal(await statusOf(cookie), 'SESSION_REVOKED')
    assert.equal(await statusOf(program), 'SESSION_REVOKED')
    assert.match(await statusOf(replaced), /sessionId/)
    const { sql } = door.portal
    const [holder] = await sql`
      select ended_at is not null as "hasEnded" from booklet_holder where booklet_id = ${booklet}`
    assert.deepEqual({ ...holder }, { hasEnded: true })
    const [act] = await sql`select subject from audit where act = 'booklet.ended'`
    assert.equal(act?.subject, `${booklet} card-revoked`)
  })

  test('while it is on the way back to the portal opens nothing', async () => {
    const card = await door.cards.authority.makeCard({ subject, at: door.clock.now() })
    const browser = makeCardBrowser(door.url)
    const back = await browser.show(await browser.begin(), card)
    await revoke(card)
    assert.equal(await browser.finish(back), '/pro/?problem=CARD_REVOKED')
    assert.equal((await browser.session()).status, 401)
  })
})

test('a P-256 card works as an RSA card does', async () => {
  const card = await door.cards.authority.makeCard({
    subject,
    at: door.clock.now(),
    keys: 'p256',
  })
  assert.equal((await showCard(door.cardUrl, card)).status, 200)
})

test('a program signs in at the card port itself, in one request', async () => {
  const answer = await showCard(door.cardUrl, pharmacist, { method: 'POST' })
  assert.equal(answer.status, 200)
  assert.equal(JSON.parse(answer.text).professional.id, person.nationalId)
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const session = await fetch(`${door.url}/api/session`, { headers: { cookie } })
  assert.equal(session.status, 200)
})

test('a page of another site cannot make a browser sign in by POST', async () => {
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://elsewhere.example' },
  ]) {
    const answer = await showCard(door.cardUrl, pharmacist, { method: 'POST', headers })
    assert.equal(answer.code, 'ORIGIN_REFUSED')
    assert.equal(answer.headers['set-cookie'], undefined)
  }
})

describe('a card is refused with its own code', () => {
  const faults: readonly (readonly [CardFault, string])[] = [
    ['expired', 'CARD_EXPIRED'],
    ['not-yet-valid', 'CARD_NOT_YET_VALID'],
    ['other-authority', 'CARD_AUTHORITY_UNKNOWN'],
    ['impostor-authority', 'CARD_AUTHORITY_UNKNOWN'],
    ['organisations-authority', 'CARD_AUTHORITY_UNKNOWN'],
    ['root-authority', 'CARD_AUTHORITY_UNKNOWN'],
    ['no-client-authentication', 'CARD_USAGE'],
    ['wrong-key-usage', 'CARD_USAGE'],
    ['authority-certificate', 'CARD_USAGE'],
    ['weak-signature', 'CARD_ALGORITHM'],
    ['short-key', 'CARD_ALGORITHM'],
  ]
  for (const [fault, code] of faults) {
    test(`${fault}: ${code}`, async () => {
      assert.equal(await refusalOf(await faultyCard(fault)), code)
    })
  }

  test('revoked: CARD_REVOKED, from the next list on', async () => {
    const card = await door.cards.authority.makeCard({ subject, at: door.clock.now() })
    assert.equal((await showCard(door.cardUrl, card)).status, 200)
    door.cards.authority.revoke('persons', card.serialNumber, door.clock.now())
    door.clock.moveSeconds(1)
    await door.portal.server.cardDoor?.refreshLists()
    assert.equal(await refusalOf(card), 'CARD_REVOKED')
  })

  test('no card: CARD_MISSING', async () => {
    assert.equal(await refusalOf(null), 'CARD_MISSING')
  })

  const malformed = {
    'without a national id': professionalSubject({ ...holder(), nationalId: 'LEMAIRE Camille' }),
    'with a wrong check digit': professionalSubject({ ...holder(), nationalId: '899700075123' }),
    'without a name': professionalSubject({ ...holder(), familyName: '' }),
    'of another country': [{ C: ['DE'] }, ...subject.slice(1)],
    'with two common names': [...subject, { CN: [demoPeople.nurse.nationalId] }],
    'of an employee of two sites at once': employeeSubject({
      ...employee(),
      finess: demoPeople.nurse.activities[0].finess,
    }).map((name) => ('OU' in name ? { OU: [`1${person.activities[0].finess}`] } : name)),
  }
  for (const [what, names] of Object.entries(malformed)) {
    test(`a subject ${what}: CARD_SUBJECT_UNREADABLE`, async () => {
      const card = await door.cards.authority.makeCard({ subject: names, at: door.clock.now() })
      assert.equal(await refusalOf(card), 'CARD_SUBJECT_UNREADABLE')
    })
  }
})

describe('a sound card of somebody who may not enter', () => {
  const landing = async (card: PemPair): Promise<string> => {
    const browser = makeCardBrowser(door.url)
    const page = await browser.signIn(card)
    assert.equal((await browser.session()).status, 401)
    return page
  }
  const cardOf = (names: Parameters<typeof professionalSubject>[0]): Promise<PemPair> =>
    door.cards.authority.makeCard({ subject: professionalSubject(names), at: door.clock.now() })

  test('another profession: PROFESSION_NOT_PERMITTED', async () => {
    const page = await landing(await door.card('psychologist'))
    assert.equal(page, '/pro/?problem=PROFESSION_NOT_PERMITTED')
  })
  test('a student: PROFESSION_NOT_PERMITTED', async () => {
    const { nationalId } = demoPeople.pharmacist
    const page = await landing(await cardOf({ ...holder(), nationalId, title: 'Étudiant' }))
    assert.equal(page, '/pro/?problem=PROFESSION_NOT_PERMITTED')
  })
  test('places and no FINESS: SITE_WITHOUT_FINESS, with the names of the places', async () => {
    const { nationalId, familyName, givenName, activities } = demoPeople.onlyWithoutFiness
    const card = await cardOf({ nationalId, familyName, givenName, title: 'Infirmier' })
    const browser = makeCardBrowser(door.url)
    assert.equal(await browser.signIn(card), '/pro/?problem=SITE_WITHOUT_FINESS')
    const places = browser.jar.value('sidep-refused-places') ?? ''
    assert.deepEqual(JSON.parse(decodeURIComponent(places)), [activities[0].companyName])
    const program = await showCard(door.cardUrl, card, { method: 'POST' })
    assert.equal(program.code, 'SITE_WITHOUT_FINESS')
    assert.deepEqual(JSON.parse(program.text).places, [activities[0].companyName])
  })
  test('nobody in the directory: PROFESSIONAL_NOT_IN_DIRECTORY', async () => {
    const page = await landing(await cardOf({ ...holder(), nationalId: '899700075122' }))
    assert.equal(page, '/pro/?problem=PROFESSIONAL_NOT_IN_DIRECTORY')
  })
  test('an employee of a site that the directory does not know: EMPLOYEE_SITE_UNKNOWN', async () => {
    const page = await landing(await door.card('employee-elsewhere'))
    assert.equal(page, '/pro/?problem=EMPLOYEE_SITE_UNKNOWN')
  })
  test('an employee for whom nobody answers: DELEGATION_MISSING', async () => {
    const page = await landing(await door.card('employee'))
    assert.equal(page, '/pro/?problem=DELEGATION_MISSING')
  })
})

test('every answer of the card port ends its connection and is kept nowhere', async () => {
  for (const card of [pharmacist, null]) {
    const { headers } = await showCard(door.cardUrl, card, { as: 'browser' })
    assert.equal(headers.connection, 'close')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['x-content-type-options'], 'nosniff')
  }
})

test('the card port answers at one address alone', async () => {
  const other = await showCard(door.cardUrl, pharmacist, { path: '/api/session' })
  assert.equal(other.code, 'ROUTE_UNKNOWN')
  const put = await showCard(door.cardUrl, pharmacist, { method: 'PUT' })
  assert.equal(put.code, 'METHOD_NOT_ALLOWED')
  const without = await showCard(door.cardUrl, pharmacist, { path: '/login/card' })
  assert.equal(without.code, 'LOGIN_STATE_INVALID')
  const typed = await showCard(door.cardUrl, pharmacist, { path: '/login/card', as: 'browser' })
  assert.equal(typed.location().href, `${door.url}/login/card`)
  assert.equal(anyState.length, 43)
})
