/** What a validator found, in the field codes of the registry: places and rules, never values. */
import type { FieldCode, FieldFault } from './problems.ts'

/** What a validator says about one place; TypeBox's and Ajv's shape. */
export interface ValidationError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
}

const faultsMax = 50

const codeOfKeyword: Readonly<Record<string, FieldCode>> = {
  required: 'REQUIRED',
  type: 'WRONG_TYPE',
  minLength: 'TOO_SHORT',
  minItems: 'TOO_SHORT',
  maxLength: 'TOO_LONG',
  maxItems: 'TOO_LONG',
  pattern: 'MALFORMED',
  format: 'MALFORMED',
  const: 'NOT_ALLOWED',
  enum: 'NOT_ALLOWED',
  anyOf: 'NOT_ALLOWED',
  minimum: 'NOT_ALLOWED',
  maximum: 'NOT_ALLOWED',
}

/** An unknown field is named back only when its name is plainly a name; anything else could be content. */
const plainName = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/

const namesIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((name) => typeof name === 'string')

const faultsOfError = ({ keyword, instancePath, params }: ValidationError): FieldFault[] => {
  if (keyword === 'additionalProperties') {
    const names = namesIn(params.additionalProperties ?? params.additionalProperty)
    return names.map((name) => ({
      pointer: plainName.test(name) ? `${instancePath}/${name}` : instancePath,
      code: 'UNKNOWN_FIELD',
    }))
  }
  if (keyword === 'required') {
    return namesIn(params.requiredProperties ?? params.missingProperty).map((name) => ({
      pointer: `${instancePath}/${name}`,
      code: 'REQUIRED',
    }))
  }
  const code = codeOfKeyword[keyword]
  return code === undefined ? [] : [{ pointer: instancePath, code }]
}

/** Field faults of a validator's errors: one a place, in order, at most fifty. */
export const faultsOf = (errors: readonly ValidationError[]): FieldFault[] => {
  const faults = new Map<string, FieldFault>()
  for (const fault of errors.flatMap(faultsOfError)) {
    if (!faults.has(fault.pointer)) faults.set(fault.pointer, fault)
    if (faults.size >= faultsMax) break
  }
  return [...faults.values()]
}
