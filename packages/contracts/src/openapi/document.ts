/** The description of the interface (OpenAPI 3.1), made from the endpoints and what is said of them. */
import type { TObject } from 'typebox'
import { deviceProofHeader } from '../device-proof.ts'
import { type Access, type Endpoint, type EndpointAnswer, isInSession } from '../endpoint.ts'
import { fieldCodes, type ProblemCode, type ProblemEntry, problemRegistry } from '../problems.ts'
import { restorationsHeader } from '../restorations.ts'
import { shownHeader } from '../shown-session.ts'
import { type Json, type JsonObject, schemaComponents, schemaJson } from './schemas.ts'
import {
  chapters,
  type EndpointName,
  type EndpointText,
  endpointsByName,
  endpointTexts,
} from './texts/index.ts'

export const openApiVersion = '3.1.0'

const about = [
  'Rapid tests in, signed documents out, whatever is down.',
  '',
  '**Sessions.** A professional signs in by one of two doors; the session is a cookie. An act that grants, withdraws or ends something is also signed by the device that the session is bound to.',
  '',
  `**Refusals** are problem documents (RFC 9457) with a stable \`code\`. Each operation lists the codes that it may answer with; all are in the registry. \`support\` is a short code that finds the request in the logs.`,
  '',
  `**After a restoring.** For a day after the portal’s database was set back, every answer has \`${restorationsHeader}: to/at\` (milliseconds since 1970; several separated by commas): send what was acknowledged between the two again, under the same ids. The SDK does so by itself.`,
  '',
  '**Coming back.** With `Retry-After` come back then, with the same request: what records is idempotent by the id that its client made. A code whose *try again* is `never` is the request’s own fault.',
].join('\n')

const sessionSchemes: Readonly<Record<Access, readonly string[]>> = {
  everyone: [],
  link: [],
  gateway: ['gateway'],
  door: [],
  card: ['card'],
  person: ['session'],
  site: ['session'],
  operator: ['session'],
  'vendor-client': ['vendorCertificate'],
  vendor: ['vendorCertificate', 'vendorToken'],
}

const securitySchemes = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'sidep-session',
    description: 'Set by a sign-in; `__Host-sidep-session` where the portal is served over https.',
  },
  device: {
    type: 'apiKey',
    in: 'header',
    name: deviceProofHeader,
    description:
      'Compact JWS (RFC 7515) by the key that the session is bound to, one for each request: header `{typ: sidep-act+jwt, alg: ES256, jwk}`, claims `{aud: origin of the portal, sid, iat, jti, htm: method, htu: path without query, bod: SHA-256 of the body as sent, base64url}`.',
  },
  gateway: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token that portal and SMS gateway share.',
  },
  card: {
    type: 'mutualTLS',
    description: 'A health card (CPS, CPE), shown in the handshake of the card port.',
  },
  vendorCertificate: {
    type: 'mutualTLS',
    description:
      'A certificate of the vendor, shown in the handshake of the vendors’ port: one whose SHA-256 stands in the vendor’s entry of the register, or that the authority of that entry has issued (RFC 8705).',
  },
  vendorToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'at+jwt',
    description:
      'From `POST /api/vendors/token`; works with the certificate that it was asked for with, for some minutes (RFC 6750, RFC 8705 §3). Each operation says which scope it needs. No cookie is read at the vendors’ port.',
  },
} as const satisfies JsonObject

const problemSchema: JsonObject = {
  type: 'object',
  description: 'RFC 9457 problem document.',
  required: ['type', 'title', 'status', 'code', 'support'],
  properties: {
    type: { type: 'string', description: '`urn:sidep:problem:CODE`' },
    title: { type: 'string', description: 'A sentence for people, by Accept-Language.' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problemRegistry) },
    detail: { type: 'string' },
    faults: {
      type: 'array',
      description: 'What is wrong where; never the value.',
      items: {
        type: 'object',
        required: ['pointer', 'code'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901) into the request.' },
          code: { type: 'string', enum: [...fieldCodes] },
        },
      },
    },
    retryAfterSeconds: { type: 'number', description: 'As the header Retry-After.' },
    places: { type: 'array', items: { type: 'string' } },
    support: { type: 'string', description: 'Eight characters, for telling the help desk.' },
  },
}

const retryAfter: JsonObject = {
  description: 'When the same request is welcome again.',
  schema: { type: 'integer', minimum: 0 },
}

const entryOf = (code: ProblemCode): ProblemEntry => problemRegistry[code]

/** A refusal as it arrives: the same members, and of those that are the moment's, others. */
const problemExample = (code: ProblemCode): JsonObject => {
  const { status, title, retry } = entryOf(code)
  return {
    summary: code,
    value: {
      type: `urn:sidep:problem:${code}`,
      title: title.en,
      status,
      code,
      support: 'K7M2X9QT',
      ...(code === 'REQUEST_INVALID'
        ? { faults: [{ pointer: '/person/birthDate', code: 'BIRTH_DATE_NOT_REAL' }] }
        : {}),
      ...(retry === 'later' ? { retryAfterSeconds: 5 } : {}),
    },
  }
}

/** Examples of the codes that `holder` refers to. */
const exampleComponents = (holder: JsonObject): JsonObject => {
  const codes = new Set(
    [...JSON.stringify(holder).matchAll(/"#\/components\/examples\/(\w+)"/g)].map(
      ([, code]) => code as ProblemCode,
    ),
  )
  return Object.fromEntries([...codes].sort().map((code) => [code, problemExample(code)]))
}

/** What each of some codes means. */
const codesOf = (codes: readonly ProblemCode[]): string =>
  codes
    .map((code) => `- \`${code}\`: ${entryOf(code).title.en} *Try again: ${entryOf(code).retry}.*`)
    .join('\n')

/** By status, with what each code means. */
const problemAnswers = (codes: readonly ProblemCode[]): JsonObject => {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes) {
    const { status } = entryOf(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, all]): [string, Json] => [
      String(status),
      {
        description: codesOf(all),
        ...(all.some((code) => entryOf(code).retry === 'later')
          ? { headers: { 'Retry-After': retryAfter } }
          : {}),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [
                { $ref: '#/components/schemas/Problem' },
                { properties: { code: { enum: all } } },
              ],
            },
            examples: Object.fromEntries(
              all.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
        },
      },
    ]),
  )
}

const usualAnswers: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Taken; it is done in a moment.',
  204: 'Done; nothing to say.',
  302: 'On to another address.',
  303: 'On to another address.',
}

const contentOf = ({ schema, type }: EndpointAnswer, example: unknown): JsonObject => {
  if (schema !== undefined) {
    const shown = example === undefined ? {} : { example: example as Json }
    return { content: { 'application/json': { schema: schemaJson(schema), ...shown } } }
  }
  return type === undefined ? {} : { content: { [type]: {} } }
}

const answersOf = (endpoint: Endpoint, text: EndpointText): JsonObject => {
  const [first] = Object.values(endpoint.answers)
  const own = Object.entries(endpoint.answers).map(([status, answer]): [string, Json] => [
    status,
    {
      description:
        text.answers?.[Number(status)] ??
        usualAnswers[status] ??
        codesOf(endpoint.problems.filter((code) => String(entryOf(code).status) === status)),
      // Done now, or done before: the same body.
      ...contentOf(answer, answer.schema === first?.schema ? text.answer : undefined),
    },
  ])
  const problems = problemAnswers([
    ...new Set([...endpoint.problems, ...(endpoint.vendorProblems ?? [])]),
  ])
  // Readiness has a 503 that is no problem; the token endpoint's refusals have a shape of their own, and the same codes.
  return { ...problems, ...Object.fromEntries(own) }
}

const required = (schema: TObject | undefined): readonly string[] => schema?.required ?? []

const parametersOf = (endpoint: Endpoint, text: EndpointText): Json[] => {
  const { params, query, hints = [], access, method } = endpoint
  const described = (schema: TObject | undefined, place: 'path' | 'query'): Json[] =>
    Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
      name,
      in: place,
      required: place === 'path' || required(schema).includes(name),
      description: text.parameters?.[name] ?? '',
      schema: schemaJson(property),
    }))
  const isShown = method !== 'GET' && isInSession(access)
  return [
    ...described(params, 'path'),
    ...described(query, 'query'),
    ...hints.map((name) => ({
      name,
      in: 'query',
      required: false,
      description: text.parameters?.[name] ?? '',
      schema: { type: 'string' },
    })),
    ...(isShown ? [{ $ref: '#/components/parameters/Shown' }] : []),
  ]
}

const bodyOf = ({ body, bodyType }: Endpoint, text: EndpointText): JsonObject => {
  if (body !== undefined) {
    const shown = text.body === undefined ? {} : { example: text.body as Json }
    const content = {
      [bodyType ?? 'application/json']: { schema: schemaJson(body), ...shown },
    }
    return { requestBody: { required: true, content } }
  }
  return bodyType === undefined
    ? {}
    : { requestBody: { required: true, content: { [bodyType]: { schema: { type: 'object' } } } } }
}

/** Either of the ways in that an endpoint has; what stands in one of them is asked for together. */
const securityOf = ({ access, weight, vendorScope, at }: Endpoint): Json[] => {
  const own = [...sessionSchemes[access], ...(weight === undefined ? [] : ['device'])]
  const ofVendor = vendorScope === undefined || at !== undefined ? [] : sessionSchemes.vendor
  return [own, ofVendor]
    .filter((schemes) => schemes.length > 0)
    .map((schemes) => Object.fromEntries(schemes.map((name): [string, Json] => [name, []])))
}

/** Where an endpoint is served, when that is not the portal alone. */
const serversOf = ({ at, vendorScope }: Endpoint): JsonObject => {
  const portAt = (description: string, port: string): Json => ({
    url: 'https://{host}:{port}',
    description,
    variables: { host: { default: 'localhost' }, port: { default: port } },
  })
  if (at === 'card-port') return { servers: [portAt('The card port.', '8443')] }
  const vendors = portAt('The vendors’ port.', '8444')
  if (at === 'vendor-port') return { servers: [vendors] }
  return vendorScope === undefined
    ? {}
    : { servers: [{ url: '/', description: 'This portal.' }, vendors] }
}

const asks: Readonly<Record<Access, string>> = {
  everyone: 'nothing',
  link: 'the secret of the person’s link, and the birth date where the result is shown',
  gateway: 'the secret shared with the SMS gateway',
  door: 'a sign-in under way in this browser, or the provider’s signature',
  card: 'a health card',
  person: 'an open session',
  site: 'an open session at a site',
  operator: 'an open session of somebody of operations',
  'vendor-client': 'a vendor’s certificate, and an assertion signed by the vendor',
  vendor: 'a vendor’s certificate, and a token bound to it',
}
const weights = {
  signed: ', signed by its device',
  fresh: ', signed by its device, after a sign-in of the last minutes',
  'fresh-if-possible':
    ', signed by its device, after a sign-in of the last minutes while any door is open',
} as const

/** What an endpoint asks for, as a phrase. */
export const asksFor = ({
  access,
  weight,
  roles = [],
}: Pick<Endpoint, 'access' | 'weight' | 'roles'>): string =>
  `${asks[access]}${roles.length === 0 ? '' : ` (${roles.join(', ')})`}${weight === undefined ? '' : weights[weight]}`

const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const descriptionOf = (endpoint: Endpoint, text: EndpointText): string =>
  [
    text.description,
    `Asks for ${asksFor(endpoint)}${endpoint.responsibleOnly === true ? '; refused to staff' : ''}. Shows ${text.sees}.${endpoint.trace === undefined ? '' : ` That it was read is told in the audit chain of the site (\`${endpoint.trace}\`).`}`,
    ...(endpoint.vendorScope === undefined || endpoint.at !== undefined
      ? []
      : [
          `At the vendors’ port: a vendor’s certificate, and a token bound to it with the scope \`${endpoint.vendorScope}\`, instead. What is done is done at the site, and in the name, of its delegation.`,
        ]),
    ...(endpoint.vendorScope === undefined || endpoint.at === undefined
      ? []
      : [`The token needs the scope \`${endpoint.vendorScope}\`.`]),
    ...(endpoint.deprecated === undefined
      ? []
      : [
          `Goes out of use: deprecated since ${endpoint.deprecated.since}, served until ${endpoint.deprecated.sunset} at the least. ${endpoint.deprecated.link}`,
        ]),
    ...(endpoint.redirected === undefined
      ? []
      : [
          `Refusals lead the browser to the sign-in page, as \`?problem=\` one of ${endpoint.redirected.map((code) => `\`${code}\``).join(', ')}.`,
        ]),
  ].join('\n\n')

const operationOf = (name: EndpointName, tag: string): JsonObject => {
  const endpoint: Endpoint = endpointsByName[name]
  const text = endpointTexts[name]
  const parameters = parametersOf(endpoint, text)
  return {
    operationId: name,
    summary: capitalised(text.act),
    description: descriptionOf(endpoint, text),
    tags: [tag],
    security: securityOf(endpoint),
    ...(endpoint.deprecated === undefined ? {} : { deprecated: true }),
    ...serversOf(endpoint),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(endpoint, text),
    responses: answersOf(endpoint, text),
  }
}

/** Path as OpenAPI writes it. */
export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}')

export type DescriptionReader = 'everyone' | 'operator'

const isTold = (names: readonly EndpointName[], reader: DescriptionReader): boolean =>
  reader === 'operator' || names.some((name) => endpointsByName[name].isPublished === true)

/**
 * The description.
 *
 * @param version of the portal that serves it
 * @param reader `everyone` is told what software of others may call; the operator, of every endpoint
 */
export const openApiDocument = (version: string, reader: DescriptionReader): JsonObject => {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [tag, { texts }] of Object.entries(chapters)) {
    for (const name of Object.keys(texts) as EndpointName[]) {
      const { method, path, isPublished }: Endpoint = endpointsByName[name]
      if (reader === 'everyone' && isPublished !== true) continue
      const operations = paths[openApiPath(path)] ?? {}
      paths[openApiPath(path)] = operations
      operations[method.toLowerCase()] = operationOf(name, tag)
    }
  }
  return {
    openapi: openApiVersion,
    info: {
      title: 'sidep',
      summary: 'National screening portal',
      description: about,
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This portal.' }],
    tags: Object.entries(chapters)
      .filter(([, { texts }]) => isTold(Object.keys(texts) as EndpointName[], reader))
      .map(([name, chapter]) => ({ name, description: chapter.about })),
    paths,
    components: {
      securitySchemes,
      parameters: {
        Shown: {
          name: shownHeader,
          in: 'header',
          required: false,
          description:
            'Of a page: the session, professional and site that its screen shows, separated by spaces (`-` for none). What does not fit the cookie is refused with SESSION_DIFFERS, so that nothing is recorded in another name.',
          schema: { type: 'string' },
        },
      },
      schemas: { Problem: problemSchema, ...schemaComponents(paths) },
      examples: exampleComponents(paths),
    },
  }
}
