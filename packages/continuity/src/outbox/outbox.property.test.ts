import { test } from 'node:test'
import fc from 'fast-check'
import { ownerAt } from './samples-testing.ts'
import { type Kill, World } from './world-testing.ts'

const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Int32Array(1))[0])
const numRuns = Number(process.env.FUZZ_RUNS ?? 1000)
test.before(() => console.log(`# replay with FUZZ_SEED=${seed}`))

/** The model knows how many screenings and booklets were begun; the world keeps the books. */
interface Model {
  screenings: number
  amendments: number
  booklets: number
}

const command = (
  name: string,
  run: (world: World, model: Model) => void,
): fc.Command<Model, World> => ({
  check: () => true,
  run: (model, world) => {
    run(world, model)
    world.check()
  },
  toString: () => name,
})

const idOf = (index: number): string => `screening${index}`
const some = fc.nat(7)
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const kill: fc.Arbitrary<Kill> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Kill>('never') },
  { weight: 1, arbitrary: fc.constant<Kill>('before-write') },
  { weight: 2, arbitrary: fc.constantFrom<Kill>(0, 1) },
)

/** What a pharmacy does all day; it comes up three times as often as the rest. */
const usual = [
  fc
    .record({
      tab: some,
      owner: some,
      isWrong: fc.boolean(),
      isCertifiable: fc.boolean(),
      isTried: fc.boolean(),
      kill,
    })
    .map((given) =>
      command(`type ${JSON.stringify(given)}`, (world, model) => {
        const id = idOf(model.screenings++)
        const tab = world.aliveTab(given.tab)
        if (!world.apply(tab, { type: 'reserve', id, now: world.now })) return
        const content = { name: id, isWrong: given.isWrong && given.owner < 3 }
        world.apply(
          tab,
          {
            type: 'typed',
            id,
            screening: content,
            testType: given.isCertifiable || given.owner > 1 ? 'LP217198-3' : null,
            slip: null,
            // One in eight is typed before anybody has signed in.
            owner: given.owner === 7 ? null : ownerAt(given.owner),
            ...(given.isTried ? { tryMilliseconds: 8_000 } : {}),
            now: world.now,
          },
          given.kill,
        )
      }),
    ),
  fc
    .record({ tab: some, owner: some, line: some, flaw: some, again: fc.boolean(), kill })
    .map((given) =>
      command(`queue ${JSON.stringify(given)}`, (world, model) => {
        const recalled = [...world.recalled]
        const old = recalled[given.line % Math.max(recalled.length, 1)]
        const id = given.again && old !== undefined ? old : idOf(model.screenings++)
        const screening = {
          // A line that is the typist's again may say something else.
          name: `${id} typed ${model.screenings}`,
          isWrong: given.flaw === 0,
          isDouble: given.flaw === 1,
          isUnreadable: given.flaw === 2,
        }
        world.queue(world.aliveTab(given.tab), id, screening, ownerAt(given.owner), given.kill)
      }),
    ),
  fc.record({ tab: some, screening: some, kill }).map((given) =>
    command(`recall ${JSON.stringify(given)}`, (world, model) => {
      const ids = [idOf(given.screening % Math.max(model.screenings, 1))]
      const tab = world.aliveTab(given.tab)
      world.apply(tab, { type: 'lines-recalled', ids, now: world.now }, given.kill)
    }),
  ),
  fc.record({ tab: some, screening: some, isCertifiable: fc.boolean(), kill }).map((given) =>
    command(`read ${JSON.stringify(given)}`, (world, model) => {
      const id = idOf(given.screening % Math.max(model.screenings, 1))
      const known = world.typed.get(id)
      const isPaper = world.disk.stored.entries.some((entry) => entry.id === id && entry.paper)
      if (known === undefined || known.isRead || isPaper || world.discarded.has(id)) return
      world.apply(
        world.aliveTab(given.tab),
        {
          type: 'result-read',
          id,
          screening: { ...known, isRead: true },
          testType: given.isCertifiable ? 'LP217198-3' : null,
          owner: ownerAt(0),
          now: world.now,
        },
        given.kill,
      )
    }),
  ),
  fc
    .record({
      tab: some,
      screening: some,
      isStale: fc.nat(5).map((drawn) => drawn === 0),
      isTried: fc.boolean(),
      isWithdrawal: fc.nat(3).map((drawn) => drawn === 0),
      kill,
    })
    .map((given) =>
      command(`amend ${JSON.stringify(given)}`, (world, model) => {
        const id = idOf(given.screening % Math.max(model.screenings, 1))
        if (!world.typed.has(id) || world.discarded.has(id)) return
        const name = `amendment${model.amendments++}`
        world.amend(world.aliveTab(given.tab), name, id, given)
      }),
    ),
  fc.record({ tab: some, screening: some, kill }).map((given) =>
    command(`want ${JSON.stringify(given)}`, (world, model) => {
      const id = idOf(given.screening % Math.max(model.screenings, 1))
      const tab = world.aliveTab(given.tab)
      world.apply(tab, { type: 'document-wanted', id, tab: tab.id, now: world.now }, given.kill)
    }),
  ),
  fc
    .record({ index: some, isGood: fc.boolean(), again: fc.boolean(), kill })
    .map(({ index, isGood, again, kill }) =>
      command(`sign ${index} ${isGood || again} ${kill}`, (world) =>
        world.sign(index, isGood || again, kill),
      ),
    ),
  fc.record({ tab: some, owner: some, maximum: fc.integer({ min: 1, max: 4 }) }).map((given) =>
    command(`booklet ${JSON.stringify(given)}`, (world, model) => {
      // Every third one is the answer to an earlier request, once more.
      const isOld = given.maximum === 3
      const id = `booklet${isOld ? model.booklets - 1 : model.booklets++}`
      world.give(world.aliveTab(given.tab), id, ownerAt(given.owner), given.maximum)
    }),
  ),
  fc.record({ tab: some, kill }).map((given) =>
    command(`tick ${JSON.stringify(given)}`, (world) => {
      const tab = world.aliveTab(given.tab)
      world.apply(tab, { type: 'tick', tab: tab.id, now: world.now }, given.kill)
    }),
  ),
  fc
    .record({
      index: some,
      share: fc.constantFrom(0, 0.5, 1, 1),
      isSlow: fc.boolean(),
      keep: fc.boolean(),
      random: chance,
    })
    .map((given) =>
      command(`reach ${JSON.stringify(given)}`, (world) =>
        world.reach(given.index, given.share, given.isSlow, given.keep, given.random),
      ),
    ),
  fc
    .record({
      index: some,
      reason: fc.constantFrom('unreachable' as const, 'busy' as const, 'signed-out' as const),
      random: chance,
    })
    .map(({ index, reason, random }) =>
      command(`lose ${index} ${reason}`, (world) => world.lose(index, reason, random)),
    ),
  fc
    .record({ index: some, keep: fc.boolean(), kill })
    .map(({ index, keep, kill }) =>
      command(`hear ${index} ${keep} ${kill}`, (world) => world.hear(index, keep, kill)),
    ),
]

const trouble = [
  some.map((index) => command(`kill ${index}`, (world) => world.kill(world.aliveTab(index)))),
  fc.constant(command('open', (world) => void world.open())),
  some.map((index) =>
    command(`close ${index}`, (world) => {
      const tab = world.aliveTab(index)
      world.apply(tab, { type: 'closed', tab: tab.id, now: world.now })
      world.kill(tab)
    }),
  ),
  fc.record({ tab: some, owner: some, out: fc.boolean() }).map(({ tab, owner, out }) =>
    command(`session ${owner} ${out}`, (world) => {
      const { now } = world
      world.apply(
        world.aliveTab(tab),
        out && owner > 3
          ? { type: 'signed-out', now }
          : { type: 'signed-in', owner: ownerAt(owner), now },
      )
    }),
  ),
  fc.record({ tab: some, screening: some, isWrong: fc.boolean(), kill }).map((given) =>
    command(`edit ${JSON.stringify(given)}`, (world, model) => {
      const id = idOf(given.screening % Math.max(model.screenings, 1))
      const screening = { name: `${id} corrected`, isWrong: given.isWrong }
      const { now } = world
      const tab = world.aliveTab(given.tab)
      world.apply(tab, { type: 'edited', id, screening, testType: 'LP217198-3', now }, given.kill)
    }),
  ),
  fc.record({ tab: some, screening: some }).map((given) =>
    command(`discard ${JSON.stringify(given)}`, (world, model) => {
      const id = idOf(given.screening % Math.max(model.screenings, 1))
      world.apply(world.aliveTab(given.tab), { type: 'discarded', id, now: world.now })
    }),
  ),
  fc.record({ tab: some, amendment: some, kill }).map((given) =>
    command(`recall amendment ${JSON.stringify(given)}`, (world, model) => {
      const id = `amendment${given.amendment % Math.max(model.amendments, 1)}`
      const { now } = world
      world.apply(world.aliveTab(given.tab), { type: 'amendment-recalled', id, now }, given.kill)
    }),
  ),
  fc.record({ tab: some, owner: some }).map(({ tab, owner }) =>
    command(`claim ${owner}`, (world) => {
      const ids = [...world.typed.keys()]
      world.apply(world.aliveTab(tab), {
        type: 'claimed',
        ids,
        owner: ownerAt(owner),
        now: world.now,
      })
    }),
  ),
  fc.record({ tab: some, screening: some, kill }).map((given) =>
    command(`dismiss ${JSON.stringify(given)}`, (world, model) => {
      const id = idOf(given.screening % Math.max(model.screenings, 1))
      world.apply(world.aliveTab(given.tab), { type: 'dismissed', id, now: world.now }, given.kill)
    }),
  ),
  fc.record({ tab: some, owner: some, kill }).map(({ tab, owner, kill }) =>
    command(`hand over ${owner} ${kill}`, (world) => {
      const lines = [...world.typed].map(([id, screening]) => ({ id, screening }))
      const { now } = world
      world.apply(
        world.aliveTab(tab),
        { type: 'lines-handed-over', lines, owner: ownerAt(owner), now },
        kill,
      )
    }),
  ),
  fc.record({ tab: some, owner: some }).map(({ tab, owner }) =>
    command(`want to send, or lose the key ${owner}`, (world) => {
      const { now } = world
      const { professionalId } = ownerAt(owner)
      world.apply(
        world.aliveTab(tab),
        owner > 5 ? { type: 'key-lost', professionalId, now } : { type: 'send-wanted', now },
      )
    }),
  ),
  some.map((index) =>
    command(`contact ${index}`, (world) => {
      const { portalNow, now } = world
      world.apply(world.aliveTab(index), { type: 'contact', portalNow, now })
    }),
  ),
  fc
    .constantFrom(1_000, 20_000, 90_000, 7_200_000)
    .map((milliseconds) => command(`pass ${milliseconds}`, (world) => world.pass(milliseconds))),
  fc
    .constantFrom(-86_400_000, -600_000, 600_000, 86_400_000)
    .map((jump) => command(`clock ${jump}`, (world) => world.jump(jump))),
  fc.nat(6).map((room) =>
    command(`room ${room}`, (world) => {
      world.disk.recordsMax =
        room > 3 ? Number.POSITIVE_INFINITY : world.disk.stored.entries.length + room
    }),
  ),
]

/** @param open the world that the commands meet */
const assertNothingLost = (
  commands: Parameters<typeof fc.commands<Model, World>>[0],
  open: () => World,
): void =>
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 80, size: 'max' }), (run) => {
      const world = open()
      const model: Model = { screenings: 0, amendments: 0, booklets: 1 }
      const tab = world.open()
      world.apply(tab, { type: 'signed-in', owner: ownerAt(0), now: world.now })
      world.give(tab, 'booklet0', ownerAt(0), 4)
      fc.modelRun(() => ({ model, real: world }), run)
      world.recover()
      world.audit()
    }),
    { seed, numRuns },
  )

test('whatever is killed, lost, doubled, reordered or put back: nothing lost, nothing twice, no number reused', () =>
  assertNothingLost([...usual, ...usual, ...usual, ...trouble], () => new World()))

/** Of what the other property does all but a full disk, where what is kept may go. */
const setBack = fc
  .integer({ min: 1, max: 6 })
  .map((requests) => command(`set back ${requests}`, (world) => world.setBack(requests)))

test('a portal that is set back gets again what it had acknowledged since: nothing lost, nothing twice', () =>
  assertNothingLost([...usual, ...usual, ...usual, setBack, setBack], () => new World(true)))
