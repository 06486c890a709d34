import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  type BookletGrant,
  type ContinuityKey,
  counterKeyId,
  counterKeyOf,
  issueBooklet,
  issueSlip,
  makeSlipSerial,
  readBooklet,
  type Sign,
  writeSlipSerial,
} from '@sidep/continuity'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { type ToleranceNotice, type Trust, trustOf, type WithdrawnContinuity } from '@sidep/trust'
import { type Crafted, craftProvisional } from '../test/crafted-provisional.ts'
import { type Purpose, purposeFor, type Verdict, verify } from './index.ts'

const newKeys = () =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
const signWith =
  ({ privateKey }: CryptoKeyPair): Sign =>
  async (bytes) =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        privateKey,
        new Uint8Array(bytes),
      ),
    )
const [signer, counter, otherCounter] = [await newKeys(), await newKeys(), await newKeys()]
const keyId = new Uint8Array(8).fill(7)
const hour = 3_600_000
const outage = new Date('2021-08-13T13:30:00Z')
const after = (hours: number): Date => new Date(outage.getTime() + hours * hour)
const at = after(1)

const key: ContinuityKey = {
  keyId,
  publicKey: signer.publicKey,
  notBefore: after(-10_000),
  notAfter: after(10_000),
}
const nothing: WithdrawnContinuity = {
  booklets: [],
  sites: [],
  allIssuedUntil: null,
  slips: [],
  slipSites: [],
}
const trustWith = (changes: Partial<WithdrawnContinuity> = {}): Trust =>
  trustOf({ signers: [], continuity: [key], withdrawn: { ...nothing, ...changes } })

const siteId = parseFiness('750712184')
const professionalId = parseProfessionalId('899700075122')
assert.ok(siteId.ok && professionalId.ok)
const site = siteId.value

const grant: BookletGrant = {
  id: '0123456789abcdef',
  country: 'FR',
  authority: 'Ministère chargé de la santé',
  siteId: site,
  siteName: 'Pharmacie du Parvis',
  professionalId: professionalId.value,
  maximum: 50,
  testTypes: ['LP217198-3'],
  issuedAt: after(-2),
  notBefore: after(-2),
  expiresAt: after(22),
  counterKey: await counterKeyOf(counter.publicKey),
}

const bytes = await issueBooklet(grant, keyId, signWith(signer))
const read = readBooklet(bytes)
assert.ok(read.ok)
const booklet = read.value

const certificateText = (changes: Partial<Crafted> = {}): Promise<string> =>
  craftProvisional({
    booklet,
    sign: signWith(counter),
    issuedAt: after(0.5),
    sampledAt: after(0.2),
    ...changes,
  })

/** What the authority accepts, of Paris. */
const notice: ToleranceNotice = {
  id: '2021-08-13/1',
  from: after(70).toISOString(),
  until: after(96).toISOString(),
  accepts: ['slip'],
  sites: ['75', '9704'],
  fr: 'Les fiches de Paris sont acceptées jusqu’à dimanche midi.',
  en: 'Slips of Paris are accepted until Sunday noon.',
}

const outcome = ({ verdict, step, code }: Verdict): string => `${verdict} ${step} ${code}`
const none: Purpose = { kind: 'none' }
const check = async (text: string, trust = trustWith(), when = at): Promise<string> =>
  outcome(await verify(text, trust, when, none))

suite('a provisional certificate', () => {
  test('is accepted, says what it is, and ends 72 h after its issue', async () => {
    const verdict = await verify(await certificateText(), trustWith(), at, none)
    assert.equal(outcome(verdict), 'accepted null ACCEPTED')
    const { certificate } = verdict
    assert.equal(certificate?.format, 'provisional')
    assert.equal(certificate?.familyName, 'Le Goff')
    assert.equal(certificate?.site, 'Pharmacie du Parvis')
    assert.deepEqual(certificate?.notices, ['PROVISIONAL', 'CHECK_IDENTITY'])
    assert.ok(verdict.verdict === 'accepted')
    assert.deepEqual(verdict.acceptedUntil, after(72.5))
  })

  test('is accepted beyond its time where a notice says so, and nowhere else, nor when it was withdrawn', async () => {
    const late = after(80)
    const text = await certificateText()
    const withNotice = (changes = {}, withdrawn = {}) => ({
      ...trustWith(withdrawn),
      tolerated: [{ ...notice, accepts: ['provisional' as const], ...changes }],
    })
    assert.equal(await check(text, trustWith(), late), 'refused validity PROVISIONAL_EXPIRED')
    const verdict = await verify(text, withNotice(), late, none)
    assert.ok(verdict.verdict === 'accepted')
    assert.deepEqual(verdict.acceptedUntil, new Date(notice.until))
    assert.equal(verdict.certificate.tolerance?.id, notice.id)
    for (const changes of [
      { sites: ['13', '9704'] },
      { accepts: ['slip' as const] },
      { until: late.toISOString() },
      { from: after(81).toISOString() },
    ]) {
      const expired = 'refused validity PROVISIONAL_EXPIRED'
      assert.equal(await check(text, withNotice(changes), late), expired, JSON.stringify(changes))
    }
    const booklets = { booklets: [grant.id] }
    const withdrawn = 'refused revocation BOOKLET_WITHDRAWN'
    assert.equal(await check(text, withNotice({}, booklets), late), withdrawn)
    const forged = await certificateText({ sign: signWith(otherCounter) })
    assert.equal(await check(forged, withNotice(), late), 'refused signature PROVISIONAL_SIGNATURE')
  })

  test('under a notice is as old for the rules as a definitive one: a negative too old, a positive a proof of recovery', async () => {
    const withNotice = (when: Date): Trust => ({
      ...trustWith(),
      tolerated: [
        {
          ...notice,
          accepts: ['provisional'],
          from: after(70).toISOString(),
          until: new Date(when.getTime() + hour).toISOString(),
        },
      ],
    })
    const verdictOf = async (text: string, when: Date, trust = withNotice(when)) =>
      verify(text, trust, when, purposeFor('FR'))
    const negative = await verdictOf(await certificateText(), after(80))
    assert.equal(negative.step, 'rules')
    const positive = await certificateText({ result: 'positive' })
    assert.equal((await verdictOf(positive, after(80))).step, 'rules')
    const recovered = after(12 * 24)
    const verdict = await verdictOf(positive, recovered)
    assert.ok(verdict.verdict === 'accepted')
    assert.equal(verdict.certificate.tolerance?.id, notice.id)
    assert.equal(
      outcome(await verdictOf(positive, recovered, trustWith())),
      'refused validity PROVISIONAL_EXPIRED',
    )
  })

  test('passes through the same rules as a definitive one', async () => {
    const check = async (text: string) =>
      outcome(await verify(text, trustWith(), at, purposeFor('FR')))
    assert.equal(await check(await certificateText()), 'accepted null ACCEPTED')
    const positive = await certificateText({ result: 'positive' })
    assert.match(await check(positive), /^refused rules /)
  })

  test('without continuity keys is refused at step key', async () => {
    const verdict = await verify(await certificateText(), trustOf({ signers: [] }), at, none)
    assert.equal(outcome(verdict), 'refused key BOOKLET_KEY_UNKNOWN')
    assert.equal(verdict.certificate, null)
  })

  test('expired is refused with PROVISIONAL_EXPIRED', async () => {
    assert.equal(
      await check(await certificateText(), trustWith(), after(73)),
      'refused validity PROVISIONAL_EXPIRED',
    )
    assert.equal(
      await check(await certificateText(), trustWith(), after(0)),
      'refused validity PROVISIONAL_IN_FUTURE',
    )
  })

  test('withdrawn, by booklet, by site or all at once, is refused with its own code', async () => {
    const text = await certificateText()
    const withdrawn = (changes: Partial<WithdrawnContinuity>) => check(text, trustWith(changes))
    const issuedUntil = after(0).toISOString()
    assert.equal(await withdrawn({ booklets: [grant.id] }), 'refused revocation BOOKLET_WITHDRAWN')
    assert.equal(
      await withdrawn({ sites: [{ site, issuedUntil }] }),
      'refused revocation SITE_WITHDRAWN',
    )
    assert.equal(
      await withdrawn({ allIssuedUntil: issuedUntil }),
      'refused revocation ALL_WITHDRAWN',
    )
    const before = after(-3).toISOString()
    assert.equal(
      await withdrawn({ sites: [{ site, issuedUntil: before }] }),
      'accepted null ACCEPTED',
    )
  })

  test('of another device, over-numbered, of another kind or back-dated is refused, each with its code', async () => {
    const otherKeyId = await counterKeyId(await counterKeyOf(otherCounter.publicKey))
    const other = { sign: signWith(otherCounter) }
    const cases: readonly (readonly [Partial<Crafted>, string])[] = [
      [{ ...other, keyId: otherKeyId }, 'signature PROVISIONAL_OTHER_DEVICE'],
      [other, 'signature PROVISIONAL_SIGNATURE'],
      [{ number: 51 }, 'key-usage PROVISIONAL_NUMBER'],
      [{ number: 0 }, 'key-usage PROVISIONAL_NUMBER'],
      [{ testType: 'LP6464-4' }, 'key-usage PROVISIONAL_KIND'],
      [{ issuedAt: after(-3), sampledAt: after(-3.1) }, 'validity PROVISIONAL_BEFORE_BOOKLET'],
      [{ issuedAt: after(23) }, 'validity PROVISIONAL_AFTER_BOOKLET'],
      [{ sampledAt: after(0.9) }, 'validity PROVISIONAL_SAMPLED_LATER'],
      [{ sampledAt: after(-24) }, 'validity PROVISIONAL_SAMPLED_EARLY'],
    ]
    for (const [changes, expected] of cases) {
      assert.equal(await check(await certificateText(changes)), `refused ${expected}`)
    }
  })

  test('with any character changed is not accepted', async () => {
    const text = await certificateText()
    for (const index of [4, 10, 100, 300, text.length - 1]) {
      const other = text[index] === 'A' ? 'B' : 'A'
      const changed = text.slice(0, index) + other + text.slice(index + 1)
      assert.doesNotMatch(await check(changed), /^accepted/)
    }
  })

  test('cut short is unreadable, and never taken for another format', async () => {
    const text = await certificateText()
    assert.match(await check(text.slice(0, 200)), /^unreadable (base45|zlib|cbor|cose) /)
    assert.match(await check('FC1:'), /^unreadable /)
    assert.match(await check(`FC1:${'A'.repeat(2_000)}`), /PROVISIONAL_TOO_LARGE$/)
    assert.equal(await check(`HC1:${text.slice(4)}`).then((code) => /^accepted/.test(code)), false)
  })
})

suite('a slip', async () => {
  const serial = makeSlipSerial(site, 42, (count) => crypto.getRandomValues(new Uint8Array(count)))
  const text = await issueSlip(
    { serial, siteName: 'Pharmacie du Parvis', issuedAt: after(-24), expiresAt: after(240) },
    keyId,
    signWith(signer),
    'https://sidep.example',
  )

  test('is accepted as a good sheet of its site, whatever the host, and names nobody', async () => {
    const verdict = await verify(text, trustWith(), at, purposeFor('FR'))
    assert.equal(outcome(verdict), 'accepted null ACCEPTED')
    const { certificate } = verdict
    assert.equal(certificate?.format, 'slip')
    assert.equal(certificate?.id, writeSlipSerial(serial))
    assert.equal(certificate?.site, 'Pharmacie du Parvis')
    assert.equal(certificate?.familyName, '')
    assert.deepEqual(certificate?.notices, ['HANDWRITTEN', 'CHECK_IDENTITY'])
    const elsewhere = text.replace('https://sidep.example', 'http://localhost:8080')
    assert.equal(await check(elsewhere), 'accepted null ACCEPTED')
  })

  test('cancelled, expired, not yet begun or of another signer is refused, each with its code', async () => {
    assert.equal(
      await check(text, trustWith({ slips: [serial.text] })),
      'refused revocation SLIP_CANCELLED',
    )
    const issuedUntil = after(0).toISOString()
    assert.equal(
      await check(text, trustWith({ slipSites: [{ site, issuedUntil }] })),
      'refused revocation SLIP_CANCELLED',
    )
    assert.equal(await check(text, trustWith(), after(241)), 'refused validity SLIP_EXPIRED')
    assert.equal(await check(text, trustWith(), after(-25)), 'refused validity SLIP_NOT_YET')
    assert.equal(await check(text, trustOf({ signers: [] })), 'refused key SLIP_KEY_UNKNOWN')
    const impostor = { ...key, publicKey: otherCounter.publicKey }
    assert.equal(
      await check(text, trustOf({ signers: [], continuity: [impostor] })),
      'refused signature SLIP_SIGNATURE',
    )
  })

  test('is accepted beyond its time where a notice says so, and never when it was cancelled', async () => {
    const late = after(250)
    const tolerated = [
      { ...notice, from: after(240).toISOString(), until: after(300).toISOString() },
    ]
    const verdict = await verify(text, { ...trustWith(), tolerated }, late, none)
    assert.ok(verdict.verdict === 'accepted')
    assert.equal(verdict.certificate.tolerance?.en, notice.en)
    assert.deepEqual(verdict.acceptedUntil, after(300))
    const cancelled = { ...trustWith({ slips: [serial.text] }), tolerated }
    assert.equal(await check(text, cancelled, late), 'refused revocation SLIP_CANCELLED')
  })

  test('changed is refused or unreadable', async () => {
    const cut = `${text.slice(0, 160)}`
    assert.match(await check(cut), /^unreadable /)
    const index = text.length - 40
    const changed = text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1)
    assert.doesNotMatch(await check(changed), /^accepted/)
  })

  test('any other address is no certificate', async () => {
    assert.equal(
      await check('https://sidep.example/resultat/#ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
      'unreadable prefix PREFIX_UNKNOWN',
    )
  })
})
