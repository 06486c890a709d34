/** The outside world of a development server: identity provider, card authority and mailbox, speaking the real protocols. */
import { existsSync } from 'node:fs'
import { routes } from '@sidep/contracts'
import {
  cardFiles,
  demoIdentities,
  ensureLaboratoryFolder,
  type FeedReceiver,
  generateProfessionals,
  type IdentityProvider,
  type LaboratoryFiles,
  type Mailbox,
  portalFiles,
  probeIdentity,
  probeLaboratorySettings,
  type RunningCardAuthority,
  startCardAuthority,
  startFeedReceiver,
  startIdentityProvider,
  startMailbox,
} from '@sidep/dev'
import { freePort } from '@sidep/server/platform/free-port.ts'

/** How many invented professionals the directory has, and the seed they are drawn from. */
export const syntheticProfessionals = { count: 2_000, seed: 1 } as const

type Environment = Readonly<Record<string, string | undefined>>

export interface StandIns {
  /** Null when the environment names a real one. */
  readonly identityProvider: IdentityProvider | null
  /** Null when the environment names a real one, or no folder was given for its cards. */
  readonly cardAuthority: RunningCardAuthority | null
  /** Null when the environment names real mail and SMS. */
  readonly mailbox: Mailbox | null
  /** Null when the environment names a receiver of any feed, or nothing was said of one. */
  readonly feedReceiver: FeedReceiver | null
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
    readonly cardAuthority: number
    readonly cardPort: number
    readonly laboratory: number
    readonly vendors: number
    readonly feedReceiver: number
  }
  /** Where the card authority keeps its cards; without it there is no door for cards. */
  readonly cardsFolder?: string
  /** Where the laboratory stand-in keeps its certificates; without it laboratories have no way in. */
  readonly laboratoryFolder?: string
}

const client = { id: 'sidep-development', secret: 'sidep-development-secret' } as const

/** It guards nothing here: it proves that the gateway shows one. */
const receiptToken = 'sidep-development-receipts'

const anyPorts = {
  identityProvider: 0,
  mailbox: 0,
  smtp: 0,
  cardAuthority: 0,
  cardPort: 0,
  laboratory: 0,
  vendors: 0,
  feedReceiver: 0,
}

const isSet = (environment: Environment, key: string): boolean =>
  (environment[key] ?? '').trim() !== ''

const startProvider = async (portalUrl: string, port: number): Promise<IdentityProvider> =>
  startIdentityProvider({
    port: await freePort('127.0.0.1', port),
    clients: [
      {
        ...client,
        redirectUris: [`${portalUrl}${routes.loginEcpsCallback}`],
        backchannelLogoutUri: `${portalUrl}${routes.loginEcpsBackchannelLogout}`,
        postLogoutRedirectUris: [`${portalUrl}/pro/`],
      },
    ],
    people: demoIdentities,
    others: [
      ...generateProfessionals(syntheticProfessionals.count, syntheticProfessionals.seed),
      probeIdentity,
    ],
  })

const cardSettings = (folder: string, { revocationLists }: RunningCardAuthority): Environment => {
  const { authority, serverCertificate, serverKey } = portalFiles(folder)
  return {
    CARD_AUTHORITY: authority,
    CARD_REVOCATION_LISTS: revocationLists.join(','),
    CARD_TLS_CERTIFICATE: serverCertificate,
    CARD_TLS_KEY: serverKey,
  }
}

/** What the watcher shows at the card port. */
const probeCardSettings = (folder: string): Environment => {
  const { certificate, privateKey } = cardFiles(folder, 'probe')
  // A folder of an earlier version has no such card.
  if (!existsSync(certificate)) return {}
  return {
    WATCH_CARD_CERTIFICATE: certificate,
    WATCH_CARD_KEY: privateKey,
    WATCH_CARD_AUTHORITY: portalFiles(folder).authority,
  }
}

/** Settings of the feeds begin with these; below a stand-in's address each is a folder. */
const feedKeys = ['TRACING', 'SURVEILLANCE', 'OPEN_DATA'] as const

const feedSettings = ({ url, token }: FeedReceiver): Environment =>
  Object.fromEntries(
    feedKeys.flatMap((key) => [
      [`${key}_URL`, `${url}/${key.toLowerCase().replace('_', '-')}`],
      [`${key}_TOKEN`, token],
    ]),
  )

const cardPortOf = ({ CARD_PORT = '' }: Environment, wished: number): number =>
  CARD_PORT === '' ? wished : Number(CARD_PORT)

/** What the watcher sends as a laboratory: nothing where the folder was made before it had one. */
const watchedLaboratory = (files: LaboratoryFiles, port: number): Environment =>
  existsSync(files.probeCertificate) ? probeLaboratorySettings(files, port) : {}

/** A laboratory of ours with a certificate, and the port of vendors, unless the environment names real ones. */
const laboratorySettings = async (
  { environment, portalUrl, laboratoryFolder: folder }: StandInsOptions,
  wished: { readonly laboratory: number; readonly vendors: number },
): Promise<Environment> => {
  if (folder === undefined || isSet(environment, 'LABORATORY_DIRECTORY')) return {}
  const serverNames = [...new Set([new URL(portalUrl).hostname, 'localhost', '127.0.0.1'])]
  const files = await ensureLaboratoryFolder(folder, { now: new Date(), serverNames })
  const {
    LABORATORY_PORT: port = '',
    LABORATORY_FHIR_PORT: fhirPort = '',
    VENDOR_PORT: vendorPort = '',
  } = environment
  const free = (given: string, otherwise: number): Promise<number> =>
    freePort('127.0.0.1', given === '' ? otherwise : Number(given))
  const chosen = await free(port, wished.laboratory)
  // Beside that of MLLP, past the operator's.
  const beside = wished.laboratory === 0 ? 0 : chosen + 2
  return {
    LABORATORY_DIRECTORY: files.directory,
    LABORATORY_AUTHORITY: files.authority,
    LABORATORY_TLS_CERTIFICATE: files.serverCertificate,
    LABORATORY_TLS_KEY: files.serverKey,
    LABORATORY_OPERATOR_PORT: environment.LABORATORY_OPERATOR_PORT ?? '0',
    LABORATORY_PORT: String(chosen),
    LABORATORY_FHIR_PORT: String(await free(fhirPort, beside)),
    // One certificate of the machine's name does for all these ports.
    VENDOR_TLS_CERTIFICATE: environment.VENDOR_TLS_CERTIFICATE ?? files.serverCertificate,
    VENDOR_TLS_KEY: environment.VENDOR_TLS_KEY ?? files.serverKey,
    VENDOR_WEBHOOKS_ANYWHERE: environment.VENDOR_WEBHOOKS_ANYWHERE ?? 'yes',
    VENDOR_PORT: String(await free(vendorPort, wished.vendors)),
    // Its site is marked where the provider is a stand-in too.
    ...(isSet(environment, 'ECPS_ISSUER') || isSet(environment, 'WATCH_LABORATORY')
      ? {}
      : watchedLaboratory(files, chosen)),
  }
}

/**
 * Starts those stand-ins that the environment leaves open.
 *
 * @throws what a listener throws; nothing is left running then
 */
export const startStandIns = async (options: StandInsOptions): Promise<StandIns> => {
  const { environment, portalUrl } = options
  const ports = options.ports ?? anyPorts
  const identityProvider = isSet(environment, 'ECPS_ISSUER')
    ? null
    : await startProvider(portalUrl, ports.identityProvider)
  const openMailbox = async (): Promise<Mailbox | null> => {
    if (isSet(environment, 'SMTP_URL') && isSet(environment, 'SMS_GATEWAY_URL')) return null
    return startMailbox({
      httpPort: await freePort('127.0.0.1', ports.mailbox),
      smtpPort: await freePort('127.0.0.1', ports.smtp),
      receipts: { url: `${portalUrl}${routes.messageReceipts}`, token: receiptToken },
    })
  }
  const openCards = async (): Promise<RunningCardAuthority | null> => {
    const { cardsFolder: folder } = options
    if (folder === undefined || isSet(environment, 'CARD_AUTHORITY')) return null
    const serverNames = [...new Set([new URL(portalUrl).hostname, 'localhost', '127.0.0.1'])]
    return startCardAuthority({
      port: await freePort('127.0.0.1', ports.cardAuthority),
      folder,
      serverNames,
    })
  }
  const openFeedReceiver = async (): Promise<FeedReceiver | null> => {
    const isNamed = feedKeys.some((key) => isSet(environment, `${key}_URL`))
    return isNamed ? null : startFeedReceiver(await freePort('127.0.0.1', ports.feedReceiver))
  }
  const closeAll = async (): Promise<void> => {
    await Promise.all([
      identityProvider?.close(),
      mailbox?.close(),
      cardAuthority?.close(),
      feedReceiver?.close(),
    ])
  }
  let mailbox: Mailbox | null = null
  let cardAuthority: RunningCardAuthority | null = null
  let feedReceiver: FeedReceiver | null = null
  try {
    mailbox = await openMailbox()
    cardAuthority = await openCards()
    feedReceiver = await openFeedReceiver()
  } catch (error) {
    await closeAll()
    throw error
  }
  return {
    identityProvider,
    cardAuthority,
    mailbox,
    feedReceiver,
    environment: {
      ...environment,
      ...(identityProvider === null
        ? {}
        : {
            ECPS_ISSUER: identityProvider.issuer,
            ECPS_CLIENT_ID: client.id,
            ECPS_CLIENT_SECRET: client.secret,
            PROBE_SITES: probeIdentity.activities[0].finess,
            WATCH_ECPS: probeIdentity.nationalId,
          }),
      ...(cardAuthority === null || options.cardsFolder === undefined
        ? {}
        : {
            ...cardSettings(options.cardsFolder, cardAuthority),
            ...probeCardSettings(options.cardsFolder),
            CARD_PORT: String(await freePort('127.0.0.1', cardPortOf(environment, ports.cardPort))),
          }),
      ...(mailbox === null || isSet(environment, 'SMTP_URL')
        ? {}
        : {
            SMTP_URL: mailbox.smtpUrl,
            MAIL_FROM: 'sidep (essai) <ne-pas-repondre@sidep.invalid>',
          }),
      ...(mailbox === null || isSet(environment, 'SMS_GATEWAY_URL')
        ? {}
        : {
            SMS_GATEWAY_URL: mailbox.smsUrl,
            SMS_GATEWAY_TOKEN: mailbox.smsToken,
            SMS_RECEIPT_TOKEN: receiptToken,
          }),
      ...(feedReceiver === null ? {} : feedSettings(feedReceiver)),
      ...(await laboratorySettings(options, ports)),
    },
    close: closeAll,
  }
}
