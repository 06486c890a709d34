/** People tested on one day, by département, age class and sex: what the tables of that day are made of. */
import { type AgeClass, ageClasses } from './age-classes.ts'

export const sexes = ['f', 'h', 'u'] as const
/** Women, men (hommes), and those of whom it was not said. */
export type CountedSex = (typeof sexes)[number]

export interface CountedPeople {
  /** INSEE code; '' for nowhere that is known. */
  readonly department: string
  readonly ageClass: AgeClass
  readonly sex: CountedSex
  readonly positive: number
  readonly negative: number
}

export interface Tally {
  readonly positive: number
  readonly negative: number
}

/** Which people of a day. */
export interface Part {
  readonly departments: readonly string[]
  /** Positions in `ageClasses`. */
  readonly ages: readonly number[]
  readonly sexes: readonly CountedSex[]
}

export interface DayCounts {
  tally(part: Part): Tally
}

export const everyAge: readonly number[] = ageClasses.map((_, index) => index)

const sizeOfAge = sexes.length * 2

/** @param people each département, class and sex at most once */
export const makeDayCounts = (people: readonly CountedPeople[]): DayCounts => {
  const byDepartment = new Map<string, Uint32Array>()
  for (const { department, ageClass, sex, positive, negative } of people) {
    const cells = byDepartment.get(department) ?? new Uint32Array(ageClasses.length * sizeOfAge)
    const at = ageClasses.indexOf(ageClass) * sizeOfAge + sexes.indexOf(sex) * 2
    cells[at] = (cells[at] ?? 0) + positive
    cells[at + 1] = (cells[at + 1] ?? 0) + negative
    byDepartment.set(department, cells)
  }
  return {
    tally({ departments, ages, sexes: which }) {
      let [positive, negative] = [0, 0]
      for (const department of departments) {
        const cells = byDepartment.get(department)
        if (cells === undefined) continue
        for (const age of ages) {
          for (const sex of which) {
            const at = age * sizeOfAge + sexes.indexOf(sex) * 2
            positive += cells[at] ?? 0
            negative += cells[at + 1] ?? 0
          }
        }
      }
      return { positive, negative }
    },
  }
}
