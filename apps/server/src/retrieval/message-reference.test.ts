import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageReferenceOf, parseMessageReference } from './message-reference.ts'
import { type MessageRow, type Topic, topics } from './outbox.ts'

const row: MessageRow = {
  site_id: '2A0000014',
  screening_id: '0192a5b0-0000-7000-8000-00000000ffff',
  topic: 'notification.sms',
  number: 1,
}

test('a reference names its row, and no two rows have one', () => {
  const rows: MessageRow[] = [
    { ...row, site_id: '750712184' },
    { ...row, screening_id: '0192a5b0-0000-7000-8000-00000000fffe' },
    { ...row, number: 12 },
    ...(Object.keys(topics) as Topic[]).map((topic): MessageRow => ({ ...row, topic })),
  ]
  for (const one of rows) assert.deepEqual(parseMessageReference(messageReferenceOf(one)), one)
  assert.equal(new Set(rows.map(messageReferenceOf)).size, rows.length)
})

test('what is no reference names nothing', () => {
  const good = messageReferenceOf(row)
  for (const text of [
    '',
    good.slice(1),
    `${good} `,
    good.toUpperCase(),
    good.replace('sms', 'fax'),
    good.replace('link', 'other'),
    good.replace(/1$/, '0'),
    good.replace(/1$/, '32768'),
  ])
    assert.equal(parseMessageReference(text), null, text)
})
