import { routes } from '@sidep/contracts'
import {
  demoIdentities,
  type IdentityProvider,
  type Mailbox,
  type SyntheticProfessional,
  startIdentityProvider,
  startMailbox,
} from '@sidep/dev'
import { freePort } from '../../server/src/platform/free-port.ts'
import { startTestCluster, type TestPortal } from '../../server/src/platform/testing.ts'
import { builtPages } from './portal.ts'

const client = { id: 'sidep-web-tests', secret: 'sidep-web-tests-secret' } as const

/** A test, or a whole file: who says when it is over. */
interface Ending {
  after(close: () => Promise<unknown>): void
}

export interface StoryPortal {
  /** The counter's, without a slash at the end. */
  readonly url: string
  readonly origins: Origins
  readonly provider: IdentityProvider
  /** For looking at rows; of the server that runs now. */
  readonly sql: () => TestPortal['sql']
  /** A session cookie, also of long ago. */
  readonly cookieAt: TestPortal['cookieAt']
  /** Ends the server, as an outage would. */
  stop(): Promise<void>
  /** Starts it again, on the same address and data. */
  restart(): Promise<void>
}

const receiptToken = 'sidep-web-tests-receipts'

/** Mail, SMS and the gateway's receipts, beside a portal that is told of them. */
const startMessages = async (
  context: Ending,
  portalUrl: string,
): Promise<Record<string, string>> => {
  const mailbox: Mailbox = await startMailbox({
    receipts: { url: `${portalUrl}${routes.messageReceipts}`, token: receiptToken },
  })
  context.after(() => mailbox.close())
  return {
    SMTP_URL: mailbox.smtpUrl,
    MAIL_FROM: 'sidep@sidep.test',
    SMS_GATEWAY_URL: mailbox.smsUrl,
    SMS_GATEWAY_TOKEN: mailbox.smsToken,
    SMS_RECEIPT_TOKEN: receiptToken,
  }
}

/** Names of one loopback address, one a public: browsers resolve `*.localhost` themselves, and trust it as they do https. */
interface SeparateHosts {
  readonly home: string
  readonly counter: string
  readonly person: string
  readonly verifier: string
}

export interface StoryOptions {
  /** Whether messages go out; without, they stay in the outbox. */
  readonly hasMessages?: boolean
  /** Whom the identity provider knows. */
  readonly people?: readonly SyntheticProfessional[]
  /** Null: all at `localhost`. */
  readonly hosts?: SeparateHosts | null
  /** Settings besides. */
  readonly environment?: Readonly<Record<string, string>>
}

type Origins = Readonly<Record<keyof SeparateHosts, string>>

const originsAt = (port: number, hosts: SeparateHosts | null): Origins => {
  const at = (host: string): string => `http://${host}:${port}`
  const { home, counter, person, verifier } = hosts ?? {
    home: 'localhost',
    counter: 'localhost',
    person: 'localhost',
    verifier: 'localhost',
  }
  return { home: at(home), counter: at(counter), person: at(person), verifier: at(verifier) }
}

/** The whole road: identity provider, server on its database, pages; at the time of the browser. */
export const startStoryPortal = async (
  context: Ending,
  {
    hasMessages = false,
    people = demoIdentities,
    hosts = null,
    environment = {},
  }: StoryOptions = {},
): Promise<StoryPortal> => {
  const port = await freePort('127.0.0.1')
  const origins = originsAt(port, hosts)
  const url = origins.counter
  const provider = await startIdentityProvider({
    port: 0,
    clients: [
      {
        ...client,
        redirectUris: [`${url}${routes.loginEcpsCallback}`],
        postLogoutRedirectUris: [`${url}/pro/`],
      },
    ],
    people,
  })
  context.after(() => provider.close())
  const messages = hasMessages ? await startMessages(context, url) : {}
  const cluster = await startTestCluster()
  context.after(() => cluster.close())
  const start = (): Promise<TestPortal> =>
    cluster.portal({
      database: 0,
      environment: {
        PORT: String(port),
        PUBLIC_URL: origins.home,
        COUNTER_ORIGIN: origins.counter,
        PERSON_ORIGIN: origins.person,
        VERIFIER_ORIGIN: origins.verifier,
        ECPS_ISSUER: provider.issuer,
        ECPS_CLIENT_ID: client.id,
        ECPS_CLIENT_SECRET: client.secret,
        ...messages,
        ...environment,
      },
      overrides: {
        clock: { now: () => new Date() },
        pages: builtPages(),
        workers: hasMessages,
      },
    })
  let portal = await start()
  return {
    url,
    origins,
    provider,
    sql: () => portal.sql,
    cookieAt: (site, changes) => portal.cookieAt(site, changes),
    stop: () => portal.server.close(),
    restart: async () => {
      portal = await start()
    },
  }
}
