/**
 * Makes the table that FHIR R4 resources are checked by (apps/server/src/laboratory/fhir/elements.json) from HL7's own
 * definitions (R4 4.0.1, CC0): `node tools/src/fhir-elements.ts FOLDER`, where FOLDER has profiles-types.json,
 * profiles-resources.json, valuesets.json and v3-codesystems.json as HL7 publishes them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const resources = new Set(
  `Binary Bundle Composition Device DiagnosticReport DocumentReference Encounter Location MessageHeader Observation
  Organization Patient Practitioner PractitionerRole Provenance RelatedPerson ServiceRequest Specimen`.split(
    /\s+/,
  ),
)

interface ElementDefinition {
  readonly path: string
  readonly min: number
  readonly max: string
  readonly contentReference?: string
  readonly type?: readonly { readonly code: string; readonly targetProfile?: readonly string[] }[]
  readonly binding?: { readonly strength: string; readonly valueSet?: string }
}
interface Resource {
  readonly resourceType: string
  readonly url: string
  readonly name: string
  readonly kind?: string
  readonly derivation?: string
  readonly snapshot?: { readonly element: readonly ElementDefinition[] }
  readonly concept?: readonly Concept[]
  readonly compose?: {
    readonly include: readonly { readonly system?: string; readonly concept?: readonly Concept[] }[]
  }
}
interface Concept {
  readonly code: string
  readonly concept?: readonly Concept[]
}

const [folder = ''] = process.argv.slice(2)
const read = (name: string): Resource[] =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')).entry.map(
    ({ resource }: { resource: Resource }) => resource,
  )

const all = [...read('profiles-types.json'), ...read('profiles-resources.json')]
const terms = [...read('valuesets.json'), ...read('v3-codesystems.json')]
const byUrl = new Map(terms.map((term) => [term.url, term]))

const codesOf = (concepts: readonly Concept[]): string[] =>
  concepts.flatMap(({ code, concept = [] }) => [code, ...codesOf(concept)])

/** Codes of a value set; undefined where the file does not spell them out. */
const expand = (url: string): string[] | undefined => {
  const set = byUrl.get(url.split('|')[0] ?? '')
  const codes = set?.compose?.include.map(({ system = '', concept }) =>
    codesOf(concept ?? byUrl.get(system)?.concept ?? []),
  )
  return codes?.every(({ length }) => length > 0) ? codes.flat() : undefined
}

const isWanted = ({ resourceType, kind, derivation, name }: Resource): boolean =>
  resourceType === 'StructureDefinition' &&
  derivation !== 'constraint' &&
  (resources.has(name) || kind === 'complex-type')

/** What the definitions call a text of FHIRPath, and the specification an id or an address. */
const namedTypes: Readonly<Record<string, string>> = {
  'Extension.url': 'uri',
  ...Object.fromEntries([...resources].map((name) => [`${name}.id`, 'id'])),
}
const systemType = /^http:\/\/hl7\.org\/fhirpath\/System\./
const types: Record<string, Record<string, unknown[]>> = {}
const valueSets: Record<string, string[]> = {}

const nameOfSet = (binding: ElementDefinition['binding']): string | undefined => {
  if (binding?.strength !== 'required' || binding.valueSet === undefined) return undefined
  const codes = expand(binding.valueSet)
  const name = binding.valueSet.split('|')[0]?.split('/').at(-1)
  if (codes === undefined || name === undefined) return undefined
  valueSets[name] = codes
  return name
}

for (const definition of all.filter(isWanted)) {
  for (const element of definition.snapshot?.element ?? []) {
    const parent = element.path.slice(0, element.path.lastIndexOf('.'))
    if (parent === '') continue
    const field = element.path.slice(parent.length + 1)
    const codes = (element.type ?? []).map(({ code }) =>
      systemType.test(code) ? (namedTypes[element.path] ?? 'string') : code,
    )
    const isNested = codes.length === 1 && /^(?:BackboneElement|Element)$/.test(codes[0] ?? '')
    const found =
      element.contentReference === undefined
        ? isNested
          ? [element.path]
          : codes
        : [element.contentReference.replace(/^.*#/, '')]
    types[parent] ??= {}
    const set = nameOfSet(element.binding)
    const targets = (element.type ?? [])
      .flatMap(({ targetProfile = [] }) => targetProfile)
      .map((profile) => profile.split('/').at(-1))
      .join(' ')
    // Whether it is required, whether it repeats, its types, its codes where they are bound, what it may refer to.
    types[parent][field] = [
      element.min > 0 ? 1 : 0,
      element.max === '1' || element.max === '0' ? 0 : 1,
      found.join(' '),
      ...(set === undefined && targets === '' ? [] : [set ?? '']),
      ...(targets === '' ? [] : [targets]),
    ]
  }
}

/** Only what the wanted resources can hold. */
const reached = new Set<string>()
const reach = (type: string): void => {
  if (reached.has(type) || types[type] === undefined) return
  reached.add(type)
  for (const [, , found] of Object.values(types[type]))
    for (const one of String(found).split(' ')) reach(one)
}
for (const resource of resources) reach(resource)
reach('Extension')

const kept = Object.fromEntries(Object.entries(types).filter(([type]) => reached.has(type)))
const usedSets = new Set(
  Object.values(kept).flatMap((fields) => Object.values(fields).map((field) => field[3])),
)
const output = {
  types: kept,
  valueSets: Object.fromEntries(Object.entries(valueSets).filter(([name]) => usedSets.has(name))),
}
const file = resolve(import.meta.dirname, '../../apps/server/src/laboratory/fhir/elements.json')
writeFileSync(file, `${JSON.stringify(output)}\n`)
