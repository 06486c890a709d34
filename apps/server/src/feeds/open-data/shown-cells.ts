/**
 * Which cells of a day are shown, so that none of fewer than eleven people is, or can be worked out.
 *
 * The argument. Somebody who subtracts published numbers from one another learns sums over groups of people. We tell them
 * more than that (for each table below: the sum of each row, and of each column), and take care that none of these is
 * below eleven. What is hidden then lies inside a table of which only rows and columns are known; with all of them eleven
 * or more, each inner cell could be anything over a range of eleven at least (Fréchet's bounds), so that it is not known.
 *
 * - Geography is a tree: France, regions, départements. What is shown below a node leaves over a rest of at least eleven,
 *   or none.
 * - Ages: of one node's parts, some (`open`) show all classes but some hidden ones (`hidden`, together at least eleven in
 *   each); the others show none. Both groups leave over, in each class, a rest of at least eleven, or none.
 * - Sexes are shown for France, in all and by age, and for regions in all.
 * - Once hidden, a cell of a day stays hidden in every later version of that day (`allowed`): else the two versions could be
 *   subtracted from one another.
 */
import { ageClasses, allAges } from './age-classes.ts'
import {
  type CountedSex,
  type DayCounts,
  everyAge,
  type Part,
  sexes,
  type Tally,
} from './day-counts.ts'
import { nowhere, type Region } from './geography.ts'

/** "Moins de 11": the threshold of French health statistics (CNIL, SNDS). */
export const cellMin = 11

/** `FR|0|` for everybody in France, `R11|09|` of an age in a region, `D75|0|`, `FR|29|f` by sex. */
export type CellKey = string

export const cellKey = (area: string, ageClass: string, sex: CountedSex | '' = ''): CellKey =>
  `${area}|${ageClass}|${sex}`

/** What is counted of a part of a day: each number has to be eleven or more, or nothing is shown of it. */
export type Weigh = (part: Part) => readonly number[]

interface Area {
  readonly key: string
  readonly departments: readonly string[]
  readonly parts: readonly Area[]
  /** People of nowhere are in no file of their own. */
  readonly isNamed: boolean
}

const areaOfDepartment = (code: string): Area => ({
  key: `D${code}`,
  departments: [code],
  parts: [],
  isNamed: true,
})

export const franceOf = (regions: readonly Region[]): Area => {
  const parts: Area[] = regions.map(({ code, departments }) => ({
    key: `R${code}`,
    departments,
    parts: departments.map(areaOfDepartment),
    isNamed: true,
  }))
  const rest = { key: 'R', departments: [nowhere], parts: [], isNamed: false }
  const departments = [...regions.flatMap(({ departments }) => departments), nowhere]
  return { key: 'FR', departments, parts: [...parts, rest], isNamed: true }
}

/** Ages that are told apart at an area, and those of which only the sum can be known. */
interface KnownAges {
  readonly shown: readonly number[]
  readonly hidden: readonly number[]
}

const isSafe = (numbers: readonly number[]): boolean => numbers.every((count) => count >= cellMin)
const isSafeOrNone = (numbers: readonly number[]): boolean =>
  numbers.every((count) => count === 0 || count >= cellMin)

const ageName = (age: number): string => ageClasses[age] ?? ''

/** What of a day's tables is shown. @param allowed what a version before has shown, of that day; all where there is none */
export const shownCells = (
  france: Area,
  weigh: Weigh,
  allowed: (cell: CellKey) => boolean,
): ReadonlySet<CellKey> => {
  const shown = new Set<CellKey>()

  const weight = (
    areas: readonly Area[],
    ages: readonly number[] = everyAge,
    which: readonly CountedSex[] = sexes,
  ): readonly number[] =>
    weigh({ departments: areas.flatMap(({ departments }) => departments), ages, sexes: which })
  const size = (area: Area): number => weight([area])[0] ?? 0
  const smallest = <T>(items: readonly T[], sizeOf: (item: T) => number): T | undefined =>
    items.toSorted((a, b) => sizeOf(a) - sizeOf(b))[0]

  /** Takes the smallest away until what is left over is safe; what is left over is what is not in the answer. */
  const leavingSafe = <T>(
    all: readonly T[],
    candidates: readonly T[],
    sizeOf: (item: T) => number,
    isRestSafe: (rest: readonly T[], kept: readonly T[]) => boolean,
  ): readonly T[] => {
    let kept = candidates
    for (;;) {
      const rest = all.filter((item) => !kept.includes(item))
      if (rest.length === 0 || isRestSafe(rest, kept)) return kept
      const next = smallest(kept, sizeOf)
      if (next === undefined) return []
      kept = kept.filter((item) => item !== next)
    }
  }

  /** Nobody of nowhere is no part: that there is none tells nothing of anybody. */
  const partsOf = (area: Area): readonly Area[] =>
    area.parts.filter((part) => part.isNamed || weight([part]).some((count) => count > 0))

  const showTotals = (area: Area): readonly Area[] => {
    const candidates = area.parts.filter(
      (part) => part.isNamed && allowed(cellKey(part.key, allAges)) && isSafe(weight([part])),
    )
    const kept = leavingSafe(partsOf(area), candidates, size, (rest) => isSafe(weight(rest)))
    for (const part of kept) shown.add(cellKey(part.key, allAges))
    return kept
  }

  const show = (areas: readonly Area[], ages: readonly number[]): void => {
    for (const { key } of areas) for (const age of ages) shown.add(cellKey(key, ageName(age)))
  }

  /** Which parts of an area show ages, and which: `hidden` is the same for all of them. */
  const openParts = (
    area: Area,
    known: KnownAges,
    totals: readonly Area[],
  ): { readonly open: readonly Area[]; readonly ages: KnownAges } => {
    const columns = [
      ...known.shown.map((age) => [age]),
      ...(known.hidden.length > 0 ? [known.hidden] : []),
    ]
    const mayShow = (part: Area, age: number): boolean =>
      allowed(cellKey(part.key, ageName(age))) && isSafe(weight([part], [age]))
    const failures = (age: number): number => totals.filter((part) => !mayShow(part, age)).length
    const mostFailing = known.shown.toSorted((a, b) => failures(b) - failures(a))
    let best: { open: readonly Area[]; ages: KnownAges } = {
      open: [],
      ages: { shown: [], hidden: everyAge },
    }
    for (let count = 0; count < known.shown.length; count += 1) {
      const more = mostFailing.slice(0, count)
      const ages = {
        shown: known.shown.filter((age) => !more.includes(age)),
        hidden: [...known.hidden, ...more],
      }
      const hiddenColumns = columns.filter((column) =>
        column.every((age) => ages.hidden.includes(age)),
      )
      const candidates = totals.filter(
        (part) =>
          ages.shown.every((age) => mayShow(part, age)) &&
          (ages.hidden.length === 0 || isSafe(weight([part], ages.hidden))),
      )
      const open = leavingSafe(
        partsOf(area),
        candidates,
        size,
        (rest, kept) =>
          columns.every((column) => isSafe(weight(rest, column))) &&
          (kept.length === 0 ||
            hiddenColumns.length < 2 ||
            hiddenColumns.every((column) => isSafe(weight(kept, column)))),
      )
      const isInsideSafe =
        open.length < partsOf(area).length ||
        hiddenColumns.length < 2 ||
        hiddenColumns.every((column) => isSafe(weight(open, column)))
      if (
        isInsideSafe &&
        open.length * ages.shown.length > best.open.length * best.ages.shown.length
      ) {
        best = { open, ages }
      }
    }
    return best
  }

  const showAges = (area: Area, known: KnownAges, isOpen: boolean): void => {
    const [only] = area.parts
    if (area.parts.length === 1 && only !== undefined) {
      // The same people under another name.
      if (shown.has(cellKey(area.key, allAges))) shown.add(cellKey(only.key, allAges))
      if (isOpen) show([only], known.shown)
      return
    }
    const totals = showTotals(area)
    const { open, ages } = isOpen
      ? openParts(area, known, totals)
      : { open: [], ages: { shown: [], hidden: everyAge } }
    show(open, ages.shown)
    for (const part of totals) {
      if (part.parts.length > 0) showAges(part, ages, open.includes(part))
    }
  }

  const maySplit = (areas: readonly Area[], ages: readonly number[]): boolean =>
    isSafe(weight(areas, ages, ['f'])) &&
    isSafe(weight(areas, ages, ['h'])) &&
    isSafeOrNone(weight(areas, ages, ['u']))
  const isSplitAllowed = (area: Area, name: string): boolean =>
    allowed(cellKey(area.key, name, 'f')) && allowed(cellKey(area.key, name, 'h'))
  const showSplit = (area: Area, name: string): void => {
    shown.add(cellKey(area.key, name, 'f')).add(cellKey(area.key, name, 'h'))
  }

  const showSexes = (ages: KnownAges): void => {
    if (!isSplitAllowed(france, allAges) || !maySplit([france], everyAge)) return
    showSplit(france, allAges)
    const byAge = leavingSafe(
      everyAge,
      ages.shown.filter((age) => isSplitAllowed(france, ageName(age)) && maySplit([france], [age])),
      (age) => weight([france], [age])[0] ?? 0,
      (rest) => maySplit([france], rest),
    )
    for (const age of byAge) showSplit(france, ageName(age))
    const byRegion = leavingSafe(
      partsOf(france),
      france.parts.filter(
        (part) =>
          shown.has(cellKey(part.key, allAges)) &&
          isSplitAllowed(part, allAges) &&
          maySplit([part], everyAge),
      ),
      size,
      (rest) => maySplit(rest, everyAge),
    )
    for (const part of byRegion) showSplit(part, allAges)
  }

  if (!allowed(cellKey(france.key, allAges)) || !isSafe(weight([france]))) return shown
  shown.add(cellKey(france.key, allAges))
  const candidates = everyAge.filter(
    (age) => allowed(cellKey(france.key, ageName(age))) && isSafe(weight([france], [age])),
  )
  const agesShown = leavingSafe(
    everyAge,
    candidates,
    (age) => weight([france], [age])[0] ?? 0,
    (rest) => isSafe(weight([france], rest)),
  )
  show([france], agesShown)
  const ages = { shown: agesShown, hidden: everyAge.filter((age) => !agesShown.includes(age)) }
  showAges(france, ages, agesShown.length > 0)
  showSexes(ages)
  return shown
}

/** What of a day is shown: people tested, and people found positive. */
export interface ShownDay {
  readonly tested: ReadonlySet<CellKey>
  readonly positive: ReadonlySet<CellKey>
}

/**
 * The positive are shown where the tested are, and where both they and the negative are eleven or more: the third is the
 * difference of two.
 *
 * @param before what earlier versions of the day have shown; null: there is none
 */
export const shownOfDay = (counts: DayCounts, france: Area, before: ShownDay | null): ShownDay => {
  const tested = shownCells(
    france,
    (part) => {
      const { positive, negative } = counts.tally(part)
      return [positive + negative]
    },
    (cell) => before === null || before.tested.has(cell),
  )
  const positive = shownCells(
    france,
    (part) => {
      const { positive, negative } = counts.tally(part)
      return [positive, negative]
    },
    (cell) => tested.has(cell) && (before === null || before.positive.has(cell)),
  )
  return { tested, positive }
}

/** The numbers of the cells that are shown. */
export const numbersOf = (
  counts: DayCounts,
  france: Area,
  shown: ShownDay,
): { readonly tested: Record<string, number>; readonly positive: Record<string, number> } => {
  const areas = new Map(
    [france, ...france.parts, ...france.parts.flatMap(({ parts }) => parts)].map((area) => [
      area.key,
      area.departments,
    ]),
  )
  const partOf = (cell: CellKey): Part => {
    const [area = '', ageClass = '', sex = ''] = cell.split('|')
    const age = everyAge.find((one) => ageName(one) === ageClass)
    return {
      departments: areas.get(area) ?? [],
      ages: age === undefined ? everyAge : [age],
      sexes: sexes.filter((one) => sex === '' || one === sex),
    }
  }
  const numbers = (
    cells: ReadonlySet<CellKey>,
    of: (tally: Tally) => number,
  ): Record<string, number> =>
    Object.fromEntries([...cells].map((cell) => [cell, of(counts.tally(partOf(cell)))]))
  return {
    tested: numbers(shown.tested, ({ positive, negative }) => positive + negative),
    positive: numbers(shown.positive, ({ positive }) => positive),
  }
}
