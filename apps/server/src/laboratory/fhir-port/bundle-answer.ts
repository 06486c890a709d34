/** The answer to a bundle that was taken: a transaction's entry by entry, a message's by its header. */
import type { Answer } from '../answer.ts'
import { eventSystem } from '../fhir/bundle.ts'
import { isObject, type JsonObject } from '../fhir/validate.ts'
import { idOf } from '../result-id.ts'
import { goodOutcome, type OutcomeContext } from './outcome.ts'

type Accepted = Extract<Answer, { kind: 'accepted' }>

const entriesOf = ({ entry }: JsonObject): readonly JsonObject[] =>
  Array.isArray(entry) ? entry.filter(isObject) : []

/** Statuses by method, the first time and every other: the same bundle again has the same answer. */
const statuses: Readonly<Record<string, string>> = { POST: '201 Created', PUT: '200 OK' }

/** Nothing can be read back here, so that no entry has an address; a result says under which name it is recorded. */
const transactionResponse = (
  bundle: JsonObject,
  { recorded }: Accepted,
  context: OutcomeContext,
): JsonObject => {
  const idAt = new Map(
    recorded.map(({ location, id }) => [/^Bundle\.entry\[\d+\]/.exec(location)?.[0], id]),
  )
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: entriesOf(bundle).map(({ request }, index) => {
      const method = isObject(request) ? String(request.method) : ''
      const id = idAt.get(`Bundle.entry[${index}]`)
      const outcome =
        id === undefined ? {} : { outcome: goodOutcome('recorded', context, `urn:uuid:${id}`) }
      return { response: { status: statuses[method] ?? '200 OK', ...outcome } }
    }),
  }
}

const idShape = /^[A-Za-z0-9.-]{1,64}$/

/** As MessageHeader.response names the message that it answers. */
const messageIdOf = (bundle: JsonObject, name: string): string => {
  const [header] = entriesOf(bundle)
  const resource = isObject(header?.resource) ? header.resource : {}
  const uuid = /^urn:uuid:(.+)$/.exec(String(header?.fullUrl))?.[1]
  const found = [resource.id, uuid, bundle.id].find(
    (one) => typeof one === 'string' && idShape.test(one),
  )
  return typeof found === 'string' ? found : idOf('fhir-message', name)
}

const messageResponse = (
  bundle: JsonObject,
  name: string,
  { base }: OutcomeContext,
): JsonObject => ({
  resourceType: 'Bundle',
  type: 'message',
  entry: [
    {
      fullUrl: `urn:uuid:${idOf('fhir-message-response', name)}`,
      resource: {
        resourceType: 'MessageHeader',
        eventCoding: { system: eventSystem, code: 'R01' },
        source: { name: 'sidep', endpoint: base },
        response: { identifier: messageIdOf(bundle, name), code: 'ok' },
      },
    },
  ],
})

/** @param name of the bundle among those of its sender */
export const acceptedBundle = (
  bundle: JsonObject,
  accepted: Accepted,
  name: string,
  context: OutcomeContext,
): JsonObject =>
  bundle.type === 'message'
    ? messageResponse(bundle, name, context)
    : transactionResponse(bundle, accepted, context)
