/** Invariant 4: the card door needs neither the identity provider nor, for a time, the authority's own service. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type DoorsView, operatorRoutes, routes } from '@sidep/contracts'
import type { PemPair, RevocationFault } from '@sidep/dev'
import { type CardPortal, fillTestDirectory, makeCardBrowser, startCardPortal } from './testing.ts'

const listSeconds = 3_600
const graceHours = 2

let door: CardPortal
let pharmacist: PemPair

before(async () => {
  door = await startCardPortal({
    listSeconds,
    environment: {
      CARD_REVOCATION_GRACE_HOURS: String(graceHours),
      // Nobody listens there: the identity provider is down from the beginning.
      ECPS_ISSUER: 'http://127.0.0.1:9',
      ECPS_CLIENT_ID: 'portal',
      ECPS_CLIENT_SECRET: 'portal',
    },
  })
  pharmacist = await door.card('pharmacist')
})
after(() => door.close())

const signIn = (card: PemPair = pharmacist): Promise<string> =>
  makeCardBrowser(door.url).signIn(card)
const refresh = async (): Promise<void> => door.portal.server.cardDoor?.refreshLists()
const metric = async (name: string): Promise<string | undefined> =>
  (await (await fetch(`${door.portal.server.operatorUrl}${operatorRoutes.metrics}`)).text())
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.split(' ')[1]
const acts = async (): Promise<string[]> => {
  const rows = await door.portal.sql<{ act: string }[]>`
    select act from audit where door = 'card' order by at`
  return rows.map(({ act }) => act)
}
const stateOf = async (name: string): Promise<string | undefined> => {
  const { doors } = (await (await fetch(`${door.url}${routes.doors}`)).json()) as DoorsView
  return doors.find((one) => one.door === name)?.state
}

test('with the identity provider down, a card signs in and the doors say which works', async () => {
  assert.equal(await signIn(), '/pro/')
  assert.equal(await stateOf('ecps'), 'down')
  assert.equal(await stateOf('card'), 'up')
})

describe('while the authority’s service', () => {
  const faults: RevocationFault[] = [
    { kind: 'down' },
    { kind: 'garbage' },
    { kind: 'forged' },
    { kind: 'stale', overdueSeconds: 30 },
  ]
  for (const fault of faults) {
    test(`is ${fault.kind}, cards sign in on the last good lists, and a revoked one does not`, async () => {
      const revoked = await door.card('revoked')
      // Lists count in whole seconds.
      door.clock.moveSeconds(2)
      await refresh()
      const before = await metric('sidep_card_list_next_update_seconds')
      door.cards.setFault(fault)
      await refresh()
      assert.equal(await signIn(), '/pro/')
      assert.equal(await signIn(revoked), '/pro/?problem=CARD_REVOKED')
      assert.ok(Number(await metric('sidep_card_list_next_update_seconds')) <= Number(before))
      door.cards.setFault({ kind: 'none' })
    })
  }

  test('does not answer, nobody at the card port waits for it', async () => {
    door.cards.setFault({ kind: 'silent' })
    const asked = door.cards.requests() + door.cards.revocationLists.length
    const waiting = refresh()
    while (door.cards.requests() < asked) await new Promise((resolve) => setTimeout(resolve, 5))
    const start = performance.now()
    assert.equal(await signIn(), '/pro/')
    assert.ok(performance.now() - start < 2_000)
    assert.equal(door.cards.requests(), asked, 'a sign-in fetched a list')
    door.cards.setFault({ kind: 'down' })
    await door.cards.close()
    await waiting
  })
})

describe('lists past their next update', () => {
  // The service was closed above: from here on time passes and no list comes.
  test('decide for the configured hours more; audit and metrics say so', async () => {
    assert.ok(!(await acts()).includes('session.opened-on-overdue-list'))
    door.clock.moveSeconds(listSeconds + 60)
    assert.equal(await signIn(), '/pro/')
    assert.equal((await acts()).at(-1), 'session.opened-on-overdue-list')
    assert.equal(await metric('sidep_card_lists_overdue'), '2')
    assert.equal(await metric('sidep_card_lists_unusable'), '0')
    assert.ok(Number(await metric('sidep_card_list_next_update_seconds')) < 0)
    assert.equal(await stateOf('card'), 'up')
  })

  test('serve a process that starts now, from the database', async () => {
    const second = await door.cluster.portal({
      environment: door.environment,
      overrides: { clock: door.clock },
    })
    await fillTestDirectory(second)
    assert.equal(
      await makeCardBrowser(second.server.url).signIn(pharmacist),
      '/pro/?problem=CARD_REVOCATION_UNKNOWN',
    )
    // A database of its own: it gets the rows of the first, as a brother process would have them.
    const rows = await door.portal.sql`select * from card_revocation_list`
    for (const row of rows)
      await second.server.platform.database`
      insert into card_revocation_list ${second.server.platform.database(row)}`
    // A failed round looks at the database again.
    await second.server.cardDoor?.refreshLists()
    assert.equal(await makeCardBrowser(second.server.url).signIn(pharmacist), '/pro/')
  })

  test('and past those hours are believed no more: CARD_REVOCATION_UNKNOWN, and the door is down', async () => {
    const revoked = await door.card('expired')
    door.clock.moveSeconds(graceHours * 3_600)
    assert.equal(await signIn(), '/pro/?problem=CARD_REVOCATION_UNKNOWN')
    assert.equal(await signIn(revoked), '/pro/?problem=CARD_EXPIRED')
    assert.equal(await metric('sidep_card_lists_unusable'), '2')
    assert.equal(await stateOf('card'), 'down')
  })
})
