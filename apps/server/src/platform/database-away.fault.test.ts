/** The database goes away for ten seconds, in the ways it does: afterwards everything works again by itself. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { demoIdentities, demoPeople, signInOverHttp, startIdentityProvider } from '@sidep/dev'
import { temporaryFolder } from '../fault-testing.ts'
import { startServer } from '../index.ts'
import { startFaultyProxy } from './faulty-proxy.ts'
import { freePort } from './free-port.ts'
import { openTestDatabases } from './test-databases.ts'
import { testConfiguration } from './testing.ts'

const folder = temporaryFolder('database-away')
const stack = new AsyncDisposableStack()
after(() => stack.disposeAsync())

const awayMilliseconds = 10_000
/** Recovering takes one pause between two attempts to connect; the rest is for a busy machine. */
const backMilliseconds = 20_000

const startPortal = async () => {
  const databases = await openTestDatabases(folder)
  stack.defer(() => databases.close())
  const database = await databases.reach(0)
  const proxy = await startFaultyProxy(database.upstream)
  stack.defer(() => proxy.close())
  const port = await freePort('127.0.0.1')
  const client = { id: 'portal', secret: 'a secret of tests' }
  const provider = await startIdentityProvider({
    port: 0,
    clients: [
      {
        ...client,
        redirectUris: [`http://localhost:${port}/login/ecps/callback`],
        backchannelLogoutUri: `http://localhost:${port}/login/ecps/backchannel-logout`,
        postLogoutRedirectUris: [`http://localhost:${port}/pro/`],
      },
    ],
    people: demoIdentities,
  })
  stack.defer(() => provider.close())
  const server = await startServer(
    testConfiguration(folder, {
      PORT: String(port),
      DATABASE_URL: database.urlThrough(proxy.port),
      ECPS_ISSUER: provider.issuer,
      ECPS_CLIENT_ID: client.id,
      ECPS_CLIENT_SECRET: client.secret,
    }),
    { pages: null },
  )
  stack.defer(() => server.close())
  return { proxy, server }
}

let portal: Awaited<ReturnType<typeof startPortal>>

before(async () => {
  portal = await startPortal()
})

const readiness = async (): Promise<number> => {
  const response = await fetch(`${portal.server.url}/readyz`, {
    signal: AbortSignal.timeout(5_000),
  })
  await response.body?.cancel()
  return response.status
}

const signIn = () =>
  signInOverHttp(portal.server.url, { nationalId: demoPeople.pharmacist.nationalId })

/** Asks until it is so, for so long at most. */
const within = async (
  milliseconds: number,
  condition: () => Promise<boolean>,
): Promise<boolean> => {
  const end = performance.now() + milliseconds
  while (!(await condition())) {
    if (performance.now() > end) return false
    await wait(100)
  }
  return true
}

for (const fault of ['close', 'hold'] as const) {
  test(`ready and sign-in are back after ten seconds of a database that would ${fault} connections`, {
    timeout: 120_000,
  }, async () => {
    const { proxy } = portal
    assert.equal(await readiness(), 200)
    await signIn()
    const before = proxy.accepted()
    proxy.become(fault)
    const end = performance.now() + awayMilliseconds
    while (performance.now() < end) {
      // Several at once, as several load balancers and a person in front of each screen would.
      const answers = await Promise.all([readiness(), readiness(), readiness()])
      assert.deepEqual(answers, [503, 503, 503])
      signIn().catch(() => undefined)
      await wait(200)
    }
    const attemptsPerSecond = ((proxy.accepted() - before) / awayMilliseconds) * 1_000
    assert.ok(attemptsPerSecond < 100, `${attemptsPerSecond} attempts to connect a second`)
    proxy.become('none')
    assert.ok(await within(backMilliseconds, async () => (await readiness()) === 200), 'not ready')
    // Each pool of connections is used by something of a sign-in or beside it.
    assert.ok(
      await within(backMilliseconds, () =>
        signIn().then(
          () => true,
          () => false,
        ),
      ),
      'no sign-in',
    )
    const all = Array.from({ length: 12 }, () => signIn())
    await Promise.all(all)
  })
}
