/** GET /fhir/metadata: made from what requests are answered by. */
import { version } from '../../platform/version.ts'
import { resourceTypes } from '../fhir/elements.ts'
import type { Definition } from './definitions.ts'
import { interactions } from './interactions.ts'
import { mediaTypes } from './negotiate.ts'

export interface StatementContext {
  readonly base: string
  /** All that is published. */
  readonly definitions: readonly Definition[]
  /** When this process began. */
  readonly startedAt: Date
}

const operationsOf = (isOfType: boolean) =>
  interactions.flatMap(({ operation, path }) =>
    operation !== undefined && path.includes(':type') === isOfType ? [{ ...operation }] : [],
  )

const resourceEntry = (type: string, { definitions }: StatementContext) => {
  const profiles = definitions.flatMap(({ url, constrains }) => (constrains === type ? [url] : []))
  return {
    type,
    ...(profiles.length === 0 ? {} : { supportedProfile: profiles }),
    operation: operationsOf(true),
  }
}

const publishedEntry = (type: string) => ({ type, interaction: [{ code: 'read' }] })

export const capabilityStatement = (context: StatementContext) => {
  const { base, definitions, startedAt } = context
  const kinds = [...new Set(definitions.map(({ resourceType }) => resourceType))]
  return {
    resourceType: 'CapabilityStatement',
    url: `${base}/metadata`,
    version,
    name: 'Sidep',
    title: 'Portail de dépistage : résultats des laboratoires',
    status: 'active',
    date: startedAt.toISOString(),
    publisher: 'sidep',
    kind: 'instance',
    software: { name: 'sidep', version },
    implementation: { description: 'La voie des laboratoires', url: base },
    fhirVersion: '4.0.1',
    format: [...mediaTypes],
    rest: [
      {
        mode: 'server',
        documentation:
          'Un Bundle transaction ou message : ses résultats sont enregistrés ensemble ou pas du tout. Rien ne se relit ici.',
        security: {
          service: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
                  code: 'Certificates',
                },
              ],
            },
          ],
          description: 'TLS avec le certificat du laboratoire.',
        },
        resource: [
          ...resourceTypes.map((type) => resourceEntry(type, context)),
          ...kinds.map(publishedEntry),
        ],
        interaction: interactions.flatMap(({ system }) =>
          system === undefined ? [] : [{ code: system }],
        ),
        operation: operationsOf(false),
      },
    ],
  }
}
