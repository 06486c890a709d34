/**
 * What can be asked of the FHIR port: one table, by which requests are answered and from which the CapabilityStatement is
 * made, so that neither knows of anything that the other does not.
 */

export interface Interaction {
  readonly name:
    | 'capabilities'
    | 'take'
    | 'process-message'
    | 'validate'
    | 'validate-type'
    | 'read-definition'
  readonly method: 'GET' | 'POST'
  /** `:type` stands for the name of a type of resources, `:kind` and `:id` for a published definition. */
  readonly path: readonly string[]
  /** Of the whole system, as CapabilityStatement.rest.interaction names it. */
  readonly system?: 'transaction'
  /** An operation that FHIR itself defines. */
  readonly operation?: { readonly name: string; readonly definition: string }
}

const validation = {
  name: 'validate',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
} as const

export const interactions: readonly Interaction[] = [
  { name: 'capabilities', method: 'GET', path: ['metadata'] },
  { name: 'take', method: 'POST', path: [], system: 'transaction' },
  {
    name: 'process-message',
    method: 'POST',
    path: ['$process-message'],
    operation: {
      name: 'process-message',
      definition: 'http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message',
    },
  },
  { name: 'validate', method: 'POST', path: ['$validate'], operation: validation },
  { name: 'validate-type', method: 'POST', path: [':type', '$validate'], operation: validation },
  { name: 'read-definition', method: 'GET', path: [':kind', ':id'] },
]

export interface Match {
  readonly interaction: Interaction
  readonly steps: readonly string[]
}

const matches = ({ path }: Interaction, steps: readonly string[]): boolean =>
  path.length === steps.length &&
  path.every((step, index) => step.startsWith(':') || step === steps[index])

/** @param steps of the address below the base */
export const findInteraction = (
  method: string,
  steps: readonly string[],
): Match | { readonly allow: readonly string[] } => {
  const there = interactions.filter((one) => matches(one, steps))
  const asked = method === 'HEAD' ? 'GET' : method
  const interaction = there.find((one) => one.method === asked)
  return interaction === undefined
    ? { allow: [...new Set(there.map((one) => one.method))] }
    : { interaction, steps }
}
