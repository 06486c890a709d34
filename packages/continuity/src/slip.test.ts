import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cwtClaim, encodeBase32, utf8Bytes } from '@sidep/encoding'
import { continuityClaim } from './claims.ts'
import { signClaims } from './sign-cwt.ts'
import { issueSlip, readSlip, type Slip, type SlipGrant, verifySlip } from './slip.ts'
import { makeSlipSerial, parseSlipSerial, writeSlipSerial } from './slip-serial.ts'
import {
  after,
  assertCode,
  continuityKeys,
  finess,
  grant,
  hours,
  minutes,
  otherCounterKeys,
  outage,
  signerKeyId,
  signerKeys,
  signWith,
  valueIn,
} from './testing.ts'
import { cancelledSlipsFrom, noSlipCancelled } from './withdrawn.ts'

const sign = signWith(signerKeys)
const days = (count: number) => hours(24 * count)
const counting = (count: number) => Uint8Array.from({ length: count }, (_, index) => 11 * index)
const serial = makeSlipSerial(grant.siteId, 42, counting)
const slipGrant: SlipGrant = {
  serial,
  siteName: grant.siteName,
  issuedAt: outage,
  expiresAt: after(outage, days(90)),
}
const text = await issueSlip(slipGrant, signerKeyId, sign, 'https://sidep.example')

const slipIn = (address: string): Slip => {
  const read = readSlip(address)
  assert.ok(read.ok, `refused: ${read.ok ? '' : read.code}`)
  return read.slip
}
const verifyAt = (at: Date, cancelled = noSlipCancelled, keys = continuityKeys) =>
  verifySlip(slipIn(text), keys, at, cancelled)

test('a slip is read as it was issued, whatever the host in its address', () => {
  const fragment = text.slice(text.indexOf('#'))
  for (const host of ['https://sidep.example', 'http://localhost:8080', 'HTTPS://autre.fr']) {
    const { keyId, cose, ...read } = slipIn(`${host}/resultat/${fragment}`)
    assert.deepEqual(read, slipGrant)
    assert.equal(cose.signature.length, keyId.length * 8)
  }
  assert.ok(text.length < 320, `${text.length} characters`)
})

test('a slip verifies for its time, five minutes forgiven: SLIP_NOT_YET, SLIP_EXPIRED', async () => {
  assert.equal((await verifyAt(after(outage, days(90) + minutes(5)))).ok, true)
  assertCode(await verifyAt(after(outage, -minutes(6))), 'SLIP_NOT_YET')
  assertCode(await verifyAt(after(outage, days(90) + minutes(6))), 'SLIP_EXPIRED')
})

test('a slip of a stranger: SLIP_KEY_UNKNOWN, SLIP_KEY_NOT_VALID, SLIP_SIGNATURE', async () => {
  assertCode(await verifyAt(outage, noSlipCancelled, []), 'SLIP_KEY_UNKNOWN')
  const ended = continuityKeys.map((key) => ({ ...key, notAfter: after(outage, -1) }))
  assertCode(await verifyAt(outage, noSlipCancelled, ended), 'SLIP_KEY_NOT_VALID')
  const other = continuityKeys.map((key) => ({ ...key, publicKey: otherCounterKeys.publicKey }))
  assertCode(await verifyAt(outage, noSlipCancelled, other), 'SLIP_SIGNATURE')
})

test('a slip cancelled by its serial or with all of its site is refused with SLIP_CANCELLED', async () => {
  const list = { booklets: [], sites: [], allIssuedUntil: null, slips: [], slipSites: [] }
  const serials = cancelledSlipsFrom({ ...list, slips: [serial.text] })
  assertCode(await verifyAt(outage, serials), 'SLIP_CANCELLED')
  const slipSites = [{ site: grant.siteId, issuedUntil: outage.toISOString() }]
  assertCode(await verifyAt(outage, cancelledSlipsFrom({ ...list, slipSites })), 'SLIP_CANCELLED')
  const earlier = [{ site: grant.siteId, issuedUntil: after(outage, -1000).toISOString() }]
  assert.equal(
    (await verifyAt(outage, cancelledSlipsFrom({ ...list, slipSites: earlier }))).ok,
    true,
  )
})

test('other codes are not a slip: links, certificates, other pages', () => {
  const others = [
    'https://sidep.example/resultat/#FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    text.replace('/resultat/', '/verifier/'),
    text.replace('#F', '#G'),
    text.slice(text.indexOf('#') + 1),
    'HC1:6BF',
    '',
  ]
  for (const other of others) {
    assert.deepEqual(readSlip(other), { ok: false, notMine: true, code: 'SLIP_OTHER' })
  }
})

const signed = async (...changes: readonly (readonly [number, unknown])[]): Promise<string> => {
  const claims = new Map<number, unknown>([
    [cwtClaim.exp, outage.getTime() / 1000 + 1000],
    [cwtClaim.iat, outage.getTime() / 1000],
    [cwtClaim.cti, utf8Bytes(serial.text)],
    [continuityClaim.slip, new Map([[1, 'Pharmacie']])],
    ...changes,
  ])
  const message = await signClaims(claims, signerKeyId, sign)
  return `https://sidep.example/resultat/#F${encodeBase32(message)}`
}

const broken: readonly (readonly [string, string, readonly [number, unknown]])[] = [
  ['no end', 'SLIP_TIMES', [cwtClaim.exp, 1.5]],
  [
    'a serial with a wrong check character',
    'SLIP_SERIAL',
    [cwtClaim.cti, utf8Bytes(`${serial.text.slice(0, -1)}!`)],
  ],
  ['a serial with dashes', 'SLIP_SERIAL', [cwtClaim.cti, utf8Bytes(writeSlipSerial(serial))]],
  ['a serial as text', 'SLIP_SERIAL', [cwtClaim.cti, serial.text]],
  ['no site name', 'SLIP_CLAIMS', [continuityClaim.slip, new Map()]],
  ['a counter’s key, as booklets have', 'SLIP_CLAIMS', [cwtClaim.cnf, new Map()]],
]
for (const [fault, code, change] of broken) {
  test(`a slip with ${fault} is broken with ${code}`, async () => {
    assert.deepEqual(readSlip(await signed(change)), { ok: false, notMine: false, code })
  })
}

test('a slip that claims more than a quarter is refused with SLIP_TOO_LONG, and not issued', async () => {
  const long = await signed([cwtClaim.exp, outage.getTime() / 1000 + 93 * 86_400])
  assertCode(
    await verifySlip(slipIn(long), continuityKeys, outage, noSlipCancelled),
    'SLIP_TOO_LONG',
  )
  const expiresAt = after(outage, days(93))
  const grants = [
    { ...slipGrant, expiresAt },
    { ...slipGrant, siteName: 'é'.repeat(21) },
  ]
  for (const grant of grants) {
    await assert.rejects(issueSlip(grant, signerKeyId, sign, 'https://sidep.example'), RangeError)
  }
})

test('a serial is read as typed: groups, spaces, either case, letters that look like digits', () => {
  const site = finess('750712184')
  const made = makeSlipSerial(site, 105, () => Uint8Array.of(0, 1, 5, 10, 20, 30))
  assert.equal(made.text.slice(0, 20), '75071218400105015AMZ')
  const typed = [
    writeSlipSerial(made),
    made.text.toLowerCase(),
    made.text.replaceAll('0', 'O').replaceAll('1', 'l').replaceAll('5', 's'),
    ` ${[...made.text].join(' ')} `,
  ]
  for (const text of typed) assert.deepEqual(valueIn(parseSlipSerial(text)), made)
  assert.deepEqual(valueIn(parseSlipSerial(made.text.slice(9), site)), made)
})

test('a serial of another form: SERIAL_FORM, SERIAL_CHECK, SERIAL_SITE', () => {
  const { text } = serial
  const otherCheck = text.endsWith('0') ? '1' : '0'
  assertCode(parseSlipSerial(text.slice(0, -1)), 'SERIAL_FORM')
  assertCode(parseSlipSerial(text.slice(9)), 'SERIAL_FORM')
  assertCode(parseSlipSerial(`${text.slice(0, -1)}*`), 'SERIAL_FORM')
  assertCode(parseSlipSerial('7'.repeat(61)), 'SERIAL_FORM')
  assertCode(parseSlipSerial(text.slice(0, -1) + otherCheck), 'SERIAL_CHECK')
  assertCode(parseSlipSerial(withCheck('75071218500042A0A0A0')), 'SERIAL_SITE')
  assertCode(parseSlipSerial(withCheck('750712184000A2A0A0A0')), 'SERIAL_FORM')
  assertCode(parseSlipSerial(withCheck('75071218400000A0A0A0')), 'SERIAL_FORM')
  for (const number of [0, 100_000, 1.5]) {
    assert.throws(() => makeSlipSerial(grant.siteId, number, counting), RangeError)
  }
})

/** The body with the one check character that is right. */
const withCheck = (body: string): string => {
  const right = [...'0123456789ABCDEFGHJKMNPQRTVWXYZ'].find((character) => {
    const read = parseSlipSerial(body + character)
    return read.ok || read.code !== 'SERIAL_CHECK'
  })
  return body + right
}

test('of a serial every single wrong character and every two exchanged ones are noticed', () => {
  const { text } = serial
  for (let index = 0; index < text.length; index++) {
    for (const character of '0123456789ABCDEFGHJKMNPQRTVWXYZ') {
      if (character === text[index]) continue
      assert.equal(
        parseSlipSerial(text.slice(0, index) + character + text.slice(index + 1)).ok,
        false,
      )
    }
    for (let other = index + 1; other < text.length; other++) {
      const exchanged = [...text]
      exchanged[index] = text.charAt(other)
      exchanged[other] = text.charAt(index)
      if (exchanged.join('') !== text) assert.equal(parseSlipSerial(exchanged.join('')).ok, false)
    }
  }
})
