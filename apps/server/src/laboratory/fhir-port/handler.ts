/** One request → what goes back: the operations of the FHIR port. */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { CatalogueTables, ScreeningLimits } from '@sidep/screening'
import { type Language, preferredLanguage } from '../../platform/language.ts'
import type { Answer } from '../answer.ts'
import type { MessageFault } from '../faults.ts'
import { checkAlone } from '../fhir/check-alone.ts'
import { resourceTypes } from '../fhir/elements.ts'
import { type ParsedMessage, parseMessage } from '../fhir/parse-message.ts'
import { readResults } from '../fhir/read-results.ts'
import { isObject, type JsonObject } from '../fhir/validate.ts'
import type { Sender } from '../record-results.ts'
import type { TakeResults } from '../take-results.ts'
import type { Leave, Turns } from '../turns.ts'
import { acceptedBundle } from './bundle-answer.ts'
import { capabilityStatement } from './capability-statement.ts'
import { definitionsOf } from './definitions.ts'
import { findInteraction, type Match } from './interactions.ts'
import { acceptFault, bodyFault } from './negotiate.ts'
import { faultyOutcome, goodOutcome, type OutcomeContext } from './outcome.ts'
import { faultyReply, laterReply, type Reply, refusedReply } from './reply.ts'

export interface HandlerDependencies {
  readonly now: () => Date
  readonly catalogue: () => CatalogueTables
  readonly limits: ScreeningLimits
  readonly results: TakeResults
  readonly turns: Pick<Turns, 'take'>
  /** Told how each bundle was answered. */
  readonly onAnswered: (kind: Answer['kind']) => void
}

export interface FhirRequest {
  readonly method: string
  /** Path and query, as it was sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Read when it is wanted; null once it has been refused, or whoever sent it left. */
  readonly body: () => Promise<Uint8Array | Reply>
  /** Whether whoever sent it has hung up. */
  readonly isGone: () => boolean
}

/** Address of the base on this port. */
export const basePath = '/fhir'

interface Asked extends OutcomeContext {
  readonly sender: Sender
  readonly match: Match
  readonly request: FhirRequest
}

const notAMessage = (root: string): MessageFault[] => [{ location: root, rule: 'NOT_A_MESSAGE' }]

const parse = (bytes: Uint8Array): ParsedMessage => {
  try {
    return parseMessage(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    // Not UTF-8.
    if (error instanceof TypeError) return { ok: false, rule: 'NOT_A_MESSAGE' }
    throw error
  }
}

/** What is to be validated: the resource itself, or that of Parameters (FHIR R4 §3.2.0.10.1). */
const validated = (sent: unknown): unknown => {
  if (!isObject(sent) || sent.resourceType !== 'Parameters') return sent
  const { parameter } = sent
  const named = Array.isArray(parameter)
    ? parameter.find((one) => isObject(one) && one.name === 'resource')
    : undefined
  return isObject(named) ? named.resource : undefined
}

/** @param base everything published is below it, and is never the sender's word */
export const makeFhirHandler = (base: string, dependencies: HandlerDependencies) => {
  const { now, catalogue, limits, results, turns, onAnswered } = dependencies
  const definitions = definitionsOf(base)
  const statement = capabilityStatement({ base, definitions, startedAt: now() })

  const answered = (answer: Answer, bundle: JsonObject, name: string, asked: Asked): Reply => {
    onAnswered(answer.kind)
    if (answer.kind === 'faulty') return faultyReply(answer.faults, asked)
    if (answer.kind === 'later') return laterReply(answer, asked)
    return { status: 200, body: acceptedBundle(bundle, answer, name, asked) }
  }

  const take = async (
    bytes: Uint8Array,
    isMessage: boolean,
    asked: Asked,
    count: (results: number) => void,
  ): Promise<Reply> => {
    const parsed = parse(bytes)
    const sent = parsed.ok ? parsed.value : undefined
    const bundle = isObject(sent) ? sent : {}
    const content = parsed.ok
      ? readResults(sent, catalogue())
      : { id: null, results: [], faults: [{ location: 'Bundle', rule: parsed.rule }] }
    // What is refused for what it says costs its reading; nothing of it is issued or stored.
    count(content.faults.length === 0 ? content.results.length : 0)
    const misplaced: MessageFault[] =
      isMessage && content.faults.length === 0 && bundle.type !== 'message'
        ? [{ location: 'Bundle.type', rule: 'NOT_ALLOWED' }]
        : []
    const read = { ...content, faults: [...content.faults, ...misplaced] }
    // One that does not say its name is named by what it says.
    const name = content.id ?? createHash('sha256').update(bytes).digest('hex')
    return answered(await results.take(read, asked.sender, name), bundle, name, asked)
  }

  /** In its turn; what has waited too long is told to come back. */
  const inTurn = async (asked: Asked, work: (count: Leave) => Promise<Reply>): Promise<Reply> => {
    const turn = await turns.take(asked.sender.laboratory, asked.request.isGone)
    if (!turn.ok) {
      onAnswered('later')
      const later = { code: 'OVERLOADED', retryAfterSeconds: turn.retryAfterSeconds }
      return laterReply(later, asked, turn.of === 'own' ? 429 : 503)
    }
    let results = 0
    try {
      return await work((count) => {
        results += count
      })
    } finally {
      turn.leave(results)
    }
  }

  const faultsIn = (
    resource: unknown,
    type: string | null,
    sender: Sender,
  ): readonly MessageFault[] => {
    const root = type ?? 'Bundle'
    if (!isObject(resource) || typeof resource.resourceType !== 'string') return notAMessage(root)
    if (type !== null && resource.resourceType !== type) {
      return [{ location: `${type}.resourceType`, rule: 'NOT_ALLOWED' }]
    }
    if (resource.resourceType === 'Bundle') {
      return results.judge(readResults(resource, catalogue()), sender)
    }
    return checkAlone(resource, { catalogue: catalogue(), limits, at: now() })
  }

  /** Always 200 where something could be judged: what is wrong stands in the outcome. */
  const validate = (bytes: Uint8Array, type: string | null, asked: Asked): Reply => {
    const parsed = parse(bytes)
    if (!parsed.ok) return faultyReply([{ location: type ?? 'Bundle', rule: parsed.rule }], asked)
    const faults = faultsIn(validated(parsed.value), type, asked.sender)
    const body = faults.length > 0 ? faultyOutcome(faults, asked) : goodOutcome('sound', asked)
    return { status: 200, body }
  }

  const published = (body: object, { request }: Asked): Reply => {
    const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
    const etag = `W/"${digest.slice(0, 22)}"`
    const headers = { etag, 'cache-control': 'private, max-age=300' }
    const isKnown = (request.headers['if-none-match'] ?? '')
      .split(',')
      .some((one) => one.trim() === etag)
    return isKnown ? { status: 304, headers, body: null } : { status: 200, headers, body }
  }

  const readDefinition = (asked: Asked): Reply => {
    const [kind, id] = asked.match.steps
    const found = definitions.find((one) => one.resourceType === kind && one.id === id)
    return found === undefined ? refusedReply('NOT_FOUND', asked) : published(found.resource, asked)
  }

  const post = async (asked: Asked): Promise<Reply> => {
    const { request, match } = asked
    const { name } = match.interaction
    const [type = ''] = match.steps
    if (name === 'validate-type' && !resourceTypes.includes(type)) {
      return refusedReply('NOT_FOUND', asked)
    }
    if (request.headers['if-match'] !== undefined) {
      return refusedReply('CONDITION_NOT_SUPPORTED', asked)
    }
    const fault = bodyFault(request.headers)
    if (fault !== null) return refusedReply(fault, asked)
    // Before its turn: who sends it slowly takes nobody's.
    const body = await request.body()
    if (!(body instanceof Uint8Array)) return body
    return inTurn(asked, async (count) => {
      if (name === 'validate') return validate(body, null, asked)
      if (name === 'validate-type') return validate(body, type, asked)
      return take(body, name === 'process-message', asked, count)
    })
  }

  /** @param sender null: a certificate that is nobody's */
  return async (request: FhirRequest, sender: Sender | null): Promise<Reply> => {
    const language: Language = preferredLanguage(request.headers['accept-language'])
    const context = { base, language }
    if (sender === null) return refusedReply('CERTIFICATE_UNKNOWN', context)
    const [path = '', query = ''] = request.url.split('?', 2)
    const steps = path.split('/').slice(1)
    if (steps.at(-1) === '') steps.pop()
    if (`/${steps.shift() ?? ''}` !== basePath) return refusedReply('NOT_FOUND', context)
    const match = findInteraction(request.method, steps)
    if ('allow' in match) {
      if (match.allow.length === 0) return refusedReply('NOT_FOUND', context)
      const headers = { allow: match.allow.join(', ') }
      return { ...refusedReply('METHOD_NOT_ALLOWED', context), headers }
    }
    const format = new URLSearchParams(query).get('_format')
    const accepted = acceptFault(request.headers, format)
    if (accepted !== null) return refusedReply(accepted, context)
    const asked: Asked = { ...context, sender, match, request }
    const { name } = match.interaction
    if (name === 'capabilities') return published(statement, asked)
    if (name === 'read-definition') return readDefinition(asked)
    return post(asked)
  }
}

export type FhirHandler = ReturnType<typeof makeFhirHandler>
