/**
 * Which cells of fewer than eleven somebody finds out who has all published tables of a day, by the attack of `attack.ts`: for
 * tests and drills, which know what was counted.
 */
import { ageClasses, allAges } from './age-classes.ts'
import { boundsOf, makeSums, type Published } from './attack.ts'
import { type CountedSex, type DayCounts, everyAge, sexes } from './day-counts.ts'
import { type CellKey, cellKey, cellMin, type franceOf } from './shown-cells.ts'

type France = ReturnType<typeof franceOf>

/** A place for a number in some file: which people it is of, and how many they are. */
export interface Cell {
  readonly key: CellKey
  /** Départements by age and sex, as positions: what nobody may know. */
  readonly members: readonly number[]
  readonly tested: number
  readonly positive: number
}

const variable = (department: number, age: number, sex: number): number =>
  (department * ageClasses.length + age) * sexes.length + sex

const sizeOf = ({ departments }: France): number =>
  departments.length * ageClasses.length * sexes.length

/** Every cell that some file has a place for. */
export const cellsOf = (france: France, counts: DayCounts): Cell[] => {
  const { departments } = france
  const areas = [
    france,
    ...france.parts.filter(({ isNamed }) => isNamed),
    ...france.parts.flatMap(({ parts }) => parts),
  ]
  return areas.flatMap((area) => {
    const splits = area.key.startsWith('D') ? [''] : ['', 'f', 'h']
    return [null, ...everyAge].flatMap((age) =>
      splits.map((split): Cell => {
        const ages = age === null ? everyAge : [age]
        const which = split === '' ? sexes : [split as CountedSex]
        const { positive, negative } = counts.tally({
          departments: area.departments,
          ages,
          sexes: which,
        })
        return {
          key: cellKey(
            area.key,
            age === null ? allAges : (ageClasses[age] ?? ''),
            split as CountedSex | '',
          ),
          members: area.departments.flatMap((department) =>
            ages.flatMap((one) =>
              which.map((sex) =>
                variable(departments.indexOf(department), one, sexes.indexOf(sex)),
              ),
            ),
          ),
          tested: positive + negative,
          positive,
        }
      }),
    )
  })
}

const sumsOf = (size: number, published: readonly Published[]) => {
  const sums = makeSums(size)
  for (const one of published) sums.add(one)
  return sums
}

/** @returns cells of fewer than eleven that are found out, by name */
export const recoveredCells = (
  france: France,
  cells: readonly Cell[],
  tested: readonly Published[],
  positive: readonly Published[],
): string[] => {
  const size = sizeOf(france)
  const testedSums = sumsOf(size, tested)
  const positiveSums = sumsOf(size, positive)
  const nothing = new Float64Array(size)
  const anything = new Float64Array(size).fill(1e9)
  const testedBounds = boundsOf(tested, nothing, anything)
  const positiveBounds = boundsOf(positive, nothing, testedBounds.high)
  const known = (
    bounds: { low: Float64Array; high: Float64Array },
    members: readonly number[],
  ): number | null => {
    const sum = (of: Float64Array): number =>
      members.reduce((all, member) => all + (of[member] ?? 0), 0)
    return sum(bounds.low) === sum(bounds.high) ? sum(bounds.low) : null
  }
  return cells.flatMap((cell) => {
    const t = testedSums.follows(cell.members) ?? known(testedBounds, cell.members)
    const p = positiveSums.follows(cell.members) ?? known(positiveBounds, cell.members)
    return [
      ...(t !== null && t < cellMin && t === cell.tested ? [`${cell.key} tested ${t}`] : []),
      ...(p !== null && p < cellMin && p === cell.positive ? [`${cell.key} positive ${p}`] : []),
      ...(t !== null && p !== null && t - p < cellMin && t - p === cell.tested - cell.positive
        ? [`${cell.key} negative ${t - p}`]
        : []),
    ]
  })
}
