import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DelegationView } from '@sidep/contracts'
import { type Answer, makeApiClient, retryOf } from '../../shared/api/index.ts'
import { readEnd } from './delegation-end.ts'
import { readStaffId, staffIdInWords } from './staff-id.ts'
import { byState, createTeam } from './team.ts'

const site = '750712184'

describe('whom one names', () => {
  it('is a national id, an RPPS, or an employee of this pharmacy, spaces forgiven', () => {
    for (const [typed, value] of [
      ['899700075122', '899700075122'],
      ['997 0007 5122', '899700075122'],
      [`3${site}/0000000017`, `3${site}/0000000017`],
      [` 3 ${site} / 17 `, `3${site}/17`],
    ])
      assert.deepEqual(readStaffId(typed ?? '', site), { ok: true, value })
  })
  it('is told what is wrong with it: nothing, not a number, a typing error, another site’s', () => {
    for (const [typed, fault] of [
      [' ', 'empty'],
      ['Noé', 'unreadable'],
      ['12345', 'unreadable'],
      ['899700075123', 'mistyped'],
      ['3750712185/17', 'mistyped'],
      ['3759990013/17', 'elsewhere'],
    ])
      assert.deepEqual(readStaffId(typed ?? '', site), { ok: false, fault }, typed)
  })
  it('is shown as an RPPS, or as the number on the card', () => {
    assert.equal(staffIdInWords('899700075122'), 'RPPS 99700075122')
    assert.equal(staffIdInWords(`3${site}/17`), `3${site}/17`)
  })
})

describe('until when', () => {
  const zone = 'Indian/Reunion'
  const at = (text: string): Date => new Date(`${text}:00+04:00`)
  const now = at('2026-11-24T16:30')
  it('is the evening of today, of a week or of a month later, or of a day that is typed', () => {
    for (const [choice, typed, end] of [
      ['today', '', at('2026-11-24T23:59')],
      ['week', '', at('2026-12-01T23:59')],
      ['month', '', at('2026-12-24T23:59')],
      ['date', '27/11/2026', at('2026-11-27T23:59')],
    ] as const)
      assert.deepEqual(readEnd(choice, typed, now, zone), { ok: true, value: end })
  })
  it('just before midnight, this evening is tomorrow’s', () => {
    const late = at('2026-11-24T23:57')
    assert.deepEqual(readEnd('today', '', late, zone), {
      ok: true,
      value: at('2026-11-25T23:59'),
    })
  })
  it('is told what is wrong: unreadable, past, or later than the portal allows', () => {
    for (const [typed, fault] of [
      ['demain', 'unreadable'],
      ['', 'unreadable'],
      ['23/11/2026', 'past'],
      ['24/11/2027', 'too-late'],
    ] as const)
      assert.deepEqual(readEnd('date', typed, now, zone), { ok: false, fault })
  })
})

const delegation = (id: string, changes: Partial<DelegationView> = {}): DelegationView => ({
  id,
  site: { id: site, name: 'Pharmacie du Parvis', postalCode: '75004' },
  responsible: { id: '899700075122', familyName: 'Le Goff', firstNames: 'Anne', profession: '21' },
  staff: { id: '899790000014', name: 'Noé' },
  createdAt: '2026-11-24T08:00:00.000Z',
  endsAt: '2026-11-24T20:00:00.000Z',
  revokedAt: null,
  ...changes,
})

describe('the team', () => {
  const world = () => {
    const replies = new Map<string, { status: number; body?: unknown }>()
    const held = new Map<string, Promise<void>>()
    let troubles = 0
    const api = makeApiClient({
      now: () => new Date(),
      fetch: async (path, { method }) => {
        const reply = replies.get(`${method} ${path}`)
        await held.get(`${method} ${path}`)
        if (reply === undefined) throw new TypeError('failed to fetch')
        const body = reply.body === undefined ? null : JSON.stringify(reply.body)
        return new Response(body, { status: reply.status })
      },
    })
    const portal = {
      mayAsk: () => true,
      resting: () => null,
      observe: (answer: Answer<unknown>) => {
        if (!answer.ok && retryOf(answer.error) === 'after-sign-in') troubles += 1
      },
    }
    const team = createTeam(
      api,
      portal,
      () => 'me',
      () => new Date('2026-11-24T16:00:00Z'),
    )
    return { team, replies, held, troubles: () => troubles }
  }
  const list = 'GET /api/delegations'

  it('shows a grant and a withdrawal once they are acknowledged, not before', async () => {
    const { team, replies } = world()
    replies.set(list, { status: 200, body: { delegations: [delegation('a')] } })
    await team.readHere(site)
    const input = { staffId: '899790000014', staffName: 'Noé', endsAt: '2026-11-24T20:00:00Z' }
    assert.equal((await team.grant(input))?.kind, 'offline')
    assert.equal(team.here.get().value?.delegations.length, 1)
    replies.set('POST /api/delegations', { status: 201, body: delegation('b') })
    assert.equal(await team.grant(input), null)
    assert.deepEqual(
      team.here.get().value?.delegations.map(({ id }) => id),
      ['b', 'a'],
    )
    replies.set('DELETE /api/delegations/a', { status: 204 })
    assert.equal(await team.withdraw('a'), null)
    const { open, over } = byState(
      team.here.get().value?.delegations ?? [],
      new Date('2026-11-24T16:00:00Z'),
    )
    assert.deepEqual([open.map(({ id }) => id), over.map(({ id }) => id)], [['b'], ['a']])
  })

  it('does not go back in time: a list asked for before an own act is not shown', async () => {
    const { team, replies, held } = world()
    replies.set(list, { status: 200, body: { delegations: [delegation('a')] } })
    await team.readHere(site)
    let release = (): void => undefined
    held.set(
      list,
      new Promise((resolve) => {
        release = resolve
      }),
    )
    const reading = team.readHere(site)
    replies.set('DELETE /api/delegations/a', { status: 204 })
    await team.withdraw('a')
    release()
    await reading
    assert.notEqual(team.here.get().value?.delegations[0]?.revokedAt, null)
  })

  it('tells of a session that is over, and shows another site’s list nowhere', async () => {
    const { team, replies, troubles } = world()
    replies.set(list, { status: 200, body: { delegations: [delegation('a')] } })
    await team.readHere(site)
    replies.set(list, { status: 401, body: { code: 'SESSION_EXPIRED', support: '' } })
    await team.readHere('750000001')
    assert.equal(troubles(), 1)
    assert.deepEqual([team.here.get().value, team.here.get().error?.kind], [null, 'problem'])
  })
})
