/** The shape of what was sent, by the contract's schemas, before anything in it is believed. */
import { type FieldCode, type FieldFault, faultsOf, type ValidationError } from '@sidep/contracts'
import type { Static, TSchema } from 'typebox'
import { Check, Errors } from 'typebox/schema'

/** A check of one schema. The gate passes one compiled ahead, which a browser's content policy forbids. */
export interface Shape<Value> {
  Check(value: unknown): value is Value
  Errors(value: unknown): readonly ValidationError[]
}

/** A check that walks the schema each time: nothing to prepare, nothing to evaluate. */
export const walkedShape = <const Schema extends TSchema>(
  schema: Schema,
): Shape<Static<Schema>> => ({
  Check: (value): value is Static<Schema> => Check(schema, value),
  Errors: (value) => Errors(schema, value)[1],
})

/** Where the schema's bound on a length has a name of its own in the registry of field codes. */
const specificCodes: Readonly<Record<string, Partial<Record<FieldCode, FieldCode>>>> = {
  '/id': { TOO_SHORT: 'ID_NOT_UUIDV7', TOO_LONG: 'ID_NOT_UUIDV7' },
  '/person/familyName': { TOO_LONG: 'NAME_TOO_LONG' },
  '/person/firstNames': { TOO_LONG: 'NAME_TOO_LONG' },
  '/person/birthDate': { TOO_SHORT: 'BIRTH_DATE_NOT_REAL', TOO_LONG: 'BIRTH_DATE_NOT_REAL' },
  '/person/ins': { TOO_SHORT: 'INS_INVALID', TOO_LONG: 'INS_INVALID' },
  '/person/contact/phone': { TOO_LONG: 'PHONE_INVALID' },
  '/person/contact/email': { TOO_LONG: 'EMAIL_INVALID' },
  '/symptoms/onset': { TOO_SHORT: 'SYMPTOM_ONSET_INVALID', TOO_LONG: 'SYMPTOM_ONSET_INVALID' },
  '/sampledAt': { TOO_SHORT: 'MALFORMED', TOO_LONG: 'MALFORMED' },
  '/resultAt': { TOO_SHORT: 'MALFORMED', TOO_LONG: 'MALFORMED' },
}

export const shapeFaults = (errors: readonly ValidationError[]): FieldFault[] =>
  faultsOf(errors).map(({ pointer, code }) => ({
    pointer,
    code: specificCodes[pointer]?.[code] ?? code,
  }))
