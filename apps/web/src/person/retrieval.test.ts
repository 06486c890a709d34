import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProblemCode } from '@sidep/contracts'
import type { ApiError } from '../shared/api/index.ts'
import { catalogueFaults } from '../shared/messages/catalogue.ts'
import { personMessages } from './person-messages.ts'
import { expectedAt, outcomeOfError } from './retrieval.ts'

const now = new Date('2021-08-13T16:00:00Z')

const problem = (code: ProblemCode, retryAfterSeconds: number | null = null): ApiError => ({
  kind: 'problem',
  problem: { type: 'about:blank', title: '', status: 400, code, support: 'ABCD' },
  retryAfterSeconds,
})

test('each refusal becomes what the person can do', () => {
  assert.deepEqual(outcomeOfError(problem('RETRIEVAL_NOT_FOUND'), now), { kind: 'not-found' })
  assert.deepEqual(outcomeOfError(problem('RETRIEVAL_EXPIRED'), now), { kind: 'expired' })
  assert.deepEqual(outcomeOfError(problem('RETRIEVAL_PAUSED', 90), now), {
    kind: 'paused',
    until: new Date('2021-08-13T16:01:30Z'),
  })
})

test('a pause without its length is taken to be a quarter of an hour', () => {
  assert.deepEqual(outcomeOfError(problem('RETRIEVAL_PAUSED'), now), {
    kind: 'paused',
    until: new Date('2021-08-13T16:15:00Z'),
  })
})

test('everything else is said as what it is, with the form still there', () => {
  for (const error of [{ kind: 'offline' } as const, problem('TOO_MANY_REQUESTS', 3)]) {
    assert.deepEqual(outcomeOfError(error, now), { kind: 'failed', error })
  }
})

test('a result is expected when the test has had its minutes', () => {
  const waiting = {
    state: 'waiting' as const,
    familyName: '',
    firstNames: '',
    birthDate: '',
    kind: 'antigen',
    sampledAt: '2021-08-13T18:00:00+02:00',
    siteName: '',
    minutesToResult: 15,
    kept: { contact: [], identifyingDataUntil: '', tracesUntil: '' },
  }
  assert.equal(expectedAt(waiting).toISOString(), '2021-08-13T16:15:00.000Z')
})

test('the texts are whole in both languages', () => {
  assert.deepEqual(catalogueFaults(personMessages), [])
})
