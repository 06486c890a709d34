import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldFault, ScreeningInput } from '@sidep/contracts'
import { clusterOfFile, newId, sampleScreening, testSites } from '../platform/testing.ts'

const cluster = await clusterOfFile()
const portal = await cluster.portal()

type Change = (sound: ScreeningInput) => unknown

const person =
  (changes: Record<string, unknown>): Change =>
  (sound) => ({ ...sound, person: { ...sound.person, ...changes } })
const field =
  (changes: Record<string, unknown>): Change =>
  (sound) => ({ ...sound, ...changes })
const contact = (changes: Record<string, unknown>): Change => person({ contact: changes })

const hoursAgo =
  (hours: number): Change =>
  (sound) => ({
    ...sound,
    sampledAt: new Date(portal.clock.now().getTime() - hours * 3_600_000).toISOString(),
  })

/** What is sent, and the faults it is told: `CODE pointer`. Now is 13 August 2021, 15:30 in Paris. */
const table: readonly (readonly [string, Change, ...string[]])[] = [
  ['null', () => null, 'WRONG_TYPE '],
  ['an array', () => [], 'WRONG_TYPE '],
  ['a text', () => 'screening', 'WRONG_TYPE '],
  ['an unknown field', field({ vip: true }), 'UNKNOWN_FIELD /vip'],
  ['an unknown field with content for a name', field({ 'Jean Dupont': 1 }), 'UNKNOWN_FIELD '],
  ['an unknown field of the person', person({ nickname: 'x' }), 'UNKNOWN_FIELD /person/nickname'],
  ['a number for a name', person({ familyName: 7 }), 'WRONG_TYPE /person/familyName'],
  ['an object for a date', person({ birthDate: {} }), 'WRONG_TYPE /person/birthDate'],
  ['a name of spaces', person({ familyName: '   ' }), 'NAME_EMPTY /person/familyName'],
  ['an empty name', person({ familyName: '' }), 'NAME_EMPTY /person/familyName'],
  ['no name at all', person({ familyName: '-', firstNames: '' }), 'NAME_EMPTY /person/familyName'],
  ['a month of no year', person({ birthDate: '1958-13' }), 'BIRTH_DATE_NOT_REAL /person/birthDate'],
  ['an emoji for a name', person({ firstNames: '🦠' }), 'NAME_CHARACTERS /person/firstNames'],
  ['200 characters', person({ familyName: 'A'.repeat(200) }), 'NAME_TOO_LONG /person/familyName'],
  ['control characters', person({ familyName: 'A\u0000B' }), 'NAME_CHARACTERS /person/familyName'],
  ['31 February', person({ birthDate: '2000-02-31' }), 'BIRTH_DATE_NOT_REAL /person/birthDate'],
  ['a French date', person({ birthDate: '31/12/2000' }), 'BIRTH_DATE_NOT_REAL /person/birthDate'],
  [
    'a birth to come',
    person({ birthDate: '2031-01-01' }),
    'BIRTH_DATE_IN_FUTURE /person/birthDate',
  ],
  ['the year 1789', person({ birthDate: '1789-07-14' }), 'BIRTH_DATE_TOO_OLD /person/birthDate'],
  ['the year 1899', person({ birthDate: '1899-12-31' }), 'BIRTH_DATE_TOO_OLD /person/birthDate'],
  ['a sex of no register', person({ sex: 'X' }), 'NOT_ALLOWED /person/sex'],
  ['an INS with a wrong key', person({ ins: '255081416802599' }), 'INS_INVALID /person/ins'],
  ['a short INS', person({ ins: '2550814' }), 'INS_INVALID /person/ins'],
  ['a postal code of four', person({ postalCode: '7500' }), 'MALFORMED /person/postalCode'],
  ['a phone of letters', contact({ phone: 'appelez-moi' }), 'PHONE_INVALID /person/contact/phone'],
  ['a premium number', contact({ phone: '0899 12 34 56' }), 'PHONE_PREMIUM /person/contact/phone'],
  ['an e-mail without @', contact({ email: 'x.example' }), 'EMAIL_INVALID /person/contact/email'],
  ['a language', contact({ language: 'br' }), 'NOT_ALLOWED /person/contact/language'],
  ['no id', field({ id: undefined }), 'REQUIRED /id'],
  ['a version 4 id', field({ id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' }), 'ID_NOT_UUIDV7 /id'],
  ['a short id', field({ id: '1' }), 'ID_NOT_UUIDV7 /id'],
  ['a PCR at a counter', field({ kind: 'pcr' }), 'KIND_NOT_PERMITTED /kind'],
  ['an unknown kind', field({ kind: 'saliva' }), 'KIND_NOT_PERMITTED /kind'],
  ['an unknown disease', field({ disease: '123' }), 'DISEASE_UNKNOWN /disease'],
  ['an unknown device', field({ device: '0000' }), 'DEVICE_UNKNOWN /device'],
  ['a prototype’s name for a device', field({ device: 'constructor' }), 'DEVICE_UNKNOWN /device'],
  ['other without a name', field({ device: 'other' }), 'DEVICE_NAME_REQUIRED /deviceName'],
  [
    'other with an invisible name',
    field({ device: 'other', deviceName: 'a\u202eb' }),
    'MALFORMED /deviceName',
  ],
  ['a time without offset', field({ sampledAt: '2021-08-13T15:00:00' }), 'MALFORMED /sampledAt'],
  ['a time without time', field({ sampledAt: '2021-08-13' }), 'MALFORMED /sampledAt'],
  ['30 February', field({ sampledAt: '2021-02-30T12:00:00+01:00' }), 'MALFORMED /sampledAt'],
  ['25 o’clock', field({ sampledAt: '2021-08-13T25:00:00+02:00' }), 'MALFORMED /sampledAt'],
  ['the year 275760', field({ sampledAt: '+275760-09-13T00:00:00Z' }), 'MALFORMED /sampledAt'],
  ['the year 9999', field({ sampledAt: '9999-01-01T00:00:00Z' }), 'SAMPLED_IN_FUTURE /sampledAt'],
  ['the year 0001', field({ sampledAt: '0001-01-01T00:00:00Z' }), 'SAMPLED_TOO_OLD /sampledAt'],
  ['in six minutes', hoursAgo(-0.1), 'SAMPLED_IN_FUTURE /sampledAt'],
  ['25 hours ago without a reason', hoursAgo(25), 'LATE_REASON_REQUIRED /lateReason'],
  ['73 hours ago', hoursAgo(73), 'SAMPLED_TOO_OLD /sampledAt'],
  [
    'before birth',
    (sound) => ({ ...sound, person: { ...sound.person, birthDate: '2021-08-15' } }),
    'BIRTH_DATE_IN_FUTURE /person/birthDate',
  ],
  [
    'a result read too early',
    field({ resultAt: '2021-08-13T15:00:00+02:00' }),
    'RESULT_BEFORE_SAMPLING /resultAt',
  ],
  [
    'a result to come',
    field({ resultAt: '2021-08-13T16:00:00+02:00' }),
    'RESULT_IN_FUTURE /resultAt',
  ],
  [
    'a result’s time without result',
    field({ result: undefined, resultAt: '2021-08-13T15:25:00+02:00' }),
    'NOT_ALLOWED /resultAt',
  ],
  ['a result in French', field({ result: 'négatif' }), 'NOT_ALLOWED /result'],
  [
    'onset without symptoms',
    field({ symptoms: { presence: 'none', onset: '2021-08-10' } }),
    'SYMPTOM_ONSET_INVALID /symptoms/onset',
  ],
  [
    'onset next year',
    field({ symptoms: { presence: 'present', onset: '2022-08-10' } }),
    'SYMPTOM_ONSET_INVALID /symptoms/onset',
  ],
  ['a reason of its own', field({ reason: 'because' }), 'NOT_ALLOWED /reason'],
  [
    'several faults at once',
    (sound) => ({ ...sound, device: '0000', person: { ...sound.person, birthDate: '2031-01-01' } }),
    'BIRTH_DATE_IN_FUTURE /person/birthDate',
    'DEVICE_UNKNOWN /device',
  ],
]

const told = (faults: readonly FieldFault[] | undefined): string[] =>
  (faults ?? []).map(({ pointer, code }) => `${code} ${pointer}`)

for (const [title, change, ...expected] of table) {
  test(`${title} is refused with ${expected.join(', ')}`, async () => {
    const body = change(sampleScreening(portal))
    const reply = await portal.send('POST', '/api/screenings', body)
    assert.equal(reply.status, 422)
    assert.equal(reply.code, 'REQUEST_INVALID')
    assert.deepEqual(told(reply.faults).sort(), [...expected].sort())
  })
}

test('what is on the edge is accepted: 71 hours ago, four minutes ahead, 80 characters', async () => {
  const changes = [hoursAgo(71), hoursAgo(-0.06), person({ familyName: 'B'.repeat(80) })]
  for (const change of changes) {
    const screening = sampleScreening(portal, { lateReason: 'paper' })
    const reply = await portal.send('POST', '/api/screenings', change(screening))
    assert.equal(reply.status, 201, reply.text)
  }
})

test('older than 72 hours is accepted as catch-up, older than identity data is kept is not', async () => {
  const send = (hours: number) =>
    portal.send('POST', '/api/screenings', {
      ...(hoursAgo(hours)(sampleScreening(portal)) as ScreeningInput),
      catchUp: true,
      lateReason: 'paper',
    })
  assert.equal((await send(10 * 24)).status, 201)
  assert.deepEqual(told((await send(100 * 24)).faults), ['SAMPLED_TOO_OLD /sampledAt'])
})

test('JSON that is none is refused with BODY_MALFORMED', async () => {
  for (const raw of ['{', '{"id":', '{"__proto__":{}}', '{"constructor":{"prototype":{}}}', '']) {
    const reply = await portal.send('POST', '/api/screenings', undefined, { raw })
    assert.equal(reply.code, 'BODY_MALFORMED', raw)
    assert.equal(reply.status, 400)
  }
})

test('JSON nested deeper than anything of the portal is refused with BODY_MALFORMED, not read to be refused for its shape', async () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const codeOf = async (depth: number): Promise<string | null> =>
    (await portal.send('POST', '/api/screenings', undefined, { raw: nested(depth) })).code
  assert.equal(await codeOf(100), 'REQUEST_INVALID')
  assert.equal(await codeOf(101), 'BODY_MALFORMED')
})

test('a type that is not JSON is refused with MEDIA_TYPE_UNSUPPORTED', async () => {
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
    const reply = await portal.send('POST', '/api/screenings', undefined, {
      raw: '{}',
      headers: { 'content-type': type },
    })
    assert.equal(reply.code, 'MEDIA_TYPE_UNSUPPORTED', type)
  }
})

test('a body beyond the bound is refused with BODY_TOO_LARGE', async () => {
  const long = { ...sampleScreening(portal), deviceName: 'x'.repeat(20_000) }
  assert.equal((await portal.send('POST', '/api/screenings', long)).code, 'BODY_TOO_LARGE')
  const batch = { screenings: [{ deviceName: 'x'.repeat(300_000) }] }
  assert.equal((await portal.send('POST', '/api/screenings/batch', batch)).code, 'BODY_TOO_LARGE')
})

const batches: readonly (readonly [string, unknown, string])[] = [
  ['no object', [], 'WRONG_TYPE '],
  ['no lines', {}, 'REQUIRED /screenings'],
  ['lines that are no list', { screenings: 'all' }, 'WRONG_TYPE /screenings'],
  ['an empty list', { screenings: [] }, 'TOO_SHORT /screenings'],
  ['more than lines', { screenings: [1], dryRun: true }, 'UNKNOWN_FIELD '],
]
for (const [title, body, expected] of batches) {
  test(`a batch with ${title} is refused with ${expected}`, async () => {
    const reply = await portal.send('POST', '/api/screenings/batch', body)
    assert.equal(reply.code, 'REQUEST_INVALID')
    assert.deepEqual(told(reply.faults), [expected])
  })
}

const results: readonly (readonly [string, unknown, string])[] = [
  ['nothing', {}, 'REQUIRED /result'],
  ['another word', { result: 'maybe' }, 'NOT_ALLOWED /result'],
  [
    'a time before the sample',
    { result: 'negative', resultAt: '2021-08-13T10:00:00+02:00' },
    'RESULT_BEFORE_SAMPLING /resultAt',
  ],
  [
    'a time to come',
    { result: 'negative', resultAt: '2021-08-14T10:00:00+02:00' },
    'RESULT_IN_FUTURE /resultAt',
  ],
  ['an unknown field', { result: 'negative', by: 'me' }, 'UNKNOWN_FIELD /by'],
]
for (const [title, body, expected] of results) {
  test(`a result with ${title} is refused with ${expected}`, async () => {
    const { result: _result, ...waiting } = sampleScreening(portal)
    await portal.send('POST', '/api/screenings', waiting)
    const reply = await portal.send('POST', `/api/screenings/${waiting.id}/result`, body)
    assert.deepEqual(told(reply.faults), [expected])
  })
}

test('ids that are none, or nobody’s, are SCREENING_UNKNOWN', async () => {
  for (const id of ['1', '%00', newId(portal.clock), "'; drop table screening; --"]) {
    const reply = await portal.send('GET', `/api/screenings/${encodeURIComponent(id)}`)
    assert.equal(reply.code, 'SCREENING_UNKNOWN', id)
  }
})

test('a day that is none and an unknown question are refused', async () => {
  for (const query of ['day=2021-02-30', 'day=today', 'day=', 'state=final', 'sort=name']) {
    const reply = await portal.send('GET', `/api/screenings?${query}`)
    assert.equal(reply.code, 'REQUEST_INVALID', query)
  }
})

test('nobody without a session, or without a site, gets in', async () => {
  const body = sampleScreening(portal)
  const without = await portal.send('POST', '/api/screenings', body, { cookie: null })
  assert.equal(without.code, 'SESSION_MISSING')
  const forged = await portal.send('POST', '/api/screenings', body, {
    cookie: (await portal.cookieAt(testSites.parvis)).replace(/.{4}$/, 'AAAA'),
  })
  assert.equal(forged.code, 'SESSION_INVALID')
  const siteless = await portal.send('POST', '/api/screenings', body, {
    cookie: await portal.cookieAt(null),
  })
  assert.equal(siteless.code, 'SITE_NOT_CHOSEN')
})

test('a refusal names no value that was sent, and has a support code and a language', async () => {
  const body = { ...sampleScreening(portal), device: 'Zébulon-42', result: 'Zébulon-43' }
  const french = await portal.send('POST', '/api/screenings', body)
  assert.doesNotMatch(french.text, /Zébulon|Goff|1987/)
  assert.match(french.text, /"support":"[2-9A-Z]{8}"/)
  assert.match(french.text, /Certains champs/)
  const english = await portal.send('POST', '/api/screenings', body, {
    headers: { 'accept-language': 'de, en;q=0.8, fr;q=0.3' },
  })
  assert.match(english.text, /Some fields/)
})
