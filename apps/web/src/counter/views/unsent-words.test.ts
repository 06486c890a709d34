import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Amendment } from '@sidep/sdk/parts'
import { translator } from '../../shared/messages/catalogue.ts'
import { session } from '../counter-testing.ts'
import { messages } from '../messages.ts'
import type { HeldEntry } from '../outbox/content.ts'
import { initialState, unsentHere } from '../state.ts'
import { sampleHeld } from '../testing.ts'
import { toSendWords, unsentWords } from './unsent-words.ts'

const idOf = (index: number): string => `0193590a-0000-7000-8000-00000000000${index}`

const amendmentOf = (index: number, amendment: Amendment): HeldEntry => {
  const held = sampleHeld(idOf(index), 'negative')
  return { ...held, amends: idOf(9), screening: { ...held.screening, amendment } }
}
const correction = amendmentOf(2, { act: 'correct', replaces: 1, reason: 'name' })
const withdrawal = amendmentOf(3, { act: 'withdraw', replaces: 1, reason: 'wrong-person' })

const unsentOf = (...entries: HeldEntry[]) =>
  unsentHere({
    session,
    anonymousDraft: null,
    outbox: { ...initialState.outbox, entries },
  })

test('a correction that waits is called one, and no screening', () => {
  const unsent = unsentOf(correction)
  assert.deepEqual(unsent, { screenings: 0, corrections: 1, withdrawals: 0 })
  assert.deepEqual(toSendWords(translator(messages, 'fr'), unsent), ['1 correction à transmettre'])
  assert.deepEqual(toSendWords(translator(messages, 'en'), unsent), ['1 correction to send'])
})

test('each kind that waits is counted by itself; what was refused waits for a person', () => {
  const refused: HeldEntry = { ...sampleHeld(idOf(4)), stage: 'refused' }
  const unsent = unsentOf(sampleHeld(idOf(1)), sampleHeld(idOf(5)), correction, withdrawal, refused)
  const t = translator(messages, 'fr')
  assert.deepEqual(toSendWords(t, unsent), [
    '2 dépistages à transmettre',
    '1 correction à transmettre',
    '1 annulation à transmettre',
  ])
  assert.equal(unsentWords(t, unsent), '2 dépistages, 1 correction, 1 annulation')
  assert.equal(unsentWords(t, unsentOf()), '')
})
