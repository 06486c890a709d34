/**
 * The open series as files, in the layout of Santé publique France's `sp-pos-quot-fra`, `-reg` and `-dep` of 2020 to 2022:
 * semicolons, one line a day, area and age class. A field that is hidden is empty.
 */
import { createHash } from 'node:crypto'
import { ageClasses, allAges } from './age-classes.ts'
import { regions } from './geography.ts'
import { type Population, populationOf } from './population.ts'
import { cellKey, cellMin } from './shown-cells.ts'

/** What is published of a day: numbers by cell. */
export interface PublishedDay {
  readonly day: string
  readonly version: number
  readonly tested: Readonly<Record<string, number>>
  readonly positive: Readonly<Record<string, number>>
  readonly counted_at: Date
}

export interface OpenFile {
  readonly name: string
  readonly type: string
  readonly content: string
}

interface Series {
  readonly level: 'fra' | 'reg' | 'dep'
  readonly areas: readonly {
    readonly key: string
    readonly code: string
    readonly departments: readonly string[]
  }[]
  /** Whether the series tells women from men. */
  readonly bySex: boolean
}

const departments = regions.flatMap((region) => region.departments).sort()

const series: readonly Series[] = [
  { level: 'fra', areas: [{ key: 'FR', code: 'FR', departments }], bySex: true },
  {
    level: 'reg',
    areas: regions.map(({ code, departments }) => ({ key: `R${code}`, code, departments })),
    bySex: true,
  },
  {
    level: 'dep',
    areas: departments.map((code) => ({ key: `D${code}`, code, departments: [code] })),
    bySex: false,
  },
]

const lineClasses = [...ageClasses, allAges]

const columnsOf = ({ level, bySex }: Series): readonly string[] =>
  bySex
    ? [level, 'jour', 'P_f', 'P_h', 'P', 'T_f', 'T_h', 'T', 'cl_age90', 'pop']
    : [level, 'jour', 'P', 'T', 'cl_age90', 'pop']

/** Empty where a part is not in the operator's file. */
const peopleIn = (population: Population, parts: readonly string[], ageClass: string): string => {
  const numbers = parts.map((part) => populationOf(population, part, ageClass))
  const isKnown = numbers.some((number) => number !== null)
  return isKnown ? String(numbers.reduce<number>((all, number) => all + (number ?? 0), 0)) : ''
}

const linesOf = (
  of: Series,
  { day, tested, positive }: PublishedDay,
  population: Population,
): string[] =>
  of.areas.flatMap(({ key, code, departments }) =>
    lineClasses.map((ageClass) => {
      const numbers = (shown: Readonly<Record<string, number>>): (number | string)[] =>
        (of.bySex ? (['f', 'h', ''] as const) : ([''] as const)).map(
          (sex) => shown[cellKey(key, ageClass, sex)] ?? '',
        )
      return [
        code,
        day,
        ...numbers(positive),
        ...numbers(tested),
        ageClass,
        peopleIn(population, departments, ageClass),
      ].join(';')
    }),
  )

const nameOf = ({ level }: Series): string => `sp-pos-quot-${level}.csv`

const areaTitles = { fra: 'France', reg: 'Région (INSEE)', dep: 'Département (INSEE)' } as const
const titles: Readonly<Record<string, string>> = {
  jour: 'Jour du prélèvement, au lieu du test',
  P: 'Personnes testées positives ce jour',
  T: 'Personnes testées ce jour, résultat positif ou négatif',
  P_f: 'Femmes testées positives',
  P_h: 'Hommes testés positifs',
  T_f: 'Femmes testées',
  T_h: 'Hommes testés',
  cl_age90: 'Classe d’âge : 09 pour 0–9 ans … 90 pour 90 ans et plus, 0 pour tous les âges',
  pop: 'Population de référence (INSEE), vide sans fichier de référence',
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Frictionless Data Package 1.0: how the files are read, what they count, and what was counted anew. */
const packageOf = (days: readonly PublishedDay[], files: readonly OpenFile[]): OpenFile => {
  const versions = days.filter(({ version }) => version > 1)
  const content = {
    profile: 'tabular-data-package',
    name: 'sp-pos-quot',
    title: 'Tests de dépistage de la Covid-19 : personnes testées et positives, par jour',
    licenses: [{ name: 'etalab-2.0', title: 'Licence Ouverte / Open Licence 2.0' }],
    description:
      'Une personne compte une fois par jour, quelle que soit l’écriture de son nom ; positive si l’un de ses tests du jour l’est. ' +
      'Département de résidence, à défaut celui du lieu de test. Résultats indéterminés et tests annulés non comptés. ' +
      'Un jour est publié trois jours après, et recompté quand un résultat est corrigé, tant que les données sont conservées.',
    secret: {
      seuil: cellMin,
      regle:
        'Aucune case de moins de 11 personnes (positives, négatives ou testées) n’est publiée, ni ne se déduit des autres : ' +
        'une case vide est cachée, pas nulle. Une case cachée le reste dans les versions suivantes du jour.',
    },
    jours: {
      premier: days[0]?.day ?? null,
      dernier: days.at(-1)?.day ?? null,
      nombre: days.length,
    },
    recomptes: versions.map(({ day, version, counted_at }) => ({
      jour: day,
      version,
      le: counted_at.toISOString(),
    })),
    resources: series.map((of, index) => {
      const file = files[index]
      return {
        name: `sp-pos-quot-${of.level}`,
        path: nameOf(of),
        profile: 'tabular-data-resource',
        format: 'csv',
        mediatype: 'text/csv',
        encoding: 'utf-8',
        dialect: { delimiter: ';' },
        hash: `sha256:${sha256(file?.content ?? '')}`,
        bytes: Buffer.byteLength(file?.content ?? ''),
        schema: {
          missingValues: [''],
          fields: columnsOf(of).map((name) => ({
            name,
            type: /^[PT]|^pop/.test(name) ? 'integer' : name === 'jour' ? 'date' : 'string',
            description: titles[name] ?? areaTitles[of.level],
          })),
        },
      }
    }),
  }
  return {
    name: 'datapackage.json',
    type: 'application/json',
    content: `${JSON.stringify(content, null, 1)}\n`,
  }
}

/** @param days in their order. @returns three files of numbers, then the one that describes them */
export const openFiles = (days: readonly PublishedDay[], population: Population): OpenFile[] => {
  const files = series.map((of) => ({
    name: nameOf(of),
    type: 'text/csv; charset=utf-8',
    content: `${[
      columnsOf(of).join(';'),
      ...days.flatMap((day) => linesOf(of, day, population)),
    ].join('\n')}\n`,
  }))
  return [...files, packageOf(days, files)]
}

export const openFileNames: readonly string[] = [...series.map(nameOf), 'datapackage.json']

/** Of all files together, base64url. */
export const digestOfFiles = (files: readonly OpenFile[]): string => {
  const hash = createHash('sha256')
  for (const { name, content } of files) hash.update(`${name}\n${content.length}\n`).update(content)
  return hash.digest('base64url')
}
