import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shippedCatalogue } from '../platform/catalogue.ts'
import { makeAnswerMessage } from './answer-message.ts'
import type { Sender } from './record-results.ts'
import { messageOf } from './testing.ts'

test('a frame of lines without end is answered once, and none of it is read', async () => {
  let taken = 0
  const messages = makeAnswerMessage({
    now: () => new Date('2026-11-30T12:00:00Z'),
    catalogue: shippedCatalogue,
    newControlId: () => '1',
    onAnswered: () => {
      taken += 1
    },
    results: { take: async () => ({ kind: 'faulty', faults: [] }) },
  })
  const nobody = { laboratory: { sites: [{ postalCode: '75002' }] } } as unknown as Sender
  const answersTo = async (text: string): Promise<string[]> =>
    (await messages.answer(Buffer.from(text), nobody, () => undefined)).map((one) =>
      Buffer.from(one).toString(),
    )
  for (const line of ['MSH|\r', '\r', '\n', 'ZZZ\r\n']) {
    taken = 0
    const answers = await answersTo(messageOf() + line.repeat(60_000))
    assert.equal(answers.length, 1)
    assert.match(answers[0] ?? '', /\rERR\|\|MSH\^1\|102\^.*\|MESSAGE_TOO_LARGE\|/)
    assert.equal(taken, 1)
  }
  // A batch of as many messages as fit into a frame is answered one by one.
  const batch = await answersTo(messageOf().repeat(3_000))
  assert.equal(batch.length, 3_000)
})
