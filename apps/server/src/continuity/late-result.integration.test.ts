import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RetrievalAnswer, ScreeningAnswer, ScreeningInput } from '@sidep/contracts'
import { clusterOfFile } from '../platform/testing.ts'
import { certified, countIn, itemOf, makeCounter, printedLink, statuses } from './testing.ts'

const cluster = await clusterOfFile()

suite('a result read while the portal was away', () => {
  const registered = async () => {
    const own = await cluster.portal()
    const counter = await makeCounter(own)
    const { answer, booklet } = await counter.takeBooklet()
    const item = await certified(own, counter, booklet, 1)
    const { result: _read, resultAt: _at, ...waiting } = item.screening
    const withSymptoms = { ...waiting, symptoms: { presence: 'none' as const } }
    const reply = await counter.send('POST', '/api/screenings', withSymptoms)
    assert.equal(reply.json<ScreeningAnswer>().state, 'waiting')
    return { own, counter, answer, item }
  }

  test('is set on what was registered before, once, and the printed link leads to it', async () => {
    const { own, counter, answer, item } = await registered()
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(statuses(await counter.reconcile([item])), ['definitive'])
    }
    assert.deepEqual(
      await Promise.all(
        ['screening', 'certificate', 'continuity_flag'].map((table) => countIn(own, table)),
      ),
      [1, 1, 0],
    )
    const code = await printedLink(answer, item.id)
    const { birthDate } = item.screening.person
    const reply = await own.send('POST', '/api/retrieval', { code, birthDate }, { cookie: null })
    assert.equal(reply.json<RetrievalAnswer>().result, item.screening.result)
  })

  test('of another person or test under its id is refused, and another result than was set', async () => {
    const { own, counter, item } = await registered()
    const { screening, id } = item
    const reconcile = async (changes: Partial<ScreeningInput>) =>
      statuses(await counter.reconcile([itemOf({ ...screening, ...changes })]))[0]
    const other = { ...screening.person, familyName: 'Autre' }
    assert.equal(await reconcile({ person: other }), 'SCREENING_ID_REUSED')
    const sampledAt = new Date(own.clock.now().getTime() - 3_600_000).toISOString()
    assert.equal(await reconcile({ sampledAt }), 'SCREENING_ID_REUSED')
    const result = { result: 'inconclusive' }
    await counter.send('POST', `/api/screenings/${id}/result`, result)
    assert.equal(await reconcile({}), 'RESULT_ALREADY_SET')
    assert.equal(await countIn(own, 'certificate'), 0)
  })

  test('overridden with a reason where another was set, is flagged and audited once, and its printed link leads to the other', async () => {
    const { own, counter, answer, item } = await registered()
    await counter.send('POST', `/api/screenings/${item.id}/result`, { result: 'positive' })
    assert.deepEqual(statuses(await counter.reconcile([item])), ['RESULT_ALREADY_SET'])
    const overriding = { ...item, aside: 'recorded-is-wrong' }
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(statuses(await counter.reconcile([overriding])), ['definitive'])
    }
    assert.deepEqual(
      [...(await own.sql`select screening_id, code, reason from continuity_flag`)],
      [{ screening_id: item.id, code: 'NEGATIVE_SET_ASIDE', reason: 'recorded-is-wrong' }],
    )
    const acts = await own.sql`select subject from audit where act = 'result.set-aside'`
    assert.deepEqual([...acts], [{ subject: `${item.id} recorded-is-wrong` }])
    const code = await printedLink(answer, item.id)
    const { birthDate } = item.screening.person
    const reply = await own.send('POST', '/api/retrieval', { code, birthDate }, { cookie: null })
    assert.equal(reply.json<RetrievalAnswer>().result, 'positive')
    const unreasoned = await counter.reconcile([{ ...item, aside: 'because' }])
    assert.deepEqual(statuses(unreasoned), ['REQUEST_INVALID'])
  })

  test('overridden where none was set is recorded like any other', async () => {
    const { own, counter, item } = await registered()
    const overriding = { ...item, aside: 'cannot-tell' }
    assert.deepEqual(statuses(await counter.reconcile([overriding])), ['definitive'])
    assert.deepEqual(
      await Promise.all(['certificate', 'continuity_flag'].map((table) => countIn(own, table))),
      [1, 0],
    )
  })

  test('changed to the one that was recorded is done, and the document that says otherwise is flagged', async () => {
    const { own, counter, item } = await registered()
    await counter.send('POST', `/api/screenings/${item.id}/result`, { result: 'positive' })
    const screening = { ...item.screening, result: 'positive' as const }
    const { provisional } = item
    const taken = itemOf(screening, { provisional })
    assert.deepEqual(statuses(await counter.reconcile([taken])), ['definitive'])
    const flags = await own.sql`select code, number from continuity_flag`
    assert.deepEqual([...flags], [{ code: 'TEST_DIFFERS', number: 1 }])
  })
})
