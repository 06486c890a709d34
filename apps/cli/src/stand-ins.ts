/** The outside world of a development server: identity provider and mailbox, speaking the real protocols. */
import { routes } from '@sidep/contracts'
import {
  demoIdentities,
  generateProfessionals,
  type IdentityProvider,
  type Mailbox,
  startIdentityProvider,
  startMailbox,
} from '@sidep/dev'
import { freePort } from './free-port.ts'

/** How many invented professionals the directory has, and the seed they are drawn from. */
export const syntheticProfessionals = { count: 2_000, seed: 1 } as const

type Environment = Readonly<Record<string, string | undefined>>

export interface StandIns {
  /** Null when the environment names a real one. */
  readonly identityProvider: IdentityProvider | null
  /** Null when the environment names real mail and SMS. */
  readonly mailbox: Mailbox | null
  /** The environment with the stand-ins' addresses in it, ready to be parsed. */
  readonly environment: Environment
  close(): Promise<void>
}

export interface StandInsOptions {
  /** What the environment already names is not stood in for. */
  readonly environment: Environment
  /** Address of the portal as browsers reach it. */
  readonly portalUrl: string
  /** Wished ports; taken ones are replaced by free ones, 0 or absent is any. */
  readonly ports?: {
    readonly identityProvider: number
    readonly mailbox: number
    readonly smtp: number
  }
}

const client = { id: 'sidep-development', secret: 'sidep-development-secret' } as const

const isSet = (environment: Environment, key: string): boolean =>
  (environment[key] ?? '').trim() !== ''

const startProvider = async (portalUrl: string, port: number): Promise<IdentityProvider> =>
  startIdentityProvider({
    port: await freePort(port),
    clients: [
      {
        ...client,
        redirectUris: [`${portalUrl}${routes.loginEcpsCallback}`],
        backchannelLogoutUri: `${portalUrl}${routes.loginEcpsBackchannelLogout}`,
        postLogoutRedirectUris: [`${portalUrl}/pro/`],
      },
    ],
    people: demoIdentities,
    others: generateProfessionals(syntheticProfessionals.count, syntheticProfessionals.seed),
  })

/**
 * Starts those stand-ins that the environment leaves open.
 *
 * @throws what a listener throws; nothing is left running then
 */
export const startStandIns = async (options: StandInsOptions): Promise<StandIns> => {
  const { environment, portalUrl } = options
  const ports = options.ports ?? { identityProvider: 0, mailbox: 0, smtp: 0 }
  const identityProvider = isSet(environment, 'ECPS_ISSUER')
    ? null
    : await startProvider(portalUrl, ports.identityProvider)
  const openMailbox = async (): Promise<Mailbox | null> => {
    if (isSet(environment, 'SMTP_URL') && isSet(environment, 'SMS_GATEWAY_URL')) return null
    try {
      return await startMailbox({
        httpPort: await freePort(ports.mailbox),
        smtpPort: await freePort(ports.smtp),
      })
    } catch (error) {
      await identityProvider?.close()
      throw error
    }
  }
  const mailbox = await openMailbox()
  return {
    identityProvider,
    mailbox,
    environment: {
      ...environment,
      ...(identityProvider === null
        ? {}
        : {
            ECPS_ISSUER: identityProvider.issuer,
            ECPS_CLIENT_ID: client.id,
            ECPS_CLIENT_SECRET: client.secret,
          }),
      ...(mailbox === null || isSet(environment, 'SMTP_URL')
        ? {}
        : {
            SMTP_URL: mailbox.smtpUrl,
            MAIL_FROM: 'sidep (essai) <ne-pas-repondre@sidep.invalid>',
          }),
      ...(mailbox === null || isSet(environment, 'SMS_GATEWAY_URL')
        ? {}
        : { SMS_GATEWAY_URL: mailbox.smsUrl, SMS_GATEWAY_TOKEN: mailbox.smsToken }),
    },
    async close() {
      await Promise.all([identityProvider?.close(), mailbox?.close()])
    },
  }
}
