/** A login room on its own: real identity provider, real PostgreSQL, a server on loopback. Tests only. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { tmpdir } from 'node:os'
import { Writable } from 'node:stream'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { DoorsView } from '@sidep/contracts'
import {
  demoIdentities,
  type IdentityProvider,
  makeCookieJar,
  type ProviderFault,
  startIdentityProvider,
} from '@sidep/dev'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { parseConfiguration } from '../platform/configuration.ts'
import type { Platform } from '../platform/context.ts'
import { freePort } from '../platform/free-port.ts'
import { makeMetrics } from '../platform/metrics.ts'
import { installProblems } from '../platform/problems.ts'
import type { RetrievalLinks } from '../platform/retrieval-links.ts'
import { fixedRing, type Signer, type SignerScope } from '../platform/signer.ts'
import { openVault } from '../platform/vault.ts'
import type { CircuitPace } from './ecps/circuit.ts'
import { type LoginDependencies, loginModule } from './index.ts'

/** A signer with a key of its own; its certificate is a placeholder that nothing here reads. */
export const makeTestSigner = async (scope: SignerScope): Promise<Signer> => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return {
    scope,
    keyId: new Uint8Array(createHash('sha256').update(spki).digest().subarray(0, 8)),
    certificate: new Uint8Array(spki),
    publicKey: await crypto.subtle.importKey(
      'spki',
      new Uint8Array(spki),
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    ),
    sign: async (bytes) => sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  }
}

/** A clock that tests move; it otherwise runs, because the provider's tokens carry real times. */
export const movableClock = () => {
  let aheadMilliseconds = 0
  return {
    now: () => new Date(Date.now() + aheadMilliseconds),
    moveSeconds: (seconds: number) => {
      aheadMilliseconds += seconds * 1000
    },
  }
}

/** The same for every server of a test database, as for every server of a real one. */
const keyEncryptionKey = new Uint8Array(32).fill(7)

const retrievalLinks: RetrievalLinks = {
  codeFor: () => '',
  urlFor: () => '',
  hashOf: () => new Uint8Array(32),
  parse: () => null,
}

export interface LoginServer {
  readonly app: FastifyInstance
  readonly url: string
  readonly provider: IdentityProvider
  readonly platform: Platform
  readonly clock: ReturnType<typeof movableClock>
  readonly logLines: string[]
  close(): Promise<void>
}

export interface LoginServerOptions {
  readonly database: Platform['database']
  readonly fault?: ProviderFault
  readonly takesPushedRequests?: boolean
  readonly timeouts?: { readonly discoverySeconds: number; readonly callSeconds: number }
  readonly dependencies?: Omit<LoginDependencies, 'timeouts'>
  /** The keys of another server, for two processes of one portal. */
  readonly beside?: Pick<LoginServer, 'platform' | 'provider' | 'clock' | 'url'>
  /** Further settings, as the environment names them. */
  readonly environment?: Record<string, string>
}

/** Looks often, so that tests need not wait; opens only when told to. */
export const patientPace: CircuitPace = {
  failuresMax: 1_000,
  unreachedMax: 1_000,
  trialsMin: 1,
  probeMilliseconds: 200,
  probeMillisecondsInUse: 200,
  probeMillisecondsMin: 100,
  probeMillisecondsMax: 300,
}

/** Starts provider and server; the server has `/guarded` (session) and `/guarded/site` (session and site). */
export const startLoginServer = async ({
  database,
  fault = { kind: 'none' },
  takesPushedRequests = true,
  timeouts = { discoverySeconds: 1, callSeconds: 2 },
  dependencies = {},
  beside,
  environment = {},
}: LoginServerOptions): Promise<LoginServer> => {
  const port = await freePort('127.0.0.1')
  const listensAt = `http://localhost:${port}`
  const url = beside?.url ?? listensAt
  const client = {
    id: 'portal',
    secret: 'portal secret: with % signs & spaces',
    redirectUris: [`${url}/login/ecps/callback`],
    backchannelLogoutUri: `${url}/login/ecps/backchannel-logout`,
    postLogoutRedirectUris: [`${url}/pro/`],
  }
  const provider =
    beside?.provider ??
    (await startIdentityProvider({
      port: 0,
      clients: [client],
      people: demoIdentities,
      fault,
      takesPushedRequests,
    }))
  const parsed = parseConfiguration(
    {
      ECPS_ISSUER: provider.issuer,
      ECPS_CLIENT_ID: client.id,
      ECPS_CLIENT_SECRET: client.secret,
      ...environment,
    },
    tmpdir(),
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const clock = beside?.clock ?? movableClock()
  const logLines: string[] = []
  const stream = new Writable({
    write: (chunk, _, done) => {
      logLines.push(String(chunk))
      done()
    },
  })
  const app = Fastify({
    logger: { level: 'info', stream },
    logController: new LogController({ disableRequestLogging: true }),
  })
  const platform: Platform = {
    configuration: parsed.value,
    publicUrl: url,
    origins: { home: url, counter: url, person: url, verifier: url },
    clock,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    database,
    vault: await openVault(database, keyEncryptionKey, clock, (length) => randomBytes(length)),
    retrievalLinks,
    sessionSigner: beside?.platform.sessionSigner ?? fixedRing(await makeTestSigner('session')),
    log: app.log,
    metrics: makeMetrics(),
  }
  const login = loginModule(platform, {
    pace: patientPace,
    watchMilliseconds: 100,
    ...dependencies,
    timeouts,
  })
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  installProblems(app)
  app.decorateRequest('actor', null)
  await app.register(login.plugin)
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/guarded',
      preHandler: login.requireSession,
      handler: async ({ actor }) => ({ professional: actor?.professionalId }),
    })
    app.route({
      method,
      url: '/guarded/site',
      preHandler: login.requireSite,
      handler: async ({ actor }) => ({ site: actor?.site?.id }),
    })
  }
  await app.listen({ port, host: '127.0.0.1' })
  return {
    app,
    url: listensAt,
    provider,
    platform,
    clock,
    logLines,
    close: async () => {
      await app.close()
      if (beside === undefined) await provider.close()
    },
  }
}

/** Waits until something holds; throws when it does not within ten seconds. */
export const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  const giveUpAt = performance.now() + 10_000
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** What `/api/doors` says of door `ecps`. */
export const ecpsState = async (url: string): Promise<string | undefined> => {
  const view = (await (await fetch(`${url}/api/doors`)).json()) as DoorsView
  return view.doors.find(({ door }) => door === 'ecps')?.state
}

export { actHeaders, makeTestDevice, type TestDevice } from './test-device.ts'

/** A browser that goes as far as a test wants. */
export const makeTestBrowser = () => {
  const jar = makeCookieJar()
  const request = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    const cookie = jar.header(new URL(url))
    if (cookie !== '' && !headers.has('cookie')) headers.set('cookie', cookie)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    jar.take(new URL(url), response)
    return response
  }
  const location = (response: Response, base: string | URL): URL => {
    const value = response.headers.get('location')
    if (value === null) throw new Error(`no redirect but ${response.status}`)
    return new URL(value, base)
  }
  /** Asks the portal for its door: returns the address at the provider, not yet visited. */
  const begin = async (portal: string, query = '?return=/pro/'): Promise<URL> =>
    location(await request(`${portal}/login/ecps${query}`), portal)
  /** Answers the provider's pages: returns the callback address, not yet visited. */
  const answerProvider = async (
    authorization: URL,
    nationalId: string,
    answer: 'confirm' | 'refuse' = 'confirm',
  ): Promise<URL> => {
    const page = location(await request(authorization), authorization)
    const resume = await request(new URL(`${page.pathname}/confirmation`, page), {
      method: 'POST',
      body: new URLSearchParams({ nationalId, answer }),
    })
    const resumed = location(resume, page)
    return location(await request(resumed), resumed)
  }
  /** Both, one after the other. */
  const walkToCallback = async (
    portal: string,
    nationalId: string,
    answer: 'confirm' | 'refuse' = 'confirm',
    query?: string,
  ): Promise<URL> => answerProvider(await begin(portal, query), nationalId, answer)
  return { jar, request, begin, answerProvider, walkToCallback }
}
