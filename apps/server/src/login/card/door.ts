/**
 * Door `card`: sign-in with a health professional's card, by TLS client authentication, without the identity
 * provider.
 *
 * Invariants
 * - A sign-in asks nobody outside: authorities come from the configuration, revocation lists from memory.
 * - Nothing of a certificate is believed before its signature is checked against a configured authority.
 * - What the card port saw reaches the portal sealed, for one browser's sign-in, once, within a minute.
 * - The portal starts, and its other doors work, whether or not the authority's service answers.
 */

import { connectionBounds } from '@sidep/admission'
import { type ProblemCode, routes } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import type { CardConfiguration } from '../../platform/configuration.ts'
import type { Platform } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import type { AdmitSignIn } from '../../platform/new-sign-in.ts'
import type { Cookies } from '../cookies.ts'
import type { DoorSource } from '../door-board.ts'
import type { SessionTokens } from '../session-token.ts'
import { viewOf } from '../session-view.ts'
import type { SessionWatch } from '../session-watch.ts'
import type { SignInSignals } from '../sign-in-signals.ts'
import { sweepAssertions } from './assertion.ts'
import { readAuthorityFiles } from './authority-files.ts'
import { type CardPortDependencies, cardPortListener } from './card-port.ts'
import { openProxyPort, openTlsPort, type RunningPort } from './card-server.ts'
import {
  type CardName,
  endSessionsOfRevoked,
  revokedCards,
  sweepCardSessions,
} from './card-sessions.ts'
import { checkCard } from './check-card.ts'
import { openCardSession } from './open-card-session.ts'
import { registerCardRoutes } from './portal-routes.ts'
import { presentedByConnection, presentedByProxy } from './presented-card.ts'
import { makeRevocations, type Revocations } from './revocations.ts'

export interface OpenCardDoor {
  /** Of the TLS port; 0 when TLS ends at the proxy. */
  readonly port: number
  /** Of the proxy's port; 0 without one. */
  readonly proxyPort: number
  /** For tests and the person on duty: fetches the lists now. */
  refreshLists(): Promise<void>
  close(): Promise<void>
}

export interface CardDoor {
  readonly source: DoorSource
  /** Registers the portal's side of the door. */
  register(app: FastifyInstance, watch: SessionWatch, signIns: SignInSignals): void
  /**
   * Reads the authorities, opens the ports and begins to fetch revocation lists.
   * @param watch ends what is open by a card that a list takes back
   * @throws when the authorities or the port's certificate cannot be used, or a port is taken
   */
  open(admitSignIn: AdmitSignIn, watch: Pick<SessionWatch, 'end'>): Promise<OpenCardDoor>
}

interface CardDoorDependencies {
  readonly platform: Platform
  readonly configuration: CardConfiguration
  readonly tokens: SessionTokens
  readonly cookies: Cookies
}

const { cardOfAddressMin, cardShareOfAddress } = connectionBounds
const sweepMilliseconds = 10 * 60_000

const originOf = (
  { publicUrl: portalUrl }: Pick<Platform, 'publicUrl'>,
  { publicUrl }: CardConfiguration,
  port: number,
): string => {
  if (publicUrl !== null) return new URL(publicUrl).origin
  const url = new URL(portalUrl)
  url.protocol = 'https:'
  url.port = String(port)
  return url.origin
}

/** What is open, once it is. */
interface Opened extends OpenCardDoor {
  readonly revocations: Revocations
  readonly isRevoked: (card: CardName) => boolean
}

/** Builds the door, closed. */
export const makeCardDoor = ({
  platform,
  configuration,
  tokens,
  cookies,
}: CardDoorDependencies): CardDoor => {
  const { clock, database, log, metrics } = platform
  let opened: Opened | null = null
  const outcomes = metrics.counter('sidep_card_sign_ins_total', 'Sign-ins by card, by outcome')
  const count = (code: ProblemCode | 'STARTED' | 'CARD_SEEN' | 'SIGNED_IN'): void =>
    outcomes.increment({ code })
  const handshakes = metrics.counter(
    'sidep_card_handshakes_failed_total',
    'TLS handshakes of the card port that ended before a request',
  )

  const sweepNow = (): void => {
    const now = clock.now()
    const sweeping = [sweepAssertions(database, now), sweepCardSessions(database, now)]
    Promise.all(sweeping).catch((error: unknown) => {
      const name = errorName(error)
      log.warn({ name }, 'used assertions and ended sessions were not swept')
    })
  }

  const isRevokedNow = (card: CardName): boolean => opened?.isRevoked(card) ?? false

  const signIn: CardPortDependencies['signIn'] = async (card) => {
    const session = await openCardSession(platform, card, null, isRevokedNow)
    const now = clock.now()
    const seconds = Math.max(0, Math.floor((session.renewBy.getTime() - now.getTime()) / 1000))
    const cookie = cookies.set(cookies.sessionName, await tokens.issue(session), seconds)
    return { view: viewOf(session, now), cookie }
  }

  const openPorts = async (
    dependencies: CardPortDependencies,
    authorities: string,
  ): Promise<[RunningPort | null, RunningPort | null]> => {
    const { tls, proxy, port, connectionsMax } = configuration
    const tlsPort =
      tls === null
        ? null
        : await openTlsPort(
            {
              host: platform.configuration.host,
              port,
              files: tls,
              authorities,
              log,
              connectionsMax,
              shareMax: Math.max(cardOfAddressMin, Math.ceil(connectionsMax * cardShareOfAddress)),
              onHandshakeFailed: () => handshakes.increment(),
            },
            cardPortListener(dependencies, presentedByConnection),
          )
    if (proxy === null) return [tlsPort, null]
    try {
      const listener = cardPortListener(dependencies, presentedByProxy(proxy.addresses))
      return [tlsPort, await openProxyPort({ ...proxy, connectionsMax }, listener)]
    } catch (error) {
      await tlsPort?.close()
      throw error
    }
  }

  const open: CardDoor['open'] = async (admitSignIn, watch) => {
    const authorities = await readAuthorityFiles(configuration.authority)
    const revocations: Revocations = makeRevocations(platform, {
      authorities,
      urls: configuration.revocationLists,
      intervalMinutes: configuration.revocationMinutes,
      graceHours: configuration.revocationGraceHours,
      onNewLists: async () => {
        const ended = await endSessionsOfRevoked(platform, watch, isRevoked)
        if (ended > 0) log.warn({ ended }, 'sessions ended with the cards that they came by')
      },
    })
    const isRevoked = revokedCards(authorities, revocations.status)
    const dependencies: CardPortDependencies = {
      platform,
      check: (certificate) => checkCard(certificate, authorities, revocations.status, clock.now()),
      signIn,
      admitSignIn,
      origin: () => originOf(platform, configuration, opened?.port ?? configuration.port),
      count,
    }
    const [tlsPort, proxyPort] = await openPorts(dependencies, authorities.pem)
    revocations.start()
    const sweeping = setInterval(sweepNow, sweepMilliseconds)
    sweeping.unref()
    opened = {
      port: tlsPort?.port ?? 0,
      proxyPort: proxyPort?.port ?? 0,
      revocations,
      isRevoked,
      refreshLists: revocations.refresh,
      close: async () => {
        opened = null
        clearInterval(sweeping)
        await Promise.all([tlsPort?.close(), proxyPort?.close(), revocations.stop()])
      },
    }
    return opened
  }

  return {
    source: {
      door: 'card',
      url: routes.loginCard,
      state: () => (opened === null || opened.revocations.health() === 'unusable' ? 'down' : 'up'),
    },
    register: (app, watch, signIns) =>
      registerCardRoutes(app, {
        platform,
        tokens,
        cookies,
        watch,
        signIns,
        count,
        isRevoked: isRevokedNow,
        origin: () => (opened === null ? null : originOf(platform, configuration, opened.port)),
      }),
    open,
  }
}
