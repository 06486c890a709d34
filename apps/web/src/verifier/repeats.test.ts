import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CertificateView } from '@sidep/verdict'
import { makeRepeats, repeatMinutes } from './repeats.ts'

const start = new Date('2021-08-13T20:00:00Z')
const minutesLater = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000)

const certificate: CertificateView = {
  format: 'hcert',
  kind: 'test',
  familyName: 'Le Goff',
  firstNames: 'Éloïse',
  birthDate: '1985-03-12',
  id: 'URN:UVCI:01:FR:W7V2BE46QSBJ#L',
  issuer: 'FR',
  medical: {},
}

test('what was shown a moment ago is known again, by its other code too, and forgotten after the minutes', async () => {
  const repeats = makeRepeats()
  const otherCode = {
    ...certificate,
    format: 'twoddoc',
    familyName: 'LE GOFF',
    firstNames: 'ELOISE',
    id: '00ff',
  } as const
  assert.equal(await repeats.note(certificate, start), null)
  assert.equal(await repeats.note({ ...certificate, birthDate: '1985-03-13' }, start), null)
  assert.deepEqual(await repeats.note(otherCode, minutesLater(3)), start)
  // From the last time that it was shown.
  assert.deepEqual(
    await repeats.note(certificate, minutesLater(2 + repeatMinutes)),
    minutesLater(3),
  )
  assert.equal(await repeats.note(certificate, minutesLater(2 + 2 * repeatMinutes)), null)
})

test('slips are told apart by their numbers: no name is on them', async () => {
  const repeats = makeRepeats()
  const slip = {
    ...certificate,
    format: 'slip',
    familyName: '',
    firstNames: '',
    birthDate: '',
  } as const
  assert.equal(await repeats.note({ ...slip, id: '1' }, start), null)
  assert.equal(await repeats.note({ ...slip, id: '2' }, start), null)
  assert.deepEqual(await repeats.note({ ...slip, id: '1' }, minutesLater(1)), start)
})

test('nothing of a certificate can be read from what is remembered, and the key stays inside', async () => {
  const asked: { extractable?: boolean; signed: number } = { signed: 0 }
  const subtle: SubtleCrypto = Object.create(crypto.subtle)
  Object.assign(subtle, {
    generateKey: (algorithm: HmacKeyGenParams, extractable: boolean, uses: KeyUsage[]) => {
      asked.extractable = extractable
      return crypto.subtle.generateKey(algorithm, extractable, uses)
    },
    sign: (name: string, key: CryptoKey, bytes: BufferSource) => {
      asked.signed += 1
      return crypto.subtle.sign(name, key, bytes)
    },
  })
  await makeRepeats(subtle).note(certificate, start)
  assert.deepEqual(asked, { extractable: false, signed: 1 })
})
