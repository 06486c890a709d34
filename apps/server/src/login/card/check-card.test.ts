/** The judgement itself, without TLS: authorities, chain, lists, and bytes that somebody changed. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  type CardAuthority,
  type CardFault,
  demoCards,
  type RunningCardAuthority,
  startCardAuthority,
} from '@sidep/dev'
import fc from 'fast-check'
import { type Authorities, readAuthorities } from './authorities.ts'
import { checkCard, type RevocationStatus } from './check-card.ts'
import { readRevocationList } from './revocation-list.ts'

const at = new Date('2026-11-23T10:00:00Z')
const later = (seconds: number): Date => new Date(at.getTime() + seconds * 1000)

let authority: CardAuthority
let other: CardAuthority
let authorities: Authorities

const derOf = (pem: string): Uint8Array =>
  new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'))

const read = (bundle: string): Authorities => {
  const reading = readAuthorities(bundle)
  if (!reading.ok) throw new Error(reading.code)
  return reading.value
}

before(async () => {
  const open = async (): Promise<RunningCardAuthority> =>
    startCardAuthority({ port: 0, now: () => at })
  const [first, second] = await Promise.all([open(), open()])
  authority = first.authority
  other = second.authority
  await Promise.all([first.close(), second.close()])
  authorities = read(authority.bundle)
})

const makeCard = async (fault?: CardFault): Promise<Uint8Array> =>
  derOf(
    (
      await authority.makeCard({
        subject: demoCards.pharmacist.subject,
        at,
        keys: 'p256',
        ...(fault === undefined ? {} : { fault }),
      })
    ).certificate,
  )

const codeOf = (
  der: Uint8Array,
  status: (isCard: boolean) => RevocationStatus = () => 'good',
  when = at,
): string => {
  const persons = authorities.all.find(({ issuer }) => issuer !== null)
  const check = checkCard(der, authorities, (issuer) => status(issuer === persons), when)
  if (!check.ok) return check.code
  return check.overdue ? 'OVERDUE' : 'ACCEPTED'
}

describe('a bundle of authorities', () => {
  const bundles: readonly (readonly [string, () => string, string])[] = [
    ['that is empty', () => '', 'BUNDLE_EMPTY'],
    ['of roots alone', () => authority.certificates.root, 'BUNDLE_WITHOUT_ISSUER'],
    ['without the root', () => authority.certificates.persons, 'WITHOUT_ROOT'],
    [
      'with another hierarchy’s root of the same name',
      () => `${other.certificates.root}${authority.certificates.persons}`,
      'WITHOUT_ROOT',
    ],
    [
      'with words for a certificate',
      () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'MALFORMED',
    ],
  ]
  for (const [what, bundle, code] of bundles) {
    test(`${what} is refused with ${code}`, () => {
      const reading = readAuthorities(bundle())
      assert.equal(reading.ok ? 'ok' : reading.code, code)
    })
  }
  test('with a card in it is refused with NOT_AN_AUTHORITY, and says which', async () => {
    const card = await authority.makeCard({ subject: demoCards.nurse.subject, at })
    const reading = readAuthorities(`${authority.bundle}${card.certificate}`)
    assert.deepEqual(reading, { ok: false, code: 'NOT_AN_AUTHORITY', index: 2 })
  })
  test('in any order, with words between, is read', () => {
    const { root, persons } = authority.certificates
    assert.equal(read(`Personnes\n${persons}\nRacine\n${root}`).all.length, 2)
  })
})

describe('a card', () => {
  test('is accepted by the authority that issued it, and not by one of the same name', async () => {
    const card = await makeCard()
    assert.equal(codeOf(card), 'ACCEPTED')
    const stranger = checkCard(card, read(other.bundle), () => 'good', at)
    assert.equal(stranger.ok ? 'ok' : stranger.code, 'CARD_AUTHORITY_UNKNOWN')
  })

  test('is valid from its first second to its last', async () => {
    const card = await makeCard()
    const day = 86_400
    assert.equal(codeOf(card, undefined, later(-day)), 'ACCEPTED')
    assert.equal(codeOf(card, undefined, later(-day - 1)), 'CARD_NOT_YET_VALID')
    assert.equal(codeOf(card, undefined, later(1_095 * day)), 'ACCEPTED')
    assert.equal(codeOf(card, undefined, later(1_095 * day + 1)), 'CARD_EXPIRED')
  })

  const statuses: readonly (readonly [RevocationStatus, RevocationStatus, string])[] = [
    ['good', 'good', 'ACCEPTED'],
    ['overdue', 'good', 'OVERDUE'],
    ['good', 'overdue', 'OVERDUE'],
    ['revoked', 'good', 'CARD_REVOKED'],
    ['revoked', 'unknown', 'CARD_REVOKED'],
    ['unknown', 'good', 'CARD_REVOCATION_UNKNOWN'],
    ['good', 'unknown', 'CARD_REVOCATION_UNKNOWN'],
    ['overdue', 'unknown', 'CARD_REVOCATION_UNKNOWN'],
    ['good', 'revoked', 'CARD_AUTHORITY_UNKNOWN'],
  ]
  for (const [own, above, code] of statuses) {
    test(`${own}, its authority ${above}: ${code}`, async () => {
      assert.equal(
        codeOf(await makeCard(), (isCard) => (isCard ? own : above)),
        code,
      )
    })
  }

  test('whose authority has expired is refused with CARD_AUTHORITY_UNKNOWN', async () => {
    const years = 11 * 365 * 86_400
    assert.equal(codeOf(await makeCard(), undefined, later(years)), 'CARD_AUTHORITY_UNKNOWN')
  })

  test('with any bit changed is never accepted', async () => {
    const card = await makeCard()
    for (let index = 0; index < card.length; index += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Uint8Array.from(card)
        changed[index] = (changed[index] ?? 0) ^ (1 << bit)
        assert.notEqual(codeOf(changed), 'ACCEPTED', `bit ${bit} of octet ${index}`)
      }
    }
  })

  test('of any bytes, cut or with more behind, is refused and never throws', async () => {
    const card = await makeCard()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.equal(codeOf(bytes), 'CARD_UNREADABLE')
      }),
    )
    for (let length = 0; length < card.length; length += 7) {
      assert.equal(codeOf(card.subarray(0, length)), 'CARD_UNREADABLE')
    }
    assert.equal(codeOf(new Uint8Array([...card, 0])), 'CARD_UNREADABLE')
    assert.equal(codeOf(new Uint8Array(20_000)), 'CARD_UNREADABLE')
  })
})

describe('a revocation list', () => {
  const request = { issuedAt: at, nextUpdate: later(86_400) }
  const codeFor = async (der: Uint8Array, now = at): Promise<string> => {
    const reading = await readRevocationList(der, authorities, now)
    return reading.ok ? 'ok' : reading.code
  }

  test('tells what is revoked, since when it counts and until when', async () => {
    const serials = ['11', '7fffffffffffffffffffffffffffffff', '00ff']
    for (const serial of serials) authority.revoke('persons', serial, at)
    const list = await readRevocationList(
      await authority.revocationList('persons', request),
      authorities,
      at,
    )
    assert.ok(list.ok)
    assert.deepEqual([...list.value.revoked].sort(), [...serials].sort())
    assert.deepEqual(list.value.issuedAt, request.issuedAt)
    assert.deepEqual(list.value.nextUpdate, request.nextUpdate)
  })

  test('without entries is a list', async () => {
    assert.equal(await codeFor(await authority.revocationList('root', request)), 'ok')
  })

  test('by another key is refused with LIST_SIGNATURE', async () => {
    const forged = await authority.revocationList('persons', { ...request, forged: true })
    assert.equal(await codeFor(forged), 'LIST_SIGNATURE')
    assert.equal(await codeFor(await other.revocationList('persons', request)), 'LIST_SIGNATURE')
  })

  test('dated after now is refused with LIST_FROM_THE_FUTURE', async () => {
    const list = await authority.revocationList('persons', request)
    assert.equal(await codeFor(list, later(-3_600)), 'LIST_FROM_THE_FUTURE')
  })

  test('of changes alone is refused with LIST_PARTIAL', async () => {
    const list = await authority.revocationList('persons', { ...request, delta: true })
    assert.equal(await codeFor(list), 'LIST_PARTIAL')
  })

  test('that is a page, empty or cut is refused with LIST_MALFORMED', async () => {
    const list = await authority.revocationList('persons', request)
    for (const bytes of [
      new TextEncoder().encode('<h1>Maintenance</h1>'),
      new Uint8Array(),
      list.subarray(0, -1),
    ]) {
      assert.equal(await codeFor(bytes), 'LIST_MALFORMED')
    }
  })

  test('with any bit changed is never taken', async () => {
    const list = await authority.revocationList('persons', request)
    for (let index = 0; index < list.length; index += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Uint8Array.from(list)
        changed[index] = (changed[index] ?? 0) ^ (1 << bit)
        assert.notEqual(await codeFor(changed), 'ok', `bit ${bit} of octet ${index}`)
      }
    }
  })
})
