import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceOutbox, type OutboxStore } from './advance.ts'
import { backoffMilliseconds } from './backoff.ts'
import { Bench, codes, content, owner, start } from './bench-testing.ts'
import { bookletAllowance } from './booklets.ts'
import { Disk } from './disk-testing.ts'
import type { ReconcileLine } from './messages.ts'
import { booklet, type Content, ownerAt } from './samples-testing.ts'
import { stepOutbox } from './step.ts'
import { unsentCount } from './view.ts'

const hour = 3_600_000
const refusedLine: ReconcileLine = {
  id: 's1',
  status: 'refused',
  code: 'REQUEST_INVALID',
  faults: [{ pointer: '/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' }],
}

test('typed, numbered, signed, sent, acknowledged, definitive: what is seen at each step', () => {
  const bench = new Bench().signIn().take().typed()
  assert.deepEqual(bench.view(), { state: 'typed' })
  const [sign] = bench.want()
  assert.deepEqual(sign, {
    type: 'sign',
    id: 's1',
    bookletId: 'b1',
    number: 1,
    issuedAt: start,
    screening: content,
  })
  assert.deepEqual(bench.view(), { state: 'signing' })
  assert.deepEqual(bench.signed(1), [{ type: 'show-document', id: 's1', text: 'FC1:b1/1/s1' }])
  assert.deepEqual(bench.view(), { state: 'provisional', number: 1 })
  assert.equal(unsentCount(bench.state.entries), 1)
  bench.exchange([{ id: 's1', status: 'acknowledged' }])
  assert.deepEqual(bench.view(), { state: 'acknowledged' })
  assert.equal(unsentCount(bench.state.entries), 0)
  bench.now += 31_000
  bench.exchange([{ id: 's1', status: 'definitive' }])
  assert.deepEqual(bench.view(), { state: 'definitive' })
  bench.on({ type: 'dismissed', id: 's1', now: bench.now })
  assert.deepEqual(bench.state.entries, [])
})

test('the number is in what is stored before anything is signed', () => {
  const bench = new Bench().take().typed()
  const step = stepOutbox(bench.state, {
    type: 'document-wanted',
    id: 's1',
    tab: 'tab1',
    now: start,
  })
  assert.equal(step.commands[0]?.type, 'sign')
  assert.equal(step.change?.head.booklets[0]?.taken, 1)
  assert.equal(step.change.put[0]?.document?.number, 1)
  assert.equal(step.change.expectedRevision, bench.state.revision)
})

test('what is acknowledged keeps nothing of the person', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.signed(1)
  bench.exchange([{ id: 's1', status: 'acknowledged' }])
  assert.doesNotMatch(JSON.stringify(bench.entry()), /Anne|FC1:/)
})

const withoutDocument: readonly (readonly [string, string, (bench: Bench) => void])[] = [
  ['no booklet', 'BOOKLET_NONE', () => undefined],
  [
    'another professional’s booklet',
    'BOOKLET_NONE',
    (bench) => bench.take('b1', 5, start, ownerAt(1)),
  ],
  [
    'a booklet that begins later',
    'BOOKLET_NOT_YET',
    (bench) => bench.take('b1', 5, start, { notBefore: start + hour }),
  ],
  [
    'a booklet for other tests',
    'BOOKLET_KIND',
    (bench) => bench.take('b1', 5, start, { testTypes: ['LP6464-4'] }),
  ],
  [
    'a booklet that is over',
    'BOOKLET_EXPIRED',
    (bench) => {
      bench.take()
      bench.now += 24 * hour
    },
  ],
  [
    'a booklet without numbers left',
    'BOOKLET_EXHAUSTED',
    (bench) => {
      bench.take('b1', 1).typed('s0')
      bench.want('s0')
    },
  ],
]
for (const [cause, code, arrange] of withoutDocument) {
  test(`with ${cause} the entry is queued and says ${code}`, () => {
    const bench = new Bench()
    arrange(bench)
    assert.deepEqual(codes(bench.typed().want()), [code])
    assert.deepEqual(bench.view(), { state: 'queued', because: code })
  })
}

test('an inconclusive result has no document: NOT_CERTIFIABLE', () => {
  assert.deepEqual(codes(new Bench().take().typed('s1', null).want()), ['NOT_CERTIFIABLE'])
})

test('a result that another was recorded before is overridden with a reason, sent so, and leaves once answered', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.signed(1)
  const override = () =>
    bench.on({ type: 'result-overridden', id: 's1', reason: 'cannot-tell', now: bench.now })
  override()
  assert.equal(bench.state.entries[0]?.overridden, null)
  const refused = { id: 's1', status: 'refused', code: 'RESULT_ALREADY_SET', faults: [] } as const
  bench.exchange([refused])
  assert.equal(bench.view()?.state, 'refused')
  override()
  const [send] = bench.tick()
  assert.ok(send?.type === 'send')
  const [item] = send.items
  assert.ok(item?.kind === 'screening')
  assert.deepEqual([item.aside, item.provisional], ['cannot-tell', 'FC1:b1/1/s1'])
  bench.answer(send, [{ id: 's1', status: 'definitive' }])
  assert.equal(bench.view()?.state, 'definitive')
})

test('only an entry that another result was recorded for can be overridden', () => {
  const bench = new Bench().signIn().typed()
  bench.exchange([{ id: 's1', status: 'refused', code: 'REQUEST_INVALID', faults: [] }])
  const { state } = bench
  bench.on({ type: 'result-overridden', id: 's1', reason: 'cannot-tell', now: bench.now })
  assert.equal(bench.state, state)
})

test('each contact sets the clock; one that differs by seconds is not worth a write', () => {
  const bench = new Bench()
  const contact = (portalNow: number) => bench.on({ type: 'contact', portalNow, now: bench.now })
  contact(start - 12 * 60_000)
  assert.deepEqual(bench.state.clock, { offset: -720_000, lastContact: start - 720_000 })
  const { state } = bench
  contact(start - 12 * 60_000 + 4_000)
  assert.equal(bench.state, state)
  contact(start)
  assert.deepEqual(bench.state.clock, { offset: 0, lastContact: start })
})

test('a booklet’s answer of before says nothing of the time now', () => {
  const bench = new Bench()
  bench.on({ type: 'contact', portalNow: start + hour, now: start })
  bench.take('b1', 5, start)
  assert.deepEqual(bench.state.clock, { offset: hour, lastContact: start + hour })
})

test('issue times do not go back behind a contact, whatever a later one says', () => {
  const bench = new Bench().take().typed()
  bench.on({ type: 'contact', portalNow: start - 3_600_000, now: start })
  const [sign] = bench.want()
  assert.equal(sign?.type === 'sign' && sign.issuedAt, start)
})

test('of two booklets the first to end is used up first', () => {
  const bench = new Bench().take('late').take('soon', 1, start, { expiresAt: start + hour })
  const numbered = ['s1', 's2'].map((id) => bench.typed(id).want(id)[0])
  assert.deepEqual(
    numbered.map((command) => (command?.type === 'sign' ? command.bookletId : '')),
    ['soon', 'late'],
  )
})

test('asking again shows the document again; while it is signed nothing happens; another tab takes another number', () => {
  const bench = new Bench().take().typed()
  bench.want()
  assert.deepEqual(bench.want(), [])
  const [again] = bench.want('s1', 'tab2')
  assert.equal(again?.type === 'sign' && again.number, 2)
  assert.deepEqual(codes(bench.signed(1)), ['SIGNING_INTERRUPTED'])
  assert.deepEqual(codes(bench.signed(2)), ['show-document'])
  assert.deepEqual(codes(bench.want()), ['show-document'])
  assert.deepEqual(bench.state.booklets[0]?.wasted, [1])
})

test('a number whose signature never comes is given up after a minute, also when the clock is put back', () => {
  for (const jump of [61_000, -61_000]) {
    const bench = new Bench().take().typed()
    bench.want()
    bench.now += jump
    bench.tick()
    assert.deepEqual(bench.view(), { state: 'typed' })
    assert.deepEqual(bench.state.booklets[0]?.wasted, [1])
  }
})

test('a signature that fails wastes its number and says so: SIGNING_FAILED', () => {
  const bench = new Bench().take().typed()
  bench.want()
  const failed = {
    type: 'signing-failed',
    id: 's1',
    bookletId: 'b1',
    number: 1,
    now: start,
  } as const
  assert.deepEqual(codes(bench.on(failed)), ['SIGNING_FAILED'])
  assert.deepEqual(bench.view(), { state: 'queued', because: 'SIGNING_FAILED' })
  assert.deepEqual(bench.on(failed), [])
  assert.deepEqual(bench.state.booklets[0]?.wasted, [1])
})

test('wasted numbers are told until the portal answers, and their booklet is kept that long', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.on({ type: 'signing-failed', id: 's1', bookletId: 'b1', number: 1, now: start })
  bench.now += 25 * hour
  const [send] = bench.tick()
  assert.ok(send?.type === 'send')
  assert.deepEqual(send.wasted, [{ bookletId: 'b1', number: 1 }])
  bench.answer({ ...send, wasted: [] }, [{ id: 's1', status: 'definitive' }])
  assert.equal(bench.state.booklets.length, 1)
  bench.exchange([])
  assert.deepEqual(bench.state.booklets, [])
})

test('a booklet forgotten on a clock set forward does not come back with its numbers new', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.signed(1)
  bench.now += 48 * hour
  const [send] = bench.tick()
  assert.ok(send?.type === 'send')
  const { batch, items, wasted } = send
  const answer = { lines: [{ id: 's1', status: 'definitive' as const }], retryAfterSeconds: null }
  const { now } = bench
  bench.on({ type: 'answered', batch, items, wasted, answer, portalNow: null, random: 0, now })
  bench.now = start
  bench.take().typed('s2')
  const [sign] = bench.want('s2')
  assert.equal(sign?.type === 'sign' && sign.number, 2)
})

test('a booklet that is over is not taken any more', () => {
  const bench = new Bench()
  bench.take('b2', 5, start)
  bench.now += 25 * hour
  bench.take('b3', 5, bench.now)
  const old = booklet('b1', owner, 5, start)
  bench.on({ type: 'booklet-taken', booklet: old, portalNow: start, now: bench.now })
  assert.deepEqual(
    bench.state.booklets.map(({ id }) => id),
    ['b2', 'b3'],
  )
})

test('issue times follow the portal’s clock, not the computer’s, and are never before the last contact', () => {
  const bench = new Bench().take('b1', 5, start + 10 * 60_000).typed()
  const [sign] = bench.want()
  assert.equal(sign?.type === 'sign' && sign.issuedAt, start + 10 * 60_000)
  bench.now -= 5 * hour
  const [later] = bench.typed('s2').want('s2')
  assert.equal(later?.type === 'sign' && later.issuedAt, start + 10 * 60_000)
})

test('a refused entry says where it is wrong, can be corrected, and keeps its document', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.signed(1)
  bench.exchange([refusedLine])
  assert.deepEqual(bench.view(), {
    state: 'refused',
    code: 'REQUEST_INVALID',
    isDocumentGiven: true,
  })
  assert.deepEqual(bench.tick(), [])
  assert.deepEqual(codes(bench.on({ type: 'discarded', id: 's1', now: start })), ['DOCUMENT_GIVEN'])
  const screening = { name: 'Annie', isWrong: false }
  bench.on({ type: 'edited', id: 's1', screening, testType: 'LP217198-3', now: start })
  const [send] = bench.tick()
  assert.ok(send?.type === 'send')
  const [item] = send.items
  assert.ok(item?.kind === 'screening')
  assert.deepEqual([item.screening, item.provisional], [screening, 'FC1:b1/1/s1'])
})

test('a refused entry that nobody holds a document of can be given up', () => {
  const bench = new Bench().signIn().typed()
  bench.exchange([refusedLine])
  bench.on({ type: 'discarded', id: 's1', now: start })
  assert.deepEqual(bench.state.entries, [])
})

test('an acknowledgement of what was sent before the document does not count', () => {
  const bench = new Bench().signIn().take().typed()
  const [send] = bench.tick()
  assert.ok(send?.type === 'send')
  bench.want()
  bench.signed(1)
  bench.answer(send, [{ id: 's1', status: 'definitive' }])
  assert.deepEqual(bench.view(), { state: 'provisional', number: 1 })
})

test('a late or repeated line changes nothing of what is definitive', () => {
  const bench = new Bench().signIn().typed()
  const [send] = bench.tick()
  assert.ok(send?.type === 'send')
  bench.answer(send, [{ id: 's1', status: 'definitive' }])
  bench.answer(send, [{ id: 's1', status: 'acknowledged' }])
  bench.answer(send, [refusedLine])
  assert.deepEqual(bench.view(), { state: 'definitive' })
})

test('a partial answer: what is missing waits, then is sent again', () => {
  const bench = new Bench().signIn().typed('s1').typed('s2')
  bench.exchange([{ id: 's1', status: 'definitive' }])
  assert.deepEqual(bench.tick(), [])
  bench.now += 2_001
  const [send] = bench.tick()
  assert.deepEqual(send?.type === 'send' && send.items.map(({ id }) => id), ['s2'])
})

test('a line put off is not sent before its time', () => {
  const bench = new Bench().signIn().typed()
  bench.exchange([{ id: 's1', status: 'later', retryAfterSeconds: 40 }])
  bench.now += 39_000
  assert.deepEqual(bench.tick(), [])
  bench.now += 1_000
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('a paced answer is obeyed', () => {
  const bench = new Bench().signIn().typed('s1').typed('s2')
  const done = ['s1', 's2'].map((id) => ({ id, status: 'definitive' as const }))
  bench.exchange(done, 30)
  bench.typed('s3')
  bench.now += 29_000
  assert.deepEqual(bench.tick(), [])
  bench.now += 2_000
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('rests obey Retry-After and spread with full jitter up to five minutes', () => {
  assert.equal(backoffMilliseconds(1, null, 0), 0)
  assert.equal(backoffMilliseconds(1, null, 0.5), 1_000)
  assert.equal(backoffMilliseconds(3, null, 0.5), 4_000)
  assert.equal(backoffMilliseconds(99, null, 0.5), 150_000)
  assert.equal(backoffMilliseconds(1, 20, 0), 20_000)
  assert.equal(backoffMilliseconds(1, 20, 0.5), 21_000)
  assert.equal(backoffMilliseconds(0, 1e9, 0), 3_600_000)
})

test('a failed batch rests, and a clock put back does not make the rest longer', () => {
  for (const jump of [21_500, -100 * hour]) {
    const bench = new Bench().signIn().typed()
    const [send] = bench.tick()
    assert.ok(send?.type === 'send')
    const failed = { type: 'failed', batch: send.batch, reason: 'busy' } as const
    bench.on({ ...failed, retryAfterSeconds: 20, random: 0.5, now: bench.now })
    bench.now += 20_500
    assert.deepEqual(bench.tick(), [])
    bench.now += jump - 20_500
    assert.deepEqual(codes(bench.tick()), ['send'])
  }
})

test('a batch that is never answered is sent again after a minute', () => {
  const bench = new Bench().signIn().typed()
  assert.deepEqual(codes(bench.tick()), ['send'])
  bench.now += 59_000
  assert.deepEqual(bench.tick(), [])
  bench.now += 2_000
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('without a session nothing is sent; when it ends the rest waits for the next', () => {
  const bench = new Bench().typed()
  assert.deepEqual(bench.tick(), [])
  const [send] = bench.signIn().tick()
  assert.ok(send?.type === 'send')
  const failed = { type: 'failed', batch: send.batch, reason: 'signed-out' } as const
  bench.on({ ...failed, retryAfterSeconds: null, random: 0, now: bench.now })
  assert.deepEqual([bench.state.session, bench.tick()], [null, []])
  assert.deepEqual(codes(bench.signIn().tick()), ['send'])
})

test('a colleague at the site brings in what has a document, and nothing else', () => {
  const bench = new Bench().take().typed('s1').typed('s2')
  bench.want()
  bench.signed(1)
  const [send] = bench.signIn(ownerAt(1)).tick()
  assert.deepEqual(send?.type === 'send' && send.items.map(({ id }) => id), ['s1'])
  const elsewhere = new Bench().take().typed()
  elsewhere.want()
  elsewhere.signed(1)
  assert.deepEqual(elsewhere.signIn({ ...owner, siteId: '2A0000014' }).tick(), [])
})

test('one tab sends; another takes over when the first is closed, silent for 15 s, or the clock put back', () => {
  const leases: readonly ((bench: Bench) => void)[] = [
    (bench) => void bench.on({ type: 'closed', tab: 'tab1', now: bench.now }),
    (bench) => bench.pass(15_000),
    (bench) => bench.pass(-hour),
  ]
  for (const lose of leases) {
    const bench = new Bench().signIn()
    bench.tick('tab1')
    bench.typed()
    assert.deepEqual(bench.tick('tab2'), [])
    lose(bench)
    assert.deepEqual(codes(bench.tick('tab2')), ['send'])
  }
})

test('a second press, and a reservation given back, leave nothing behind', () => {
  const bench = new Bench().typed()
  bench.typed('s1', null, { name: 'other', isWrong: true })
  assert.deepEqual(bench.entry().screening, content)
  bench.on({ type: 'reserve', id: 's2', now: start })
  assert.deepEqual(bench.view('s2'), { state: 'reserved' })
  bench.on({ type: 'released', id: 's2', now: start })
  bench.on({ type: 'released', id: 's1', now: start })
  assert.deepEqual(
    bench.state.entries.map(({ id }) => id),
    ['s1'],
  )
})

test('definitive entries and places never used are left out a day later', () => {
  const bench = new Bench().signIn().typed()
  bench.on({ type: 'reserve', id: 's2', now: start })
  bench.exchange([{ id: 's1', status: 'definitive' }])
  bench.now += 24 * hour + 1
  bench.tick()
  assert.deepEqual(bench.state.entries, [])
})

const storeOn = (disk: Disk): OutboxStore<Content> => ({
  load: async () => disk.load(),
  write: async (change) => disk.write(change),
})

test('a full disk is said before the test is taken, and what was reserved always fits', async () => {
  const disk = new Disk()
  const store = storeOn(disk)
  const reserve = (id: string) => ({ type: 'reserve', id, now: start }) as const
  const reserved = await advanceOutbox(disk.load(), reserve('s1'), store)
  assert.equal(reserved.isStored, true)
  disk.recordsMax = 1
  const refused = await advanceOutbox(reserved.state, reserve('s2'), store)
  assert.deepEqual([refused.isStored, codes(refused.commands)], [false, ['STORAGE_FULL']])
  assert.equal(refused.state, reserved.state)
  const typed = { screening: content, testType: null, slip: null, owner, now: start }
  const kept = await advanceOutbox(refused.state, { type: 'typed', id: 's1', ...typed }, store)
  assert.equal(kept.isStored, true)
  assert.deepEqual(disk.load().entries[0]?.screening, content)
})

test('of two tabs both events count: the second is applied to what the first stored', async () => {
  const disk = new Disk()
  const store = storeOn(disk)
  const both = disk.load()
  await advanceOutbox(both, { type: 'reserve', id: 's1', now: start }, store)
  const { state } = await advanceOutbox(both, { type: 'reserve', id: 's2', now: start }, store)
  assert.deepEqual(
    state.entries.map(({ id }) => id),
    ['s1', 's2'],
  )
  assert.deepEqual(disk.load(), state)
})

test('a store that never lets a tab through is given up with STORAGE_BUSY, and nothing is done', async () => {
  const disk = new Disk()
  const store = { ...storeOn(disk), write: async () => 'conflict' as const }
  const event = { type: 'reserve', id: 's1', now: start } as const
  const { isStored, commands } = await advanceOutbox(disk.load(), event, store)
  assert.deepEqual([isStored, codes(commands)], [false, ['STORAGE_BUSY']])
})

test('a new booklet is due below 18 h, below a fifth of the numbers, and when there is none', () => {
  const bench = new Bench()
  const allowance = () => bookletAllowance(bench.state, owner, bench.now)
  assert.deepEqual(allowance(), { left: 0, until: null, due: true })
  bench.take('b1', 5)
  assert.deepEqual(allowance(), { left: 5, until: start + 24 * hour, due: false })
  bench.now += 6 * hour
  assert.equal(allowance().due, false)
  bench.now += 1
  assert.equal(allowance().due, true)
  bench.take('b2', 5)
  assert.deepEqual([allowance().left, allowance().due], [10, false])
  for (let index = 0; index < 9; index++) bench.typed(`s${index}`).want(`s${index}`)
  assert.deepEqual([allowance().left, allowance().due], [1, false])
})

test('the result of something acknowledged is sent whole, in a new version; an answer to the old one does not count', () => {
  const bench = new Bench().signIn().take().typed('s1', null)
  const { version } = bench.entry()
  bench.exchange([{ id: 's1', status: 'acknowledged' }])
  const read = { ...content, isRead: true }
  const event = { type: 'result-read', id: 's1', owner, testType: 'LP217198-3' } as const
  bench.on({ ...event, screening: read, now: bench.now })
  assert.deepEqual(bench.view(), { state: 'typed' })
  assert.deepEqual(bench.entry().screening, read)
  const [send] = bench.tick()
  assert.ok(send?.type === 'send' && send.items[0]?.kind === 'screening')
  assert.deepEqual(send.items[0].screening, read)
  const old = { ...send, items: [{ kind: 'ask', id: 's1', version } as const] }
  bench.answer(old, [{ id: 's1', status: 'definitive' }])
  assert.equal(bench.entry().stage, 'waiting')
})

test('a result does not change what a document was given for, nor what came back refused', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.signed(1)
  const other = { name: 'Another', isWrong: false }
  const event = { type: 'result-read', owner, testType: null, screening: other } as const
  bench.on({ ...event, id: 's1', now: bench.now })
  assert.deepEqual(bench.entry().screening, content)
  bench.typed('s2', null)
  bench.exchange([{ ...refusedLine, id: 's2' }])
  bench.on({ ...event, id: 's2', now: bench.now })
  assert.deepEqual([bench.entry('s2').stage, bench.entry('s2').screening], ['refused', content])
})

test('typed before a sign-in it is sent to nobody until somebody says that it is theirs', () => {
  const bench = new Bench().signIn()
  const { now } = bench
  bench.on({
    type: 'typed',
    id: 's1',
    screening: content,
    testType: null,
    slip: null,
    owner: null,
    now,
  })
  assert.deepEqual(bench.tick(), [])
  bench.on({ type: 'claimed', ids: ['s1', 's9'], owner, now })
  assert.deepEqual(codes(bench.tick()), ['send'])
  bench.on({ type: 'claimed', ids: ['s1'], owner: ownerAt(1), now })
  assert.deepEqual(bench.entry().owner, owner)
})

test('who asks for it to be sent shortens our own wait, and not what the portal asked for', () => {
  const bench = new Bench().signIn().typed()
  const fail = (retryAfterSeconds: number | null) => {
    const [send] = bench.tick()
    assert.ok(send?.type === 'send')
    const { batch } = send
    const { now } = bench
    bench.on({ type: 'failed', batch, reason: 'busy', retryAfterSeconds, random: 0.9, now })
  }
  fail(null)
  assert.deepEqual(bench.tick(), [])
  bench.on({ type: 'send-wanted', now: bench.now })
  fail(60)
  bench.on({ type: 'send-wanted', now: bench.now })
  bench.pass(59_999)
  assert.deepEqual(bench.tick(), [])
  bench.pass(1)
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('an entry that is sent on its own is left out of batches until its time', () => {
  const bench = new Bench().signIn()
  const { now } = bench
  const typed = { type: 'typed', screening: content, testType: null, slip: null, owner } as const
  assert.deepEqual(codes(bench.on({ ...typed, id: 's1', tryMilliseconds: 8_000, now })), ['try'])
  assert.deepEqual(bench.tick(), [])
  bench.pass(10_000)
  assert.deepEqual(codes(bench.tick()), ['send'])
})

test('a lost key ends its booklets, and no other', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.take('b2', 5, bench.now, ownerAt(1))
  const { now } = bench
  bench.on({ type: 'key-lost', professionalId: owner.professionalId, now })
  assert.equal(bookletAllowance(bench.state, owner, now).left, 0)
  assert.equal(bookletAllowance(bench.state, ownerAt(1), now).left, 5)
  assert.deepEqual(codes(bench.typed('s2').want('s2')), ['BOOKLET_EXHAUSTED'])
})

test('a document that the portal refuses is dropped when asked, and its screening sent without it; no other is', () => {
  const bench = new Bench().signIn().take().typed()
  bench.want()
  bench.signed(1)
  bench.exchange([{ id: 's1', status: 'refused', code: 'BOOKLET_WITHDRAWN', faults: [] }])
  const { now } = bench
  bench.on({ type: 'document-dropped', id: 's1', now })
  const [send] = bench.tick()
  assert.ok(send?.type === 'send' && send.items[0]?.kind === 'screening')
  assert.equal(send.items[0].provisional, null)
  assert.deepEqual(codes(bench.typed('s2').want('s2')), ['sign'])
  bench.signed(2, 's2')
  bench.answer(send, [{ ...refusedLine, id: 's1' }])
  bench.exchange([{ ...refusedLine, id: 's2' }])
  bench.on({ type: 'document-dropped', id: 's2', now })
  assert.equal(bench.entry('s2').document?.number, 2)
})
