/**
 * What this process knows of the identity provider.
 *
 * Invariants
 * - The server starts without it. Its description and keys are looked at in the background, at most one look at a
 *   time, with jitter; the last good ones count meanwhile, this process's own or another's from the database.
 * - Nobody who signs in is the probe: once the provider is known to be away (circuit.ts) the answer is immediate.
 *   But whoever is sent there, or waits too long for it, or does not reach it, makes the next look come sooner.
 * - Every call to it has a time-out and a bound in bytes (provider-fetch.ts).
 */

import {
  allowInsecureRequests,
  ClientSecretBasic,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  type ServerMetadata,
  setJwksCache,
} from 'openid-client'
import type { EcpsConfiguration } from '../../platform/configuration.ts'
import type { Clock, Log, RandomBytes } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import { Problem } from '../../platform/problems.ts'
import { type CircuitPace, defaultPace, makeCircuit } from './circuit.ts'
import { isUnreachable, isUnreached, ProviderUnreachable, providerFetch } from './provider-fetch.ts'
import { type ProviderMemory, parseRemembered, type Remembered } from './provider-memory.ts'

export interface ProviderTimeouts {
  /** Longest wait for each of the discovery document and the keys, seconds. */
  readonly discoverySeconds: number
  /** Longest wait for each other call (token, userinfo, telephone), seconds. */
  readonly callSeconds: number
}

export const defaultTimeouts: ProviderTimeouts = { discoverySeconds: 2, callSeconds: 3 }

/** How a failed call is to be understood. */
export type Blame = 'provider' | 'nobody'

export interface ProviderConnection {
  /**
   * Does something with the provider, through the circuit.
   *
   * @param kind `begin` for somebody who starts: refused at once while the provider is away; `return` for somebody
   *   it sent back, which says more than a look at its description
   * @param blameOf whether a failure is the provider's; one of not being reached always is
   * @throws Problem PROVIDER_UNAVAILABLE, or what the work throws
   */
  call<T>(
    kind: 'begin' | 'return',
    work: (configuration: Configuration) => Promise<T>,
    blameOf?: (error: unknown) => Blame,
  ): Promise<T>
  /**
   * The last good configuration, without the provider being asked.
   * @throws Problem PROVIDER_UNAVAILABLE when none was ever found, or the provider is known to be away
   */
  configuration(): Promise<Configuration>
  /** The last good keys, however old; null when none were ever found. */
  keys(): Remembered['jwks'] | null
  /** Looks at the provider now, together with whoever else asks; false when it is away. */
  look(): Promise<boolean>
  /** Once this process has looked at the provider at all. */
  looked(): Promise<void>
  /** Whether signing in is likely to work now; immediate. */
  state(): 'up' | 'down'
  /** How long until it is looked at again at the latest. */
  retryAfterSeconds(): number
  start(): Promise<void>
  stop(): Promise<void>
}

export interface ConnectionDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly randomBytes: RandomBytes
  readonly memory: ProviderMemory
  readonly timeouts: ProviderTimeouts
  readonly pace?: CircuitPace
}

/** Unchanged keys are written down again this often, so that their age is known, seconds. */
const saveAgainSeconds = 3_600

export const makeProviderConnection = (
  settings: EcpsConfiguration,
  { clock, log, randomBytes, memory, timeouts, pace = defaultPace }: ConnectionDependencies,
): ProviderConnection => {
  const circuit = makeCircuit(pace)
  let known: Configuration | null = null
  let remembered: Remembered | null = null
  let saved: Remembered | null = null
  let hasLooked = false
  let underWay: Promise<boolean> | null = null
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  /** By a clock that only runs forward, milliseconds. */
  let lookedAt = Number.NEGATIVE_INFINITY
  let nextLookAt = Number.POSITIVE_INFINITY
  const isInsecure = settings.issuer.startsWith('http:') // the configuration permits it in development alone
  const nowSeconds = (): number => Math.floor(clock.now().getTime() / 1000)

  /** Keys that cannot be fetched are those fetched last: the library asks again every five minutes. */
  const fetchKeepingKeys: typeof providerFetch = async (url, options) => {
    const jwksUri = known?.serverMetadata().jwks_uri
    try {
      return await providerFetch(url, options)
    } catch (error) {
      if (url !== jwksUri || remembered === null) throw error
      return new Response(JSON.stringify(remembered.jwks), {
        status: 200,
        headers: { 'content-type': 'application/json' },
      })
    }
  }

  const configurationOf = ({ metadata, jwks }: Remembered): Configuration => {
    const server: ServerMetadata = { ...metadata }
    const configuration = new Configuration(
      server,
      settings.clientId,
      settings.clientSecret,
      ClientSecretBasic(settings.clientSecret),
    )
    configuration.timeout = timeouts.callSeconds
    configuration[customFetch] = fetchKeepingKeys
    if (isInsecure) allowInsecureRequests(configuration)
    // Without this the ID token's signature goes unchecked: OpenID Connect Core §3.1.3.7 (6) lets TLS stand for it.
    enableNonRepudiationChecks(configuration)
    // The library's own clock, not ours: it says how long it may use them before it asks again.
    setJwksCache(configuration, {
      jwks: { keys: jwks.keys.map((key) => ({ ...key })) },
      uat: Math.floor(performance.timeOrigin / 1000 + performance.now() / 1000),
    })
    return configuration
  }

  const fetchKeys = async (jwksUri: string | undefined): Promise<unknown> => {
    if (jwksUri === undefined) throw new ProviderUnreachable('status')
    const response = await providerFetch(jwksUri, {
      method: 'GET',
      headers: { accept: 'application/json' },
      body: null,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeouts.discoverySeconds * 1000),
    })
    if (response.status !== 200) throw new ProviderUnreachable('status')
    return response.json()
  }

  /** Fetches description and keys. @throws ProviderUnreachable, or what the library finds wrong */
  const fetchDescription = async (): Promise<Remembered> => {
    const found = await discovery(
      new URL(settings.issuer),
      settings.clientId,
      settings.clientSecret,
      ClientSecretBasic(settings.clientSecret),
      {
        timeout: timeouts.discoverySeconds,
        [customFetch]: providerFetch,
        execute: isInsecure ? [allowInsecureRequests] : [],
      },
    )
    // Only what JSON carries: the library adds methods.
    const metadata: unknown = JSON.parse(JSON.stringify(found.serverMetadata()))
    const jwks = await fetchKeys(found.serverMetadata().jwks_uri)
    const description = parseRemembered({ metadata, jwks, fetchedAtSeconds: nowSeconds() })
    if (description === null || description.jwks.keys.length === 0) {
      throw new ProviderUnreachable('status')
    }
    return description
  }

  const save = async (description: Remembered): Promise<void> => {
    const before = saved
    const isSame =
      before !== null &&
      JSON.stringify([before.metadata, before.jwks]) ===
        JSON.stringify([description.metadata, description.jwks])
    if (isSame && description.fetchedAtSeconds - before.fetchedAtSeconds < saveAgainSeconds) return
    try {
      await memory.save(description)
      saved = description
    } catch (error) {
      // The next look writes it; this process knows it already.
      log.warn({ failure: errorName(error) }, 'the provider’s keys could not be written down')
    }
  }

  const look = (): Promise<boolean> => {
    if (underWay === null) lookedAt = performance.now()
    underWay ??= fetchDescription()
      .then(
        (description) => {
          remembered = description
          known = configurationOf(description)
          circuit.probed(true)
          void save(description)
          return true
        },
        (error: unknown) => {
          log.warn({ failure: errorName(error) }, 'the identity provider was not found')
          circuit.probed(false)
          return false
        },
      )
      .finally(() => {
        hasLooked = true
        underWay = null
      })
    return underWay
  }

  const retryAfterSeconds = (): number =>
    Math.max(1, Math.ceil(circuit.probeAfterMilliseconds() / 1000))

  const unavailable = (): Problem =>
    new Problem('PROVIDER_UNAVAILABLE', { retryAfterSeconds: retryAfterSeconds() })

  const lookAfter = (milliseconds: number): void => {
    clearTimeout(timer)
    if (stopped) return
    nextLookAt = performance.now() + milliseconds
    timer = setTimeout(() => {
      nextLookAt = Number.POSITIVE_INFINITY
      look().finally(schedule)
    }, milliseconds)
    timer.unref()
  }

  const schedule = (): void => {
    // Between half and all of it, so that a hundred processes do not look at once.
    const [random = 0] = randomBytes(1)
    lookAfter(circuit.probeAfterMilliseconds() * (0.5 + random / 510))
  }

  /** Something asks for a look before its time: it comes at once, but no two so caused within `gapMilliseconds`. */
  const hasten = (gapMilliseconds: number): void => {
    // An open circuit has its own pace: whoever is turned away does not set it.
    if (underWay !== null || circuit.state() === 'open') return
    const wait = Math.max(0, lookedAt + gapMilliseconds - performance.now())
    if (performance.now() + wait < nextLookAt) lookAfter(wait)
  }

  const configuration = async (): Promise<Configuration> => {
    if (known === null && !hasLooked) await look()
    if (known === null || circuit.state() === 'open') throw unavailable()
    hasten(pace.probeMillisecondsInUse)
    return known
  }

  return {
    look,
    looked: async () => {
      if (!hasLooked) await look()
    },
    configuration,
    keys: () => remembered?.jwks ?? null,
    call: async (kind, work, blameOf = () => 'nobody') => {
      const current = kind === 'begin' ? await configuration() : (known ?? (await configuration()))
      if (!circuit.admit(kind)) throw unavailable()
      // Unanswered for so long: a look beside it says sooner whether it is this call or the provider.
      const doubt = setTimeout(() => hasten(pace.probeMillisecondsMin), pace.probeMillisecondsMin)
      doubt.unref()
      try {
        const result = await work(current)
        circuit.succeed()
        return result
      } catch (error) {
        const isProviders = isUnreachable(error) || blameOf(error) === 'provider'
        if (isProviders) circuit.fail(isUnreached(error) ? 'unreached' : 'answered')
        else circuit.leave()
        if (isUnreached(error)) hasten(pace.probeMillisecondsMin)
        throw error
      } finally {
        clearTimeout(doubt)
      }
    },
    state: () => ((known !== null || !hasLooked) && circuit.state() !== 'open' ? 'up' : 'down'),
    retryAfterSeconds,
    start: async () => {
      try {
        const before = await memory.load()
        if (before !== null && known === null) {
          remembered = before
          saved = before
          known = configurationOf(before)
        }
      } catch (error) {
        log.warn({ failure: errorName(error) }, 'the provider’s last keys could not be read')
      }
      // Not waited for: a server starts without its provider.
      void look().finally(schedule)
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await underWay
    },
  }
}
