import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { SyntheticProfessional } from '../directory/synthetic-professional.ts'
import { makeFaults, type ProviderFault } from './faults.ts'
import { indexPeople, makeInteractions } from './interactions.ts'
import { makeProvider, type ProviderClient } from './provider.ts'
import { makeTelephone, type Telephone } from './telephone.ts'

export interface IdentityProviderOptions {
  /** 0 takes any free port. */
  readonly port: number
  /** Where it listens and what its addresses name; loopback by default. */
  readonly host?: string
  readonly clients: readonly ProviderClient[]
  /** Shown on the sign-in page, in this order. */
  readonly people: readonly SyntheticProfessional[]
  /** May sign in as well, by typing the national id. */
  readonly others?: readonly SyntheticProfessional[]
  readonly fault?: ProviderFault
  /** Whether it takes pushed authorization requests (RFC 9126); true when absent. */
  readonly takesPushedRequests?: boolean
}

export interface IdentityProvider {
  readonly issuer: string
  /** Makes it fail in one way from now on; `{kind: 'none'}` heals it. */
  setFault(fault: ProviderFault): void
  /** The telephones of its people, for tests; people use its page `/telephone`. */
  readonly telephone: Pick<Telephone, 'waiting' | 'answer'>
  /** Signs any claims with the provider's own key (RS256): a genuine token that says something wrong. */
  signToken(claims: Record<string, unknown>, header?: Record<string, unknown>): string
  close(): Promise<void>
}

/** Waits, unless the other side gives up first. @returns whether it is still there */
const waitWithPatience = (response: ServerResponse, milliseconds: number): Promise<boolean> =>
  new Promise((resolve) => {
    const gone = (): void => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      response.off('close', gone)
      resolve(true)
    }, milliseconds)
    response.once('close', gone)
  })

/**
 * Starts the stand-in for Pro Santé Connect: a real OpenID provider over invented people.
 *
 * @returns its issuer, a switch for faults, and how to close it
 * @throws the listener's error when the port is taken
 *
 * @example
 * const provider = await startIdentityProvider({ port: 0, clients: [client], people: demoIdentities })
 */
export const startIdentityProvider = async (
  options: IdentityProviderOptions,
): Promise<IdentityProvider> => {
  const host = options.host ?? '127.0.0.1'
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  const issuer = `http://${host}:${address.port}`

  const { privateKey: signingKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const faults = makeFaults(signingKey)
  faults.set(options.fault ?? { kind: 'none' })
  const people = indexPeople(options.people, options.others)
  const telephone = makeTelephone(() => provider, people)
  const provider: Provider = makeProvider(
    issuer,
    options.clients,
    people,
    telephone,
    signingKey,
    faults,
    Date.now,
    options.takesPushedRequests ?? true,
  )
  provider.on('server_error', (_, error) => console.error('identity provider:', error))
  const interact = makeInteractions(provider, people)
  const answer = provider.callback()

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = faults.current()
    if (fault.kind === 'down' && (request.url ?? '').includes(fault.path ?? '')) {
      request.socket.destroy()
      return
    }
    if (fault.kind === 'slow' && !(await waitWithPatience(response, fault.milliseconds))) return
    if (fault.kind === 'overloaded') {
      response.writeHead(503, { 'retry-after': '30', 'content-type': 'text/plain' }).end('503')
      return
    }
    if (await telephone.handle(request, response)) return
    if (!(await interact(request, response))) await answer(request, response)
  }
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error('identity provider:', error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })

  return {
    issuer,
    setFault: faults.set,
    telephone,
    signToken: (claims, header = {}) => {
      const encode = (value: unknown): string =>
        Buffer.from(JSON.stringify(value)).toString('base64url')
      const toBeSigned = `${encode({ alg: 'RS256', ...header })}.${encode(claims)}`
      return `${toBeSigned}.${sign('sha256', Buffer.from(toBeSigned), signingKey).toString('base64url')}`
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}
