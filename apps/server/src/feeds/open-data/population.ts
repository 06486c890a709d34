/** How many people live where, by age: the column `pop`, from a file that the operator keeps. */
import { readFile } from 'node:fs/promises'
import { ofSetting } from '../../platform/setting-file.ts'
import { ageClasses, allAges } from './age-classes.ts'

/** By département and age class, `0` for all ages: `75|09`. */
export type Population = ReadonlyMap<string, number>

export const populationOf = (
  population: Population,
  department: string,
  ageClass: string,
): number | null => population.get(`${department}|${ageClass}`) ?? null

const readLines = async (file: string): Promise<Population> => {
  const [head, ...lines] = (await readFile(file, 'utf8')).trim().split(/\r?\n/)
  if (head !== 'dep;cl_age90;pop') throw new Error('the first line is not dep;cl_age90;pop')
  const classes: readonly string[] = [...ageClasses, allAges]
  return new Map(
    lines.map((line, index) => {
      const [department = '', ageClass = '', people = ''] = line.split(';')
      const isSound =
        /^(\d{2,3}|2[AB])$/.test(department) && classes.includes(ageClass) && /^\d+$/.test(people)
      if (!isSound) throw new Error(`line ${index + 2} is not dep;cl_age90;pop`)
      return [`${department}|${ageClass}`, Number(people)]
    }),
  )
}

/**
 * Reads a file of lines `dep;cl_age90;pop` with that head (INSEE, estimations de population).
 *
 * @param file that of OPEN_DATA_POPULATION; null: nobody is counted
 * @throws CannotStart with the number of the line that cannot be read
 */
export const readPopulation = async (file: string | null): Promise<Population> =>
  file === null ? new Map() : ofSetting('OPEN_DATA_POPULATION', file, () => readLines(file))
