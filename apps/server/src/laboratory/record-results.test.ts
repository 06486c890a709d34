import assert from 'node:assert/strict'
import { test } from 'node:test'
import { laboratoryResultsPerSecond } from '@sidep/admission'
import { Problem } from '../platform/problems.ts'
import { parseDirectory } from './directory.ts'
import { acknowledge } from './hl7/acknowledge.ts'
import { readMessage } from './hl7/message.ts'
import type { LaboratoryResult } from './laboratory-result.ts'
import {
  makeRecordResults,
  placeResults,
  type RecordDependencies,
  type Sender,
} from './record-results.ts'
import { messageWith } from './testing.ts'

const now = (): Date => new Date('2026-11-29T12:00:00Z')
const site = { id: '750712184', name: 'LABTEST', postalCode: '75004' }
const sender: Sender = {
  laboratory: { name: 'LABTEST', professionalId: '899700075122', perSecond: 50, sites: [site] },
  thumbprint: 'aa',
}
const result = { act: 'final', key: 'F1|pcr|', input: {}, siteId: null } as LaboratoryResult

const answerWhen = (failure: () => never) => {
  const unused = () => assert.fail('not asked')
  const failed: string[] = []
  const dependencies: RecordDependencies = {
    intake: { record: async () => failure(), settle: unused, find: unused },
    correcting: { says: unused, restate: unused, withdraw: unused },
    onFailed: ({ code }) => failed.push(code),
  }
  const { placed } = placeResults([result], sender, now())
  return { answer: makeRecordResults(dependencies)(placed, 'M1'), failed }
}

test('what is our trouble is AR with a time to come back, whatever it is', async () => {
  const away = Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' })
  for (const [error, code, seconds] of [
    [away, 'UNAVAILABLE', 2],
    [new Problem('ISSUANCE_FAILED', { retryAfterSeconds: 5 }), 'ISSUANCE_FAILED', 5],
    [new Error('a fault of ours'), 'INTERNAL', 5],
  ] as const) {
    const { answer, failed } = answerWhen(() => {
      throw error
    })
    assert.deepEqual(await answer, { kind: 'later', code, retryAfterSeconds: seconds })
    assert.deepEqual(failed, [code])
  }
})

test('AR says in ERR that it is ours, and when to come back', () => {
  const later = { kind: 'later', code: 'UNAVAILABLE', retryAfterSeconds: 2 } as const
  const segmentsOf = (wish: string): string[] => {
    const reading = readMessage(messageWith('MSH', 15, wish))
    assert.ok(reading.ok)
    const context = { now: now(), newControlId: () => '1' }
    const [bytes] = acknowledge(reading.message, later, context)
    return Buffer.from(bytes ?? [])
      .toString()
      .split('\r')
  }
  const [, outcome, error] = segmentsOf('AL')
  assert.equal(outcome, 'MSA|CR|TEST00001')
  assert.equal(
    error,
    'ERR|||207^Application internal error^HL70357|E|UNAVAILABLE|2||Renvoyez le même message dans 2 s : rien n’est perdu.',
  )
  // Who wishes answers to successes alone hears nothing.
  assert.deepEqual(segmentsOf('SU'), [''])
})

test('a directory says whose a certificate is, and is refused whole when something in it is wrong', () => {
  const thumbprint = 'AB'.repeat(32)
  const entry = {
    name: 'LABTEST',
    certificates: [thumbprint],
    professionalId: '899700075122',
    sites: [site],
  }
  const known = parseDirectory(JSON.stringify([entry]))
  assert.equal(known.get('ab'.repeat(32))?.name, 'LABTEST')
  assert.equal(known.get('ab'.repeat(32))?.perSecond, laboratoryResultsPerSecond.each)
  const [other] = parseDirectory(JSON.stringify([{ ...entry, perSecond: 7 }])).values()
  assert.equal(other?.perSecond, 7)
  for (const wrong of [
    {},
    [{ ...entry, sites: [] }],
    [{ ...entry, sites: [{ ...site, id: '750712185' }] }],
    [{ ...entry, professionalId: '899700075123' }],
    [{ ...entry, certificates: ['x'] }],
    [{ ...entry, perSecond: 0 }],
    [entry, entry],
  ]) {
    assert.throws(() => parseDirectory(JSON.stringify(wrong)))
  }
})
