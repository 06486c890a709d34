/** The HTTP server with its limits: every size, count and wait of a request is bounded here. */
import { randomBytes } from 'node:crypto'
import type { TlsOptions } from 'node:tls'
import { fastifyCookie } from '@fastify/cookie'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { System } from 'typebox/system'
import { describeInterface } from './api-description.ts'
import { jsonDepthMax, jsonExcess } from './bounded-json.ts'
import { clientErrorHandler } from './client-errors.ts'
import type { Configuration } from './configuration.ts'
import { boundConnections, connectionsMaxOf } from './connection-bound.ts'
import { isOfContract, keepToContract } from './contract.ts'
import { receivePolicyReports } from './csp-reports.ts'
import { tellDeprecated } from './deprecation.ts'
import { endIdleConnections } from './idle-connections.ts'
import { makeLogDestination } from './log-destination.ts'
import type { Metrics } from './metrics.ts'
import { plainAddress } from './plain-address.ts'
import { installProblems, Problem, sendProblem, toProblem } from './problems.ts'
import { makeForbid } from './security-headers.ts'
import { traceRequests } from './tracing/request-spans.ts'

/** One screening with everything in it is at most 3 kB. */
const bodyBytesMax = 16 * 1024
const headerBytesMax = 16 * 1024
const headersMilliseconds = 10_000
const requestMilliseconds = 30_000
/** Between two looks at who is too slow: they are cut so much later at the latest. */
const checkMilliseconds = 5_000
const keepAliveMilliseconds = 72_000
const parameterCharactersMax = 100
/** The longest address that we or a door make is an assertion's way back, some 2 kB. */
const addressCharactersMax = 4 * 1024
/** More than any address of ours has. */
const addressPartsMax = 12
/** Faults that one refused request is told, enough for a form at once. */
const validationErrorsMax = 50

/** Numbers a process's requests: a random beginning and a counter, unique without asking for entropy each time. */
const requestIds = (): (() => string) => {
  const beginning = randomBytes(8).toString('hex')
  let count = 0
  return () => {
    count += 1
    return `${beginning}-${count.toString(36)}`
  }
}

/** Remembers which methods each address has, to tell a wrong method from a wrong address. */
const installMethods = (app: FastifyInstance): void => {
  const known: { parts: readonly string[]; methods: Set<string> }[] = []
  const byUrl = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    if (!isOfContract(url)) return
    let methods = byUrl.get(url)
    if (methods === undefined) {
      methods = new Set()
      byUrl.set(url, methods)
      known.push({ parts: url.split('/'), methods })
    }
    for (const name of Array.isArray(method) ? method : [method]) methods.add(name)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const asked = path.split('/', addressPartsMax)
    const found = known.find(
      ({ parts }) =>
        parts.length === asked.length &&
        parts.every((part, index) =>
          part.startsWith(':') ? asked[index] !== '' : part === asked[index],
        ),
    )
    if (found === undefined) return sendProblem(new Problem('ROUTE_UNKNOWN'), request, reply)
    reply.header('allow', [...found.methods].join(', '))
    return sendProblem(new Problem('METHOD_NOT_ALLOWED'), request, reply)
  })
}

/** Which of two hosts is meant, a proxy before us may answer otherwise than we do (RFC 9112 §3.2). */
const saysHostTwice = ({ raw: { rawHeaders } }: FastifyRequest): boolean => {
  const isHost = (name: string, index: number): boolean =>
    index % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host'
  return rawHeaders.findIndex(isHost) !== rawHeaders.findLastIndex(isHost)
}

/** What a request says in its address is bounded, and one, before anything reads it. */
const boundAddresses = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.url.length > addressCharactersMax) return done(new Problem('ADDRESS_TOO_LONG'))
    if (saysHostTwice(request)) return done(new Problem('REQUEST_MALFORMED'))
    done()
  })
}

const installMetrics = (app: FastifyInstance, metrics: Metrics): void => {
  const durations = metrics.histogram(
    'sidep_request_seconds',
    'Time from a request to its answer, by route and status class.',
  )
  const problems = metrics.counter(
    'sidep_problems_total',
    'Answers that are not successes, by status.',
  )
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    durations.observe(reply.elapsedTime / 1_000, { method: request.method, route, status })
    if (reply.statusCode >= 400) problems.increment({ status: String(reply.statusCode) })
    done()
  })
}

const jsonBounds = { depthMax: jsonDepthMax, signsMax: Number.POSITIVE_INFINITY }

/** Bodies are parsed before anybody asks who sent them: what nests deeper than anything of ours is not. */
const boundBodies = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => {
      if (jsonExcess(body, jsonBounds) === null) parse(request, body, done)
      else done(new Problem('BODY_MALFORMED'))
    },
  )
}

/**
 * Makes the server without its modules.
 * @param tls absent: a proxy before it ends TLS, as before the portal
 */
export const makeHttp = async (
  configuration: Pick<Configuration, 'logLevel' | 'publicUrl' | 'trustedProxies'>,
  metrics: Metrics,
  tls: TlsOptions | null = null,
  connectionsMax: number = connectionsMaxOf(),
): Promise<FastifyInstance> => {
  System.Settings.Set({ maxErrors: validationErrorsMax })
  const newRequestId = requestIds()
  const forbid = makeForbid(configuration.publicUrl?.startsWith('https:') === true)
  const bounds = {
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersMilliseconds,
    connectionsCheckingInterval: checkMilliseconds,
  }
  const app = fastify({
    logger: {
      level: configuration.logLevel,
      stream: makeLogDestination(metrics),
      // A request in the log is its id alone: addresses can carry codes, bodies carry people.
      serializers: { req: ({ id }) => ({ id }), res: ({ statusCode }) => ({ statusCode }) },
    },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
    clientErrorHandler: clientErrorHandler(newRequestId),
    requestIdHeader: false,
    rewriteUrl: ({ url = '/' }) => plainAddress(url),
    trustProxy: configuration.trustedProxies.length > 0 ? [...configuration.trustedProxies] : false,
    // Addresses that cannot be routed at all; Fastify's own answer would quote them.
    frameworkErrors: (error, request, reply) => {
      forbid(request, reply)
      sendProblem(toProblem(error), request, reply)
    },
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMilliseconds,
    keepAliveTimeout: keepAliveMilliseconds,
    forceCloseConnections: 'idle',
    // A request that arrives on an open connection while the others end is answered like them.
    return503OnClosing: false,
    ...(tls === null ? { http: bounds } : { https: { ...tls, ...bounds } }),
    routerOptions: { maxParamLength: parameterCharactersMax, ignoreTrailingSlash: false },
    // Of one kind for every module: which server it listens by is nobody's business but ours.
  }) as unknown as FastifyInstance
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  // Answers are built with exactly the contract's fields; JSON.stringify is faster than a union's generated code.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  app.removeContentTypeParser('text/plain')
  boundBodies(app)
  traceRequests(app)
  app.decorateRequest('actor', null)
  app.decorateRequest('operating', null)
  // Loads the parser that login reads cookies with; without a hook nothing is parsed that nobody asks for.
  await app.register(fastifyCookie, { hook: false })
  boundConnections(app, connectionsMax, tls === null ? 'connection' : 'secureConnection')
  endIdleConnections(app, tls === null ? 'connection' : 'secureConnection')
  installProblems(app)
  app.addHook('onRequest', (request, reply, done) => {
    forbid(request, reply)
    done()
  })
  boundAddresses(app)
  keepToContract(app)
  installMethods(app)
  installMetrics(app, metrics)
  receivePolicyReports(app, metrics)
  describeInterface(app)
  tellDeprecated(app)
  return app
}
