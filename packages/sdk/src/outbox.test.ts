import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nothingWithdrawn, readProvisional, verifyProvisional } from '@sidep/continuity'
import type { ScreeningEntry, ScreeningInput } from '@sidep/contracts'
import { readCatalogue } from '@sidep/contracts/endpoints'
import { FakePortal, portalFetch } from '@sidep/dev/portal'
import {
  AuthorizationEnded,
  memoryKeyPairs,
  memoryStore,
  type Outbox,
  openOutbox,
  webKeys,
} from './index.ts'

const owner = { professionalId: '899700075122', siteId: '750712184' }
const start = Date.parse('2026-11-23T13:00:00Z')

const screeningOf = (outbox: Outbox, changes: Partial<ScreeningInput> = {}): ScreeningInput => ({
  id: outbox.newId(),
  person: { familyName: 'TESTNOM', firstNames: 'Camille', birthDate: '1980-04-03', sex: 'F' },
  kind: 'antigen',
  device: '1232',
  sampledAt: '2026-11-23T14:00:00+01:00',
  result: 'negative',
  ...changes,
})

/** A portal, and software before it whose clock and network can be set. */
const world = async () => {
  const clock = { now: start, offset: 0 }
  const portal = new FakePortal({ now: () => new Date(clock.now) })
  portal.sites = [{ id: owner.siteId, name: 'Pharmacie du Parvis', postalCode: '75004' }]
  portal.isSignedIn = true
  const toPortal = portalFetch(portal)
  const tokens = { current: 'first', accepted: 'first', renewals: 0, isOver: false }
  const asked: string[] = []
  const reports: string[] = []
  const store = memoryStore()
  const keyPairs = memoryKeyPairs()
  const unlocked = { is: true }
  const open = () =>
    openOutbox({
      portal: 'https://portail.example',
      owner,
      store,
      keys: webKeys(keyPairs, () => unlocked.is),
      authorization: {
        headers: async () => {
          if (tokens.isOver) throw new AuthorizationEnded()
          return { authorization: `Bearer ${tokens.current}` }
        },
        renew: () => {
          tokens.renewals += 1
          tokens.current = tokens.accepted
          return true
        },
      },
      fetch: async (url, init) => {
        const { origin, pathname, search } = new URL(url)
        assert.equal(origin, 'https://portail.example')
        asked.push(`${init.method} ${pathname}`)
        const { authorization } = Object.fromEntries(new Headers(init.headers))
        if (authorization !== `Bearer ${tokens.accepted}`) {
          const body = { code: 'SESSION_EXPIRED', status: 401, support: 'K7Q-2MD' }
          return Response.json(body, { status: 401 })
        }
        return toPortal(`${pathname}${search}`, init)
      },
      surroundings: {
        now: () => new Date(clock.now + clock.offset),
        random: () => 0.5,
        randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
        after: () => () => undefined,
      },
      report: (code) => reports.push(code),
    })
  return { clock, portal, tokens, asked, reports, unlocked, open, outbox: await open() }
}

const minutes = (count: number) => count * 60_000

describe('an outbox of a vendor’s software', () => {
  it('gives the certificate of a screening that the portal records at once', async () => {
    const { outbox, portal } = await world()
    const input = screeningOf(outbox)
    const outcome = await outbox.record(input)
    assert.ok(outcome.kind === 'recorded' && outcome.answer.certificate !== null)
    assert.equal(portal.books.screenings.size, 1)
    assert.deepEqual(outbox.lines(), [])
  })

  it('sends the same id again after a lost answer, so that nothing is there twice', async () => {
    const { outbox, portal, clock } = await world()
    portal.faults.list = [{ kind: 'answer-lost', times: 1 }]
    const outcome = await outbox.record(screeningOf(outbox))
    assert.equal(outcome.kind, 'kept')
    clock.now += minutes(1)
    await outbox.send()
    assert.equal(portal.books.screenings.size, 1)
    assert.deepEqual(portal.books.breaches, [])
    assert.deepEqual(
      outbox.lines().map(({ state }) => state),
      ['definitive'],
    )
  })

  it('sends again what the portal acknowledged after the second that it was set back to, corrections in their order', async () => {
    const { outbox, portal, clock } = await world()
    const before = screeningOf(outbox)
    await outbox.record(before)
    clock.now += minutes(10)
    const to = clock.now
    const setBack = portal.books.backUp()
    clock.now += minutes(10)
    const after = screeningOf(outbox)
    await outbox.record(after)
    const person = { ...after.person, firstNames: 'Camille Rose' }
    const corrected = { ...after, person }
    for (const [input, replaces] of [
      [corrected, 1],
      [after, 2],
      [corrected, 3],
    ] as const) {
      clock.now += 1_000
      assert.equal((await outbox.correct(input, { replaces, reason: 'name' })).kind, 'done')
    }
    await outbox.withdraw(before, { replaces: 1, reason: 'wrong-person' })
    const whole = new Map(portal.books.screenings)
    clock.now += minutes(10)
    setBack()
    portal.restorations = [{ to, at: clock.now }]
    clock.now += minutes(2)
    portal.faults.list = [{ kind: 'answer-lost', times: 1, on: ['reconcile'] }]
    await outbox.api.ask(readCatalogue)
    for (let round = 0; round < 8; round += 1) {
      await outbox.send()
      clock.now += minutes(5)
    }
    const bare = (entries: Iterable<ScreeningEntry>) =>
      [...entries].map(({ id, person: { firstNames }, change }) => [
        id,
        firstNames,
        change?.kind,
        change?.version,
      ])
    assert.deepEqual(bare(portal.books.screenings.values()), bare(whole.values()))
    assert.deepEqual(portal.books.breaches, [])
    const sent = portal.batches.length
    await outbox.api.ask(readCatalogue)
    await outbox.send()
    assert.equal(portal.batches.length, sent)
  })

  it('says that it is let in no more, keeps what it has, and sends it once it is let in again', async () => {
    const { outbox, portal, tokens, clock, reports, open } = await world()
    tokens.isOver = true
    assert.equal((await outbox.record(screeningOf(outbox))).kind, 'kept')
    assert.ok(reports.includes('AUTHORIZATION_ENDED'))
    await outbox.send()
    assert.equal(portal.books.screenings.size, 0)
    tokens.isOver = false
    clock.now += minutes(1)
    await (await open()).send()
    assert.equal(portal.books.screenings.size, 1)
  })

  it('asks nothing before the time that the portal told, whoever waits', async () => {
    const { outbox, portal, clock, asked } = await world()
    await outbox.send()
    portal.faults.list = [
      { kind: 'refused', code: 'SITE_SHARE_EXCEEDED', retryAfterSeconds: 30, times: 1 },
    ]
    assert.equal((await outbox.record(screeningOf(outbox))).kind, 'kept')
    const before = asked.length
    clock.now += 29_000
    await outbox.hurry()
    assert.equal((await outbox.record(screeningOf(outbox))).kind, 'kept')
    assert.equal(asked.length, before)
    clock.now += 62_000
    await outbox.send()
    assert.equal(portal.books.screenings.size, 2)
  })

  it('shows a refusal with its code, and sends it again only once it was put right', async () => {
    const { outbox, portal, clock, asked } = await world()
    const faults = [{ pointer: '/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' as const }]
    portal.faults.list = [{ kind: 'refused', code: 'REQUEST_INVALID', faults, times: 1 }]
    const outcome = await outbox.record(screeningOf(outbox))
    assert.ok(outcome.kind === 'refused')
    assert.equal(outcome.refusal.code, 'REQUEST_INVALID')
    assert.equal(outcome.refusal.faults[0]?.pointer, '/person/birthDate')
    assert.notEqual(outcome.refusal.title.fr, '')
    const before = asked.length
    clock.now += minutes(10)
    await outbox.send()
    assert.equal(asked.filter((line) => line.startsWith('POST /api/screenings')).length, 1)
    assert.ok(asked.length - before <= 2)
  })

  it('signs from its booklet while the portal is away, by the portal’s clock, and brings it in later', async () => {
    const { outbox, portal, clock, open } = await world()
    clock.offset = minutes(-12)
    await outbox.send()
    assert.equal(portal.booklets.inForce.length, 1)
    portal.faults.list = [{ kind: 'unreachable', on: 'everything' }]
    const outcome = await outbox.record(screeningOf(outbox))
    assert.ok(outcome.kind === 'kept' && outcome.provisional !== null)
    const { code, address } = outcome.provisional
    const read = readProvisional(code)
    assert.ok(read.ok)
    const keys = await portal.booklets.keys()
    const check = await verifyProvisional(read, keys, new Date(clock.now), nothingWithdrawn)
    assert.deepEqual(check.ok ? 'accepted' : check, 'accepted')
    assert.match(address, /^https:\/\/portail\.example\/resultat\/#/)
    assert.ok(Math.abs(read.issuedAt.getTime() - clock.now) < 2_000, 'dated by the portal’s clock')
    // The program ended and began again.
    portal.faults.list = []
    clock.now += minutes(30)
    const again = await open()
    await again.send()
    assert.equal(portal.books.documents.size, 1)
    assert.deepEqual(portal.books.breaches, [])
    assert.equal(portal.books.screenings.size, 1)
  })

  it('signs nothing while the professional has not unlocked the key', async () => {
    const { outbox, portal, unlocked } = await world()
    await outbox.send()
    unlocked.is = false
    portal.faults.list = [{ kind: 'unreachable', on: 'everything' }]
    const outcome = await outbox.record(screeningOf(outbox))
    assert.deepEqual(outcome, { kind: 'kept', provisional: null, because: 'KEY_LOCKED' })
  })

  it('takes another token when one is over, and sends the same request again once', async () => {
    const { outbox, portal, tokens, asked } = await world()
    tokens.accepted = 'second'
    const outcome = await outbox.record(screeningOf(outbox))
    assert.equal(outcome.kind, 'recorded')
    assert.equal(tokens.renewals, 1)
    assert.equal(asked.filter((line) => line === 'POST /api/screenings').length, 2)
    assert.equal(portal.books.screenings.size, 1)
  })

  it('corrects and withdraws what the portal has, and puts right here what only it has', async () => {
    const { outbox, portal } = await world()
    const input = screeningOf(outbox)
    await outbox.record(input)
    const right = { ...input, result: 'positive' } as const
    assert.deepEqual(await outbox.correct(right, { replaces: 1, reason: 'result' }), {
      kind: 'done',
    })
    assert.equal(portal.books.screenings.get(input.id)?.result, 'positive')
    const taken = await outbox.withdraw(right, { replaces: 2, reason: 'not-carried-out' })
    assert.deepEqual(taken, { kind: 'done' })
    assert.equal(portal.books.screenings.get(input.id)?.certificate, null)
  })

  it('registers a person, and sets the result later', async () => {
    const { outbox, portal } = await world()
    const { result, ...waiting } = screeningOf(outbox)
    const registered = await outbox.record(waiting)
    assert.ok(registered.kind === 'recorded' && registered.answer.state === 'waiting')
    const final = await outbox.setResult({ ...waiting, result: 'negative' })
    assert.ok(final.kind === 'recorded' && final.answer.state === 'final')
    assert.equal(portal.books.screenings.size, 1)
  })
})
