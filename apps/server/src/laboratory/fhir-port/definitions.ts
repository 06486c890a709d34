/**
 * What the FHIR port publishes below its base: profiles of what it takes, the value sets that they are bound to, and the code
 * system of its rules. Codes are those that messages are read by; that each demand of a profile is one of the port is
 * tested by breaking it.
 */
import { version } from '../../platform/version.ts'
import { resultConcepts, testConcepts } from '../codes.ts'
import { texts } from '../texts.ts'
import { ruleSystemOf } from './outcome.ts'
import { type Demand, type ProfiledType, profiles } from './profiles.ts'

/** One published resource. */
export interface Definition {
  readonly resourceType: 'StructureDefinition' | 'ValueSet' | 'CodeSystem'
  readonly id: string
  readonly url: string
  /** The type of resources that it constrains; null where it is no profile. */
  readonly constrains: ProfiledType | null
  readonly resource: Readonly<Record<string, unknown>>
}

interface Head {
  readonly id: string
  readonly name: string
  readonly title: string
}

const make = (
  base: string,
  resourceType: Definition['resourceType'],
  { id, name, title }: Head,
  content: Readonly<Record<string, unknown>>,
  constrains: Definition['constrains'] = null,
): Definition => {
  const url = `${base}/${resourceType}/${id}`
  const head = { resourceType, id, url, version, name, title, status: 'active', publisher: 'sidep' }
  return { resourceType, id, url, constrains, resource: { ...head, ...content } }
}

const elementOf = (base: string, type: string, { path, bound, short, ...rest }: Demand) => ({
  id: `${type}.${path}`,
  path: `${type}.${path}`,
  short,
  ...(rest.min === undefined ? {} : { min: rest.min }),
  mustSupport: true,
  ...(bound === undefined
    ? {}
    : { binding: { strength: bound.strength, valueSet: `${base}/ValueSet/${bound.valueSet}` } }),
})

const structureDefinitions = (base: string): Definition[] =>
  profiles.map(({ type, id, name, title, demands }) =>
    make(
      base,
      'StructureDefinition',
      { id, name, title },
      {
        fhirVersion: '4.0.1',
        kind: 'resource',
        abstract: false,
        type,
        baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
        derivation: 'constraint',
        differential: {
          element: [
            { id: type, path: type },
            ...demands.map((demand) => elementOf(base, type, demand)),
          ],
        },
      },
      type,
    ),
  )

interface Include {
  readonly system: string
  readonly concept: readonly { readonly code: string }[]
}

const loinc = 'http://loinc.org'
const notices =
  'Codes of LOINC (loinc.org, © Regenstrief Institute, Inc., by its licence) and SNOMED CT (© International Health Terminology Standards Development Organisation).'

const resultIncludes = (): Include[] =>
  [...Map.groupBy(resultConcepts, ({ system }) => system)].map(([system, concepts]) => ({
    system,
    concept: concepts.map(({ code }) => ({ code })),
  }))

const valueSet = (base: string, head: Head, include: readonly Include[]): Definition =>
  make(base, 'ValueSet', head, { copyright: notices, compose: { include } })

const valueSets = (base: string): Definition[] => [
  valueSet(base, { id: 'sidep-tests', name: 'SidepTests', title: 'Analyses prises en charge' }, [
    { system: loinc, concept: testConcepts.map((code) => ({ code })) },
  ]),
  valueSet(
    base,
    { id: 'sidep-results', name: 'SidepResults', title: 'Résultats reconnus' },
    resultIncludes(),
  ),
]

const ruleSystem = (base: string): Definition => {
  const concept = Object.entries(texts).map(([code, { fr, en }]) => ({
    code,
    display: fr,
    designation: [{ language: 'en', value: en }],
  }))
  const [id = ''] = ruleSystemOf(base).split('/').slice(-1)
  return make(
    base,
    'CodeSystem',
    { id, name: 'SidepRules', title: 'Règles dont un manquement est refusé' },
    { language: 'fr', caseSensitive: true, content: 'complete', count: concept.length, concept },
  )
}

export const definitionsOf = (base: string): readonly Definition[] => [
  ...structureDefinitions(base),
  ...valueSets(base),
  ruleSystem(base),
]
