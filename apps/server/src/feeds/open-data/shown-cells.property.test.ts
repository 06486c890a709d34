/** The attack on what is published, over days that are drawn from a seed: it must recover no cell of fewer than eleven. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../platform/seeded-testing.ts'
import { ageClasses } from './age-classes.ts'
import type { Published } from './attack.ts'
import { type CountedPeople, makeDayCounts, sexes } from './day-counts.ts'
import { nowhere, type Region } from './geography.ts'
import { type Cell, cellsOf, recoveredCells } from './recovered-cells.ts'
import { cellMin, franceOf, type ShownDay, shownOfDay } from './shown-cells.ts'

const regions: readonly Region[] = [
  { code: '01', departments: ['971'] },
  { code: '11', departments: ['75', '77', '78', '91'] },
  { code: '24', departments: ['18', '28', '36'] },
  { code: '94', departments: ['2A', '2B'] },
]
const france = franceOf(regions)
const departments = france.departments

/** From a quiet day in a small place to a wave: sizes of départements differ a hundredfold. */
const drawDay = (random: () => number): CountedPeople[] => {
  const scale = 10 ** (random() * 3.2)
  const share = random() * 0.4
  return departments.flatMap((department) => {
    const size = department === nowhere ? scale / 100 : scale * 10 ** (random() * 2 - 1.4)
    return ageClasses.flatMap((ageClass, age) =>
      sexes.map((sex) => {
        const part = sex === 'u' ? 0.01 : 1
        const tested = Math.floor(size * part * (age > 7 ? 0.15 : 1) * random() * 2)
        const positive = Math.floor(tested * share * random())
        return { department, ageClass, sex, positive, negative: tested - positive }
      }),
    )
  })
}

const correctedDay = (people: readonly CountedPeople[], random: () => number): CountedPeople[] =>
  people.map((cell) => {
    if (random() > 0.03) return cell
    const step = random() < 0.5 ? 1 : -1
    return {
      ...cell,
      positive: Math.max(0, cell.positive + step),
      negative: Math.max(0, cell.negative - step),
    }
  })

const publishedOf = (
  cells: readonly Cell[],
  shown: ReadonlySet<string>,
  of: 'tested' | 'positive',
): Published[] =>
  cells
    .filter(({ key }) => shown.has(key))
    .map((cell) => ({ members: cell.members, value: cell[of] }))

const recovered = (
  cells: readonly Cell[],
  tested: readonly Published[],
  positive: readonly Published[],
): string[] => recoveredCells(france, cells, tested, positive)

const days = 60

test('no cell of fewer than eleven is shown, or follows from those that are', () => {
  let [shownCount, hiddenSmall] = [0, 0]
  for (let seed = 1; seed <= days; seed += 1) {
    const counts = makeDayCounts(drawDay(seeded(seed)))
    const shown = shownOfDay(counts, france, null)
    const cells = cellsOf(france, counts)
    for (const cell of cells) {
      if (shown.tested.has(cell.key)) assert.ok(cell.tested >= cellMin, `seed ${seed} ${cell.key}`)
      if (shown.positive.has(cell.key))
        assert.ok(cell.positive >= cellMin, `seed ${seed} ${cell.key}`)
      if (!shown.tested.has(cell.key) && cell.tested < cellMin) hiddenSmall += 1
    }
    shownCount += shown.tested.size + shown.positive.size
    const found = recovered(
      cells,
      publishedOf(cells, shown.tested, 'tested'),
      publishedOf(cells, shown.positive, 'positive'),
    )
    assert.deepEqual(found, [], `seed ${seed}`)
  }
  assert.ok(shownCount > days * 40, `${shownCount} shown`)
  assert.ok(hiddenSmall > days * 10, `${hiddenSmall} to be protected`)
})

test('the attack finds what is hidden without secondary suppression', () => {
  let found = 0
  for (let seed = 1; seed <= 10; seed += 1) {
    const cells = cellsOf(france, makeDayCounts(drawDay(seeded(seed))))
    const large = (of: 'tested' | 'positive') =>
      publishedOf(
        cells,
        new Set(cells.filter((cell) => cell[of] >= cellMin).map(({ key }) => key)),
        of,
      )
    found += recovered(cells, large('tested'), large('positive')).length
  }
  assert.ok(found > 50, `${found} found`)
})

test('versions of a day subtracted from one another give nothing either', () => {
  for (let seed = 1; seed <= days; seed += 1) {
    const random = seeded(seed)
    const first = drawDay(random)
    const versions: { cells: Cell[]; shown: ShownDay }[] = []
    let people = first
    for (let version = 0; version < 3; version += 1) {
      const counts = makeDayCounts(people)
      const before = versions.at(-1)?.shown ?? null
      const shown = shownOfDay(counts, france, before)
      for (const cell of shown.tested) assert.ok(before === null || before.tested.has(cell))
      for (const cell of shown.positive) assert.ok(before === null || before.positive.has(cell))
      versions.push({ cells: cellsOf(france, counts), shown })
      people = correctedDay(people, random)
    }
    const last = versions.at(-1)
    if (last === undefined) continue
    // They take a cell that is no longer shown to be as it was, in either order where two of them cannot both be.
    const [forwards, backwards] = [versions.toReversed(), [last, ...versions.slice(0, -1)]].map(
      (order) => {
        const all = (of: 'tested' | 'positive') =>
          order.flatMap(({ cells, shown }, index) => {
            const published = publishedOf(cells, shown[of], of)
            return index % 2 === 0 ? published : published.toReversed()
          })
        return recovered(last.cells, all('tested'), all('positive'))
      },
    )
    assert.deepEqual(
      forwards?.filter((cell) => backwards?.includes(cell)) ?? [],
      [],
      `seed ${seed}`,
    )
  }
})
