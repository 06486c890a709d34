import { test } from 'node:test'
import type { ScreeningInput } from '@sidep/contracts'
import fc from 'fast-check'
import { type Fate, HostileWorld, type Network, networks } from './hostile-testing.ts'

const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Int32Array(1))[0])
const numRuns = Number(process.env.FUZZ_RUNS ?? 150)
test.before(() => console.log(`# replay with FUZZ_SEED=${seed}`))

interface Model {
  screenings: number
}

const networkNames = Object.keys(networks) as Network[]

const idOf = (index: number): string => `0193590a-0000-7000-8000-${String(index).padStart(12, '0')}`

const some = fc.nat(5)
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Fate>('lives') },
  { weight: 1, arbitrary: fc.constant<Fate>('dies-before') },
  { weight: 2, arbitrary: fc.constant<Fate>('dies-after') },
)

const command = (
  name: string,
  run: (world: HostileWorld, model: Model) => Promise<void>,
): fc.AsyncCommand<Model, HostileWorld> => ({
  check: () => true,
  run: async (model, world) => {
    await run(world, model)
    await world.check()
  },
  toString: () => name,
})

const acts = [
  fc.record({ tab: some, isRead: fc.boolean(), fate }).map((given) =>
    command(`record ${JSON.stringify(given)}`, async (world, model) => {
      const id = idOf(++model.screenings)
      const tab = await world.aliveTab(given.tab)
      const input: ScreeningInput = {
        id,
        person: {
          familyName: `Nom${'abcdefghij'[model.screenings % 10]}${'klmnopqrst'[Math.floor(model.screenings / 10)]}`,
          firstNames: 'Anne',
          birthDate: '1980-04-03',
          sex: 'F',
        },
        kind: 'antigen',
        device: '1232',
        sampledAt: new Date(world.now).toISOString(),
        ...(given.isRead ? { result: 'negative' as const } : {}),
      }
      tab.fate = given.fate
      await world.record(tab, input)
    }),
  ),
  fc.record({ tab: some, screening: some, fate }).map((given) =>
    command(`read ${JSON.stringify(given)}`, async (world, model) => {
      const tab = await world.aliveTab(given.tab)
      tab.fate = given.fate
      await world.readResult(tab, idOf(1 + (given.screening % Math.max(model.screenings, 1))))
    }),
  ),
  fc
    .record({ tab: some, screening: some, isStale: fc.nat(4).map((drawn) => drawn === 0), fate })
    .map((given) =>
      command(`correct ${JSON.stringify(given)}`, async (world, model) => {
        const tab = await world.aliveTab(given.tab)
        tab.fate = given.fate
        const id = idOf(1 + (given.screening % Math.max(model.screenings, 1)))
        await world.correct(tab, id, given.isStale)
      }),
    ),
  fc.record({ tab: some, screening: some, fate }).map((given) =>
    command(`certify ${JSON.stringify(given)}`, async (world, model) => {
      const tab = await world.aliveTab(given.tab)
      tab.fate = given.fate
      await world.certify(tab, idOf(1 + (given.screening % Math.max(model.screenings, 1))))
    }),
  ),
  fc.record({ tab: some, fate }).map((given) =>
    command(`tick ${JSON.stringify(given)}`, async (world) => {
      const tab = await world.aliveTab(given.tab)
      tab.fate = given.fate
      await world.tick(tab)
    }),
  ),
  fc.constantFrom<Network>('well', 'down', ...networkNames).map((network) =>
    command(`network ${network}`, async (world) => {
      world.network = network
    }),
  ),
]

const trouble = [
  fc
    .record({ tab: some, maximum: fc.integer({ min: 1, max: 4 }) })
    .map((given) =>
      command(`booklet ${given.maximum}`, async (world) =>
        world.giveBooklet(await world.aliveTab(given.tab), given.maximum),
      ),
    ),
  fc.constant(command('open', async (world) => void (await world.open()))),
  fc.constantFrom(-86_400_000, -600_000, 20_000, 600_000, 7_200_000).map((milliseconds) =>
    command(`clock ${milliseconds}`, async (world) => {
      world.now += milliseconds
    }),
  ),
  fc.boolean().map((isFull) =>
    command(`full ${isFull}`, async (world) => {
      world.isFull = isFull
    }),
  ),
  fc.boolean().map((isLocked) =>
    command(`locked ${isLocked}`, async (world) => {
      world.isLocked = isLocked
    }),
  ),
]

test('in the browser’s own code: whatever is killed, lost, doubled, full or put back, nothing is lost, nothing twice, no number reused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands([...acts, ...acts, ...trouble], { maxCommands: 40, size: 'max' }),
      async (run) => {
        const world = new HostileWorld()
        await world.giveBooklet(await world.open(), 4)
        await fc.asyncModelRun(() => ({ model: { screenings: 0 }, real: world }), run)
        await world.recover()
        await world.audit()
      },
    ),
    { seed, numRuns },
  )
})
