import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { before, type mock, test } from 'node:test'
import { fixedRing, type RingKey, type Signer, type SignerRing } from '../platform/signer.ts'
import { makeSession, type Session, type SessionFacts, unbound } from './session.ts'
import {
  makeSessionTokens,
  type SessionTokens,
  sessionTokenCharactersMax,
} from './session-token.ts'
import { boundSites, shortenName, sitesMax } from './site-list.ts'
import { makeTestSigner } from './testing.ts'

const start = new Date('2026-11-23T08:00:00.000Z')
const hours = (count: number): Date => new Date(start.getTime() + count * 3_600_000)

const site = { id: '759990013', name: 'Pharmacie du Parvis (essai)', postalCode: '75011' }
const life = { sessionHours: 12, sessionExtensionHours: 72, sessionRenewalMinutes: 20 }
const facts: SessionFacts = {
  ...unbound,
  person: {
    id: '899790000014',
    familyName: 'ESSAI-LEMAIRE',
    firstNames: 'Camille Zoé',
    profession: '21',
  },
  door: 'ecps',
  site,
  sites: [site, { id: '2A9990017', name: 'Cabinet', postalCode: null }],
  sitesLeftOut: [{ name: 'Cabinet individuel', reason: 'FINESS_MISSING' }],
  sessionId: 'c2Vzc2lvbi1pZC0wMDE',
  delegation: null,
  extended: false,
  signedInAt: start,
  renewBy: hours(12),
}
const session: Session = makeSession(facts, life, start)

let signer: Signer
let now: Date
let tokens: SessionTokens

const mac = (text: string): Uint8Array => createHmac('sha256', 'of the tests').update(text).digest()
/** The cookie of a signed token, as one of our processes would make it: what is left to judge is the token itself. */
const tagged = (jws: string): string =>
  `${jws}.${Buffer.from(mac(jws).subarray(0, 16)).toString('base64url')}`

const tokensOf = (by: Signer): SessionTokens =>
  makeSessionTokens({ signer: fixedRing(by), mac, now: () => now, life })

before(async () => {
  signer = await makeTestSigner('session')
})
test.beforeEach(() => {
  now = start
  tokens = tokensOf(signer)
})

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const partsOf = (token: string): { header: string; payload: string; signature: string } => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return { header, payload, signature }
}
const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))

/** A token with changed header and claims, signed as told. */
const forge = async (
  by: Signer,
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
): Promise<string> => {
  const original = partsOf(await tokens.issue(session))
  const toBeSigned = `${encode({ ...decode(original.header), ...header })}.${encode({ ...decode(original.payload), ...claims })}`
  const signature = Buffer.from(await by.sign(Buffer.from(toBeSigned))).toString('base64url')
  return tagged(`${toBeSigned}.${signature}`)
}

const refused = async (token: string, code: 'SESSION_INVALID' | 'SESSION_EXPIRED') =>
  assert.deepEqual(await tokensOf(signer).verify(token), { ok: false, code })

test('a session comes back from its token as it was', async () => {
  const check = await tokens.verify(await tokens.issue(session))
  assert.deepEqual(check, { ok: true, session })
  // Once more, from memory.
  assert.deepEqual(await tokens.verify(await tokens.issue(session)), { ok: true, session })
})

test('a token is accepted by another process with the same key', async () => {
  assert.equal((await tokensOf(signer).verify(await tokens.issue(session))).ok, true)
})

test('a token lasts until its end and not a second longer, remembered or not', async () => {
  const token = await tokens.issue(session)
  now = new Date(hours(12).getTime() - 1)
  assert.equal((await tokens.verify(token)).ok, true)
  now = hours(12)
  assert.deepEqual(await tokens.verify(token), { ok: false, code: 'SESSION_EXPIRED' })
  await refused(token, 'SESSION_EXPIRED')
})

test('a token that gives itself more time than the configuration is expired when that is over', async () => {
  const token = await forge(
    signer,
    {},
    { exp: hours(48).getTime() / 1000, due: hours(48).getTime() / 1000 },
  )
  now = hours(13)
  await refused(token, 'SESSION_EXPIRED')
})

test('a token from the future is refused', async () => {
  await refused(
    await forge(signer, {}, { iat: hours(1).getTime() / 1000, exp: hours(13).getTime() / 1000 }),
    'SESSION_INVALID',
  )
})

const changedAt = (text: string, index: number): string =>
  text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1)

test('any changed character of a token is refused', async () => {
  const token = await tokens.issue(session)
  // The last character of a signature or tag carries four spare bits; all others matter.
  for (let index = 0; index < token.length - 1; index += 7) {
    await refused(changedAt(token, index), 'SESSION_INVALID')
  }
  const jws = token.slice(0, -23)
  for (let index = 0; index < jws.length - 1; index += 7) {
    await refused(tagged(changedAt(jws, index)), 'SESSION_INVALID')
  }
})

/** Signature checks that some work costs. */
const signatureChecks = async (
  context: { readonly mock: Pick<typeof mock, 'method'> },
  work: () => Promise<unknown>,
): Promise<number> => {
  const spy = context.mock.method(crypto.subtle, 'verify')
  await work()
  const count = spy.mock.callCount()
  spy.mock.restore()
  return count
}

test('a cookie that none of our processes made costs no signature check, however it is made up', async (context) => {
  const token = await tokens.issue(session)
  const jws = token.slice(0, -23)
  const { header, payload } = partsOf(token)
  const tag = token.slice(-22)
  const made = [
    jws,
    `${jws}.`,
    `${jws}.${tag.slice(0, 21)}`,
    `${jws}.${'A'.repeat(22)}`,
    `${header}.${payload}.${'A'.repeat(86)}.${tag}`,
    `${header}.${encode({ ...decode(payload), sub: '899790000022' })}.${token.split('.')[2]}.${tag}`,
    `${header}.${payload}..${tag}`,
    `.${tag}`,
    '....',
    ...Array.from({ length: 200 }, (_, index) => changedAt(token, index)),
  ]
  const count = await signatureChecks(context, async () => {
    for (const cookie of made) await refused(cookie, 'SESSION_INVALID')
  })
  assert.equal(count, 0)
})

test('a genuine token costs one signature check a process, and an old one none', async (context) => {
  const token = await tokens.issue(session)
  const other = tokensOf(signer)
  const count = await signatureChecks(context, async () => {
    for (let round = 0; round < 20; round += 1) assert.equal((await other.verify(token)).ok, true)
  })
  assert.equal(count, 1)
  now = hours(13)
  const late = await signatureChecks(context, async () => {
    for (let round = 0; round < 20; round += 1) {
      assert.deepEqual(await other.verify(token), { ok: false, code: 'SESSION_EXPIRED' })
    }
  })
  assert.equal(late, 0)
})

test('the tag opens nothing: with it, a token that is not signed by us is refused', async () => {
  const { header, payload } = partsOf(await tokens.issue(session))
  for (const signature of ['', 'A'.repeat(86)]) {
    await refused(tagged(`${header}.${payload}.${signature}`), 'SESSION_INVALID')
  }
})

test('algorithm none is refused, with and without the signature', async () => {
  const { payload, signature } = partsOf(await tokens.issue(session))
  for (const alg of ['none', 'None', 'NONE']) {
    const header = encode({ alg, typ: 'sidep-session+jwt' })
    await refused(tagged(`${header}.${payload}.`), 'SESSION_INVALID')
    await refused(tagged(`${header}.${payload}.${signature}`), 'SESSION_INVALID')
  }
})

test('an HMAC under the public key is refused', async () => {
  const kid = decode(partsOf(await tokens.issue(session)).header).kid
  const { payload } = partsOf(await tokens.issue(session))
  const toBeSigned = `${encode({ alg: 'HS256', typ: 'sidep-session+jwt', kid })}.${payload}`
  const signature = createHmac('sha256', signer.certificate).update(toBeSigned).digest('base64url')
  await refused(tagged(`${toBeSigned}.${signature}`), 'SESSION_INVALID')
})

test('a token by another key is refused, under its own key id and under ours', async () => {
  const other = await makeTestSigner('session')
  const otherKid = Buffer.from(other.keyId).toString('base64url')
  await refused(await forge(other, { kid: otherKid }, {}), 'SESSION_INVALID')
  await refused(await forge(other, {}, {}), 'SESSION_INVALID')
})

test('a token by a key of another scope is refused, and such a signer makes none', async () => {
  const dcc = await makeTestSigner('dcc')
  await refused(await forge(dcc, {}, {}), 'SESSION_INVALID')
  assert.throws(() => tokensOf(dcc), TypeError)
})

test('a token of ours for another purpose is refused', async () => {
  await refused(await forge(signer, { typ: 'JWT' }, {}), 'SESSION_INVALID')
  await refused(await forge(signer, {}, { aud: 'sidep:somewhere-else' }), 'SESSION_INVALID')
  await refused(await forge(signer, {}, { v: 1 }), 'SESSION_INVALID')
})

test('a token that brings its own key is refused', async () => {
  const other = await makeTestSigner('session')
  const jwk = await crypto.subtle.exportKey('jwk', other.publicKey)
  await refused(await forge(other, { jwk }, {}), 'SESSION_INVALID')
})

test('a token longer than a cookie is refused unread', async () => {
  await refused('a'.repeat(sessionTokenCharactersMax + 1), 'SESSION_INVALID')
  await refused('', 'SESSION_INVALID')
})

const hour = 3_600_000

/** A ring in which `next` takes over from `signer` an hour after the start; keys can be taken out of it. */
const turningRing = async () => {
  const next = await makeTestSigner('session')
  const turn = new Date(start.getTime() + hour)
  const keyOf = (one: Signer, signsFrom: Date, retiredAt: Date | null): RingKey => ({
    ...one,
    signsFrom,
    retiredAt,
    notBefore: new Date(0),
    notAfter: new Date(8.64e15),
  })
  let keys = [keyOf(signer, new Date(0), turn), keyOf(next, turn, null)]
  const ring: SignerRing = {
    scope: 'session',
    keys: () => keys,
    current: () => (now < turn ? signer : next),
  }
  const kidOf = ({ keyId }: Signer): string => Buffer.from(keyId).toString('base64url')
  return {
    kids: [kidOf(signer), kidOf(next)],
    tokens: makeSessionTokens({ signer: ring, mac, now: () => now, life }),
    revoke: (one: Signer) => {
      keys = keys.filter(({ keyId }) => keyId !== one.keyId)
    },
  }
}
const kidIn = (token: string): unknown => decode(partsOf(token).header).kid

test('a key is accepted from its publication on, signs from its time on, and retired until its last session is over', async () => {
  const turning = await turningRing()
  const before = await turning.tokens.issue({ ...session, renewBy: new Date('2030-01-01') })
  assert.equal(kidIn(before), turning.kids[0])
  now = new Date(start.getTime() + hour)
  const after = await turning.tokens.issue(session)
  assert.equal(kidIn(after), turning.kids[1])
  assert.equal((await turning.tokens.verify(before)).ok, true)
  assert.equal((await turning.tokens.verify(after)).ok, true)
  // Another process, whose clock is behind: it does not sign with the key yet, and knows it.
  now = start
  assert.equal((await turning.tokens.verify(after)).ok, true)
  now = new Date(start.getTime() + hour + life.sessionExtensionHours * hour)
  assert.equal((await turning.tokens.verify(before)).ok, false)
})

test('a key that is revoked ends the sessions that it signed, those too that were checked before', async () => {
  const turning = await turningRing()
  const token = await turning.tokens.issue(session)
  assert.equal((await turning.tokens.verify(token)).ok, true)
  turning.revoke(signer)
  assert.deepEqual(await turning.tokens.verify(token), { ok: false, code: 'SESSION_INVALID' })
})

test('the longest list of the longest names still fits a cookie', async () => {
  const sites = boundSites(
    Array.from({ length: sitesMax + 10 }, (_, index) => ({
      id: (100_000_000 + index).toString(),
      name: 'É'.repeat(200),
      postalCode: '97400',
    })),
  )
  assert.equal(sites.length, sitesMax)
  const token = await tokens.issue({
    ...facts,
    person: { ...facts.person, familyName: 'É'.repeat(80), firstNames: 'É'.repeat(80) },
    device: 'd'.repeat(43),
    providerSession: 's'.repeat(22),
    providerSubject: 's'.repeat(22),
    delegation: {
      id: '019ab000-0000-7000-8000-000000000000',
      endsAt: hours(4),
      responsible: {
        ...facts.person,
        familyName: shortenName('É'.repeat(80)),
        firstNames: shortenName('É'.repeat(80)),
      },
      site: { id: '759990013', name: shortenName('É'.repeat(80)), postalCode: '97400' },
    },
    sites,
    site: sites[0] ?? null,
    sitesLeftOut: Array.from({ length: 3 }, () => ({
      name: 'É'.repeat(20),
      reason: 'FINESS_MISSING',
    })),
  })
  assert.ok(token.length <= sessionTokenCharactersMax)
})

const bound: SessionFacts = {
  ...facts,
  device: 'd'.repeat(43),
  renewBy: new Date(start.getTime() + 20 * 60_000),
}

test('a token of a bound session works until it is due, then for renewal alone, then for nothing', async () => {
  const token = await tokens.issue(bound)
  const open = makeSession(bound, life, start)
  assert.deepEqual(await tokens.verify(token), { ok: true, session: open })
  assert.equal(open.counterId, bound.device)
  assert.deepEqual(open.expiresAt, hours(12))
  now = bound.renewBy
  const due = { ok: false, code: 'SESSION_RENEWAL_DUE', session: open }
  assert.deepEqual(await tokens.verify(token), due)
  assert.deepEqual(await tokensOf(signer).verify(token), due)
  now = new Date(hours(72).getTime() - 1)
  assert.deepEqual(await tokens.verify(token), due)
  now = hours(72)
  assert.deepEqual(await tokens.verify(token), { ok: false, code: 'SESSION_EXPIRED' })
  await refused(token, 'SESSION_EXPIRED')
})

test('a bound token that says it is not due past the normal life works only if it is an extended one', async () => {
  now = hours(13)
  const late = { ...bound, renewBy: new Date(hours(13).getTime() + 1_200_000) }
  const normal = await tokens.verify(await tokens.issue(late))
  assert.equal(normal.ok ? '' : normal.code, 'SESSION_RENEWAL_DUE')
  const extended = await tokens.verify(await tokens.issue({ ...late, extended: true }))
  assert.equal(extended.ok && extended.session.extended, true)
  assert.deepEqual(extended.ok && extended.session.expiresAt, late.renewBy)
})

test('under a delegation the responsible answers and the person is the operator', async () => {
  const delegation = {
    id: '019ab000-0000-7000-8000-000000000000',
    endsAt: hours(4),
    responsible: {
      id: '899790000022',
      familyName: 'ESSAI-ROUSSEL',
      firstNames: 'Anne',
      profession: '21',
    },
    site: { id: '2A9990017', name: 'Cabinet', postalCode: null },
  }
  const check = await tokens.verify(
    await tokens.issue({ ...facts, delegation, renewBy: hours(4), site: null }),
  )
  assert.ok(check.ok)
  assert.equal(check.session.professionalId, '899790000022')
  assert.equal(check.session.operator?.id, '899790000014')
  assert.deepEqual(check.session.site, delegation.site)
})
