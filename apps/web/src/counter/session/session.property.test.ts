import { test } from 'node:test'
import fc from 'fast-check'
import { HostileBrowser } from './test/hostile-browser.ts'
import type { Network } from './test/hostile-portal.ts'

const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Int32Array(1))[0])
const numRuns = Number(process.env.FUZZ_RUNS ?? 150)
test.before(() => console.log(`# replay with FUZZ_SEED=${seed}`))

type Model = Record<string, never>

const command = (
  name: string,
  run: (browser: HostileBrowser) => Promise<void>,
): fc.AsyncCommand<Model, HostileBrowser> => ({
  check: () => true,
  run: async (_model, browser) => {
    await run(browser)
    browser.check()
  },
  toString: () => name,
})

type Tab = HostileBrowser['tabs'][number]

/** An act in one of the tabs. */
const inTab = (name: string, act: (browser: HostileBrowser, tab: Tab) => Promise<void>) =>
  fc.nat(5).map((index) =>
    command(`${name} ${index}`, async (browser) => {
      const tab = browser.tabs[index % browser.tabs.length]
      if (tab !== undefined) await act(browser, tab)
    }),
  )

const acts = [
  inTab('comes back from a door', async (browser, tab) => {
    browser.portal.signIn()
    await browser.reload(tab)
  }),
  inTab('reloads', async (browser, tab) => void (await browser.reload(tab))),
  inTab('signs out', (browser, tab) => browser.signOut(tab)),
  inTab('looks', (browser, tab) => browser.act(tab.session.look())),
  inTab('hurries', async (_browser, tab) => tab.session.hurry()),
  inTab('arrives', (browser, tab) => browser.act(tab.session.arrive('ecps'))),
  inTab('leaves the room', async (_browser, tab) => tab.session.leaveRoom()),
  inTab('rings', (browser, tab) => browser.act(tab.session.phone.begin('899700075122'))),
  inTab('hangs up', async (_browser, tab) => tab.session.phone.close()),
  inTab('chooses one site', (browser, tab) => browser.act(tab.session.chooseSite('750000001'))),
  inTab('chooses another', (browser, tab) => browser.act(tab.session.chooseSite('750000002'))),
  fc
    .constantFrom(1, 7, 20, 61, 600, 900, 1_500)
    .map((seconds) => command(`${seconds} s pass`, (browser) => browser.pass(seconds))),
]

const trouble = [
  fc
    .constantFrom<Network>('well', 'well', 'down', 'deaf', 'busy', 'held', 'doubled')
    .map((network) =>
      command(`network ${network}`, async (browser) => {
        browser.portal.network = network
      }),
    ),
  fc.constant(
    command('what was held arrives', async (browser) => {
      browser.portal.release()
      await browser.settle()
    }),
  ),
  fc.constantFrom(-86_400_000, -600_000, 0, 20_000, 7_200_000).map((milliseconds) =>
    command(`clock ${milliseconds}`, async (browser) => {
      browser.skewMilliseconds = milliseconds
    }),
  ),
  fc.constant(command('another tab', async (browser) => void (await browser.open()))),
  fc.constant(
    command('ended from elsewhere', async (browser) => {
      browser.portal.revoke()
    }),
  ),
  fc.constant(
    command('signed in in another tab', async (browser) => {
      browser.portal.signIn()
      await browser.open()
    }),
  ),
  fc.constant(
    command('confirmed on the phone', async (browser) => {
      browser.portal.confirmCalls()
    }),
  ),
  fc.boolean().map((isBroken) =>
    command(`storage broken ${isBroken}`, async (browser) => {
      browser.isStorageBroken = isBroken
    }),
  ),
  fc.boolean().map((isOpen) =>
    command(`room open ${isOpen}`, async (browser) => {
      browser.portal.isRoomOpen = isOpen
    }),
  ),
]

test('whatever is lost, late, doubled, killed or put back, a session ends only by the portal’s word, nobody is asked too soon, and in the end each tab shows what is true', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands([...acts, ...acts, ...trouble], { maxCommands: 40, size: 'max' }),
      async (run) => {
        const browser = new HostileBrowser()
        await browser.open()
        await fc.asyncModelRun(() => ({ model: {}, real: browser }), run)
        await browser.recover()
        browser.audit()
      },
    ),
    { seed, numRuns },
  )
})
