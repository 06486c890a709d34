/**
 * What this process knows of the identity provider.
 *
 * Invariants
 * - The server starts without it: discovery happens when somebody first asks, and again later.
 * - At most one discovery is under way, however many people wait; it has its own short time-out.
 * - While the provider is known to be down, the answer is immediate.
 */
import {
  allowInsecureRequests,
  ClientSecretBasic,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  getJwksCache,
  setJwksCache,
} from 'openid-client'
import type { EcpsConfiguration } from '../../platform/configuration.ts'
import type { Clock, Log } from '../../platform/context.ts'
import { Problem } from '../../platform/problems.ts'
import { providerFetch } from './provider-fetch.ts'

export interface ProviderTimeouts {
  /** Longest wait for the discovery document, seconds. */
  readonly discoverySeconds: number
  /** Longest wait for each other call (token, keys, userinfo), seconds. */
  readonly callSeconds: number
}

export const defaultTimeouts: ProviderTimeouts = { discoverySeconds: 2, callSeconds: 5 }

export interface ProviderConnection {
  /**
   * The client's configuration, discovered when needed.
   * @throws Problem PROVIDER_UNAVAILABLE
   */
  configuration(): Promise<Configuration>
  /**
   * The last one known, however old, for somebody who comes back from the provider: that they do
   * says more than a look at its discovery document.
   * @throws Problem PROVIDER_UNAVAILABLE when none was ever found
   */
  lastConfiguration(): Promise<Configuration>
  /** Whether signing in is likely to work now; never waits longer than one discovery. */
  state(): Promise<'up' | 'down'>
  /** A call failed: look again before sending anybody there. */
  suspect(): void
}

/** How long "it answered" is believed before it is asked again. */
const upMilliseconds = 10_000
/** How long "it does not answer" is believed: everybody is told at once meanwhile. */
const downMilliseconds = 3_000
/** How old an answer may be told to somebody who only looks, while it is renewed behind. */
const glanceMilliseconds = 60_000

interface Finding {
  readonly at: number
  /** Null: it did not answer. */
  readonly configuration: Configuration | null
}

export const createProviderConnection = (
  settings: EcpsConfiguration,
  clock: Clock,
  log: Log,
  timeouts: ProviderTimeouts,
): ProviderConnection => {
  let finding: Finding | null = null
  let last: Configuration | null = null
  let underWay: Promise<Configuration | null> | null = null

  const discover = async (previous: Configuration | null): Promise<Configuration> => {
    const insecure = settings.issuer.startsWith('http:') // the configuration permits it in development alone
    const configuration = await discovery(
      new URL(settings.issuer),
      settings.clientId,
      settings.clientSecret,
      ClientSecretBasic(settings.clientSecret),
      {
        timeout: timeouts.discoverySeconds,
        [customFetch]: providerFetch,
        execute: insecure ? [allowInsecureRequests] : [],
      },
    )
    configuration.timeout = timeouts.callSeconds
    // Without this the ID token's signature goes unchecked: OpenID Connect Core §3.1.3.7 (6) lets TLS stand for it.
    enableNonRepudiationChecks(configuration)
    const keys = previous === null ? undefined : getJwksCache(previous)
    if (keys !== undefined) setJwksCache(configuration, keys)
    return configuration
  }

  const look = (): Promise<Configuration | null> => {
    underWay ??= discover(last)
      .catch((error: unknown) => {
        const name = error instanceof Error ? error.name : typeof error
        log.warn({ failure: name }, 'the identity provider was not found')
        return null
      })
      .then((configuration) => {
        finding = { at: clock.now().getTime(), configuration }
        last = configuration ?? last
        underWay = null
        return configuration
      })
    return underWay
  }

  const ageOf = ({ at }: Finding): number => clock.now().getTime() - at
  const isFresh = (known: Finding): boolean =>
    ageOf(known) < (known.configuration === null ? downMilliseconds : upMilliseconds)

  const configuration = async (): Promise<Configuration> => {
    const found = finding !== null && isFresh(finding) ? finding.configuration : await look()
    if (found !== null) return found
    throw new Problem('PROVIDER_UNAVAILABLE', { retryAfterSeconds: downMilliseconds / 1000 })
  }

  return {
    configuration,
    lastConfiguration: async () => last ?? configuration(),
    state: async () => {
      const known = finding
      if (known === null || ageOf(known) > glanceMilliseconds) {
        return (await look()) === null ? 'down' : 'up'
      }
      if (!isFresh(known)) void look()
      return known.configuration === null ? 'down' : 'up'
    },
    suspect: () => {
      if (finding !== null) finding = { ...finding, at: Number.NEGATIVE_INFINITY }
    },
  }
}
