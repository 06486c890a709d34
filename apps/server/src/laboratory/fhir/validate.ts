/**
 * Whether JSON is the FHIR R4 resource that it says: properties, cardinalities, types, required codes, and the rules that
 * every element follows. Faults are told by their expression, in the simple form of FHIRPath that OperationOutcome asks for.
 */
import type { MessageFaults } from '../faults.ts'
import { type Element, elementsOf } from './elements.ts'
import { isPrimitive, primitiveFault } from './primitives.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** A reference, and what it must lead to. */
export interface FoundReference {
  readonly expression: string
  readonly reference: string
  readonly targets: ReadonlySet<string> | null
}

export interface ValidationContext {
  readonly faults: MessageFaults
  readonly onReference: (found: FoundReference) => void
}

/** Extensions of extensions; nobody nests deeper. */
const depthMax = 40

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const checkPrimitive = (
  value: unknown,
  { type, codes }: Element,
  at: string,
  { faults }: ValidationContext,
): void => {
  const fault = primitiveFault(value, type)
  if (fault === 'type') faults.add(at, 'WRONG_TYPE')
  else if (fault === 'text') faults.add(at, value === '' ? 'REQUIRED' : 'MALFORMED')
  else if (codes !== null && type === 'code' && !codes.has(String(value))) {
    faults.add(at, 'NOT_ALLOWED')
  }
}

const checkValue = (
  value: unknown,
  element: Element,
  at: string,
  context: ValidationContext,
  depth: number,
): void => {
  const { type, targets } = element
  if (isPrimitive(type)) {
    checkPrimitive(value, element, at, context)
    return
  }
  if (!isObject(value)) {
    context.faults.add(at, 'WRONG_TYPE')
    return
  }
  if (type === 'Resource') {
    checkResource(value, at, context, depth + 1)
    return
  }
  if (type === 'Reference' && typeof value.reference === 'string') {
    const { reference } = value
    context.onReference({ expression: `${at}.reference`, reference, targets })
  }
  checkElements(value, type, at, context, depth + 1)
}

/** What a property holds: one value, or a list of them, as its cardinality says. */
const checkProperty = (
  value: unknown,
  element: Element,
  at: string,
  context: ValidationContext,
  depth: number,
  hasTwin: boolean,
): void => {
  if (!element.repeats) {
    if (Array.isArray(value)) context.faults.add(at, 'WRONG_TYPE')
    else checkValue(value, element, at, context, depth)
    return
  }
  if (!Array.isArray(value)) {
    context.faults.add(at, 'WRONG_TYPE')
    return
  }
  if (value.length === 0) context.faults.add(at, 'REQUIRED')
  for (const [index, item] of value.entries()) {
    // A primitive may be null in a list whose twin (`_given`) says why.
    if (item === null && hasTwin && isPrimitive(element.type)) continue
    checkValue(item, element, `${at}[${index}]`, context, depth)
  }
}

/** What stands beside a primitive, under its name with a line before it: an element without a value (R4 §2.6.2.2). */
const checkTwin = (
  twin: unknown,
  { repeats }: Element,
  at: string,
  context: ValidationContext,
  depth: number,
): void => {
  if (Array.isArray(twin) !== repeats) {
    context.faults.add(at, 'WRONG_TYPE')
    return
  }
  const places = Array.isArray(twin)
    ? twin.map((one, index) => ({ one, place: `${at}[${index}]` }))
    : [{ one: twin, place: at }]
  for (const { one, place } of places) {
    if (one === null && repeats) continue
    if (isObject(one)) checkElements(one, 'Element', place, context, depth + 1)
    else context.faults.add(place, 'WRONG_TYPE')
  }
}

/**
 * What changes the meaning of what it stands in must be known to whoever reads that (R4 §2.4.1, §2.6.3): no such extension,
 * and no rules beside those of FHIR, are known here.
 */
const checkModifiers = (value: JsonObject, at: string, faults: MessageFaults): void => {
  const { modifierExtension, implicitRules } = value
  if (Array.isArray(modifierExtension))
    for (const index of modifierExtension.keys())
      faults.add(`${at}.modifierExtension[${index}]`, 'MODIFIER_UNKNOWN')
  if (typeof implicitRules === 'string') faults.add(`${at}.implicitRules`, 'MODIFIER_UNKNOWN')
}

/** What a system of codes or numbers is named by: an absolute address (§2.24.0.4). */
const checkSystem = ({ system }: JsonObject, at: string, faults: MessageFaults): void => {
  const isAbsolute = typeof system !== 'string' || /^[a-z][a-z0-9+.-]*:/i.test(system)
  if (!isAbsolute) faults.add(`${at}.system`, 'MALFORMED')
}

/** Rules of datatypes that a table of elements does not tell; by the type's name. */
const typeRules: Readonly<
  Record<string, (value: JsonObject, at: string, faults: MessageFaults) => void>
> = {
  Coding: checkSystem,
  Identifier: checkSystem,
  // ext-1
  Extension: (value, at, faults) => {
    const isValued = Object.keys(value).some((name) => /^_?value/.test(name))
    const isNested = Array.isArray(value.extension)
    if (isValued && isNested) faults.add(`${at}.value`, 'NOT_ALLOWED')
    else if (!isValued && !isNested) faults.add(at, 'REQUIRED')
  },
  // cpt-2
  ContactPoint: (value, at, faults) => {
    if (value.value !== undefined && value.system === undefined)
      faults.add(`${at}.system`, 'REQUIRED')
  },
  // per-1
  Period: ({ start, end }, at, faults) => {
    if (typeof start !== 'string' || typeof end !== 'string') return
    const [from, to] = [Date.parse(start), Date.parse(end)]
    if (from > to) faults.add(`${at}.end`, 'NOT_ALLOWED')
  },
  // qty-3
  Quantity: (value, at, faults) => {
    if (value.code !== undefined && value.system === undefined)
      faults.add(`${at}.system`, 'REQUIRED')
  },
}

const checkElements = (
  value: JsonObject,
  type: string,
  at: string,
  context: ValidationContext,
  depth: number,
): void => {
  const { faults } = context
  const elements = elementsOf(type)
  if (elements === undefined || depth > depthMax) {
    faults.add(at, 'WRONG_TYPE')
    return
  }
  const found = new Set<string>()
  for (const [property, held] of Object.entries(value)) {
    if (property === 'resourceType' && type === value.resourceType) continue
    const isTwin = property.startsWith('_')
    const element = elements.byProperty.get(isTwin ? property.slice(1) : property)
    const isKnown = element !== undefined && (!isTwin || isPrimitive(element.type))
    const name = isKnown ? element.name : safeName(property)
    if (!isKnown) {
      faults.add(`${at}.${name}`, 'UNKNOWN_FIELD')
    } else if (isTwin) {
      found.add(name)
      checkTwin(held, element, `${at}.${name}`, context, depth)
    } else {
      // Of a choice there is one.
      if (found.has(name) && value[`_${property}`] === undefined) {
        faults.add(`${at}.${name}`, 'NOT_ALLOWED')
      }
      found.add(name)
      checkProperty(held, element, `${at}.${name}`, context, depth, `_${property}` in value)
    }
  }
  // ele-1: an element has a value or children.
  if (Object.keys(value).length === 0) faults.add(at, 'REQUIRED')
  for (const name of elements.required)
    if (!found.has(name)) faults.add(`${at}.${name}`, 'REQUIRED')
  typeRules[type]?.(value, at, faults)
  checkModifiers(value, at, faults)
}

/** A property that nobody knows is named back only when its name is plainly one. */
const safeName = (property: string): string =>
  /^_?[A-Za-z][A-Za-z0-9]{0,39}$/.test(property) ? property : 'unknown'

export const checkResource = (
  value: JsonObject,
  at: string,
  context: ValidationContext,
  depth = 1,
): void => {
  const { resourceType } = value
  if (typeof resourceType !== 'string') {
    context.faults.add(`${at}.resourceType`, 'REQUIRED')
    return
  }
  // Types of resources are named with a dot by nobody: those are the table's own, of parts.
  if (
    resourceType.includes('.') ||
    elementsOf(resourceType)?.byProperty.has('implicitRules') !== true
  ) {
    context.faults.add(at, 'RESOURCE_NOT_SUPPORTED')
    return
  }
  checkElements(value, resourceType, at, context, depth)
}
