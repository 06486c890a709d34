/** The elements of FHIR R4 that a laboratory's bundle can hold (elements.json, made by tools/src/fhir-elements.ts). */
import table from './elements.json' with { type: 'json' }

export interface Element {
  /** As FHIRPath names it: `value`, not `valueString`. */
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  readonly repeats: boolean
  /** Permitted codes; null where any code is. */
  readonly codes: ReadonlySet<string> | null
  /** Types of resources that a reference may lead to; null where any may be. */
  readonly targets: ReadonlySet<string> | null
}

export interface ElementsOf {
  /** By the property in JSON: a choice has one of each type. */
  readonly byProperty: ReadonlyMap<string, Element>
  /** Names of elements that must be there. */
  readonly required: readonly string[]
}

type Row = readonly (string | number)[]
const rows: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  ...table.types,
  // What may stand beside a primitive.
  Element: { id: [0, 0, 'string'], extension: [0, 1, 'Extension'] },
}
const valueSets: Readonly<Record<string, readonly string[]>> = table.valueSets

const choice = '[x]'
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const elementsFrom = (fields: Readonly<Record<string, Row>>): ElementsOf => {
  const byProperty = new Map<string, Element>()
  const required: string[] = []
  for (const [field, [min, repeats, types = '', set = '', targets = '']] of Object.entries(
    fields,
  )) {
    const isChoice = field.endsWith(choice)
    const name = isChoice ? field.slice(0, -choice.length) : field
    if (min === 1) required.push(name)
    const codes = valueSets[String(set)]
    for (const type of String(types).split(' ')) {
      byProperty.set(isChoice ? name + capital(type) : name, {
        name,
        type,
        isRequired: min === 1,
        repeats: repeats === 1,
        codes: codes === undefined ? null : new Set(codes),
        targets: targets === '' ? null : new Set(String(targets).split(' ')),
      })
    }
  }
  return { byProperty, required }
}

const known = new Map<string, ElementsOf>()

/** Elements of a type; undefined for one that is not in the table. */
export const elementsOf = (type: string): ElementsOf | undefined => {
  const before = known.get(type)
  if (before !== undefined) return before
  const fields = Object.hasOwn(rows, type) ? rows[type] : undefined
  if (fields === undefined) return undefined
  const made = elementsFrom(fields)
  known.set(type, made)
  return made
}

/** Types of resources that can be read: those have what every resource has. */
export const resourceTypes: readonly string[] = Object.keys(rows).filter(
  (type) => !type.includes('.') && rows[type]?.implicitRules !== undefined,
)
