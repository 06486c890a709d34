/**
 * The configuration, parsed once from the environment into a value that cannot be half right:
 * either everything the mode needs is there, or a list of what is missing or wrong.
 * Development runs with nothing set. Production never starts with stand-ins or development keys.
 */
import { resolve } from 'node:path'
import { requestsMax } from '@sidep/admission'
import { parseFiness } from '@sidep/identifiers'
import { defaultProfile, profiles } from '@sidep/verdict'
import { type AddressConfiguration, readAddresses } from './address-configuration.ts'
import { type CardConfiguration, readCardConfiguration } from './card-configuration.ts'
import {
  type ConfigurationFault,
  type Environment,
  makeReader,
  type Reader,
} from './configuration-reader.ts'
import { type FeedConfiguration, readFeedConfiguration } from './feed-configuration.ts'
import { type KeyConfiguration, readKeyConfiguration } from './key-configuration.ts'
import {
  type LaboratoryConfiguration,
  readLaboratoryConfiguration,
} from './laboratory-configuration.ts'
import {
  readTracingConfiguration,
  type TracingConfiguration,
} from './tracing/tracing-configuration.ts'
import { readVendorConfiguration, type VendorConfiguration } from './vendor-configuration.ts'

export type { CardConfiguration } from './card-configuration.ts'
export type { ConfigurationFault } from './configuration-reader.ts'

export type Mode = 'development' | 'production'

export interface EcpsConfiguration {
  /** Issuer URL of the professionals' identity provider; its discovery document lives below it. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface Configuration extends KeyConfiguration, AddressConfiguration {
  readonly mode: Mode
  readonly dataDirectory: string
  /** `postgres://…` of any PostgreSQL ≥ 15; null starts the embedded one in the data folder. */
  readonly databaseUrl: string | null
  /** The same database as its owner, for migrations alone; null: `databaseUrl` is the owner's, and the portal takes its role. */
  readonly ownerDatabaseUrl: string | null
  readonly keysDirectory: string
  /** Null (development only) until `sidep start` puts its stand-in here. */
  readonly ecps: EcpsConfiguration | null
  /** Null: there is no door `card`. */
  readonly card: CardConfiguration | null
  /** Null: laboratories have no way in. */
  readonly laboratory: LaboratoryConfiguration | null
  /** How vendors' software comes in; null: it does not. */
  readonly vendors: VendorConfiguration | null
  /** Profession codes (nomenclature G15) that may enter screenings. */
  readonly permittedProfessions: readonly string[]
  /** Where the watcher writes the files of `/etat/`. */
  readonly statusDirectory: string
  /** The watcher's own folder, where it is on this machine: its log, and the orders that it hears. */
  readonly watchDirectory: string
  /** FINESS numbers of the sites at which probes act (probe-sites.ts). */
  readonly probeSites: readonly string[]
  /** Longest time an open session lives, hours. It needs nobody else while it does. */
  readonly sessionHours: number
  /** How long a token of a session bound to a device lasts before the device renews it, minutes. */
  readonly sessionRenewalMinutes: number
  /** How long after the last strong sign-in a bound session may be renewed while no door is open, hours. */
  readonly sessionExtensionHours: number
  /** How old a strong sign-in may be for what weighs most: delegations, withdrawals, ending other sessions; minutes. */
  readonly freshSignInMinutes: number
  /** Screenings under a professional's name within a clock hour, beyond which a fresh sign-in is asked for. */
  readonly paceScreeningsPerHour: number
  /** Null: e-mails stay in the outbox. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null
  /** Null: text messages stay in the outbox. */
  readonly sms: {
    readonly gatewayUrl: string
    readonly token: string
    /** What the gateway shows when it says whether a message arrived; null: it does not say. */
    readonly receiptToken: string | null
  } | null
  readonly feeds: FeedConfiguration
  /** Screenings that this installation was measured to record in a second; null: nobody has measured it. */
  readonly capacityPerSecond: number | null
  /** Id of the acceptance rules in force; verifiers get it with the trust bundle. */
  readonly ruleProfile: string
  readonly retention: {
    /** Identity data is unreadable after this many days (three months: décret n° 2020-551, art. 4). */
    readonly identifyingDays: number
    /** Traces go after this many days (six months). */
    readonly tracesDays: number
  }
  /** File that says up to when data was removed; a database that is restored does not know (audit/retention/erased-until.ts). */
  readonly erasedUntilFile: string
  readonly retrieval: {
    /** How long a link opens, days. */
    readonly linkDays: number
    /** How long a link rests after ten wrong birth dates, minutes. */
    readonly pauseMinutes: number
  }
  readonly admission: {
    /** Requests in work at once, at most; the real limit finds itself below. */
    readonly concurrencyMax: number
    /** Sign-ins begun a second in the whole portal; more wait in the waiting room. */
    readonly loginsPerSecondMax: number
    /** A place in the waiting room is given away when its holder has not come for this long, seconds. */
    readonly noShowSeconds: number
  }
  readonly issuance: {
    /** CWT `exp` of a DCC: days from issue. What a venue accepts, and for how long, are rules, not this. */
    readonly dccValidityDays: number
    /** ISO 3166-1 alpha-2, CWT `iss` of a DCC. */
    readonly country: string
    /** Name of the issuer inside a DCC (`is`). */
    readonly issuerName: string
  }
  /** How long a stopping process answers as not ready before it closes, seconds: a load balancer notices meanwhile. */
  readonly stopPauseSeconds: number
  /** Null: nothing is traced. */
  readonly tracing: TracingConfiguration | null
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** Proxies to believe for the client's address (`X-Forwarded-For`), as Fastify's `trustProxy`; empty for none. */
  readonly trustedProxies: readonly string[]
}

export type ConfigurationResult =
  | { readonly ok: true; readonly value: Configuration }
  | { readonly ok: false; readonly faults: readonly ConfigurationFault[] }

/** Pharmacists 21, doctors 10, nurses 60, midwives 50, dentists 40, physiotherapists 70 (arrêté du 1er juin 2021, art. 26). */
const defaultProfessions = '21,10,60,50,40,70'
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const

const readEcps = (
  { text, missing, url }: Reader,
  production: boolean,
): EcpsConfiguration | null => {
  const issuer = url('ECPS_ISSUER', production ? ['https:'] : ['https:', 'http:'])
  const keys = ['ECPS_ISSUER', 'ECPS_CLIENT_ID', 'ECPS_CLIENT_SECRET'] as const
  const given = keys.filter((key) => text(key) !== null)
  if (given.length === 0 && !production) return null
  for (const key of keys) {
    if (text(key) === null) missing(key, 'from the registration at the identity provider')
  }
  return {
    issuer: issuer ?? '',
    clientId: text('ECPS_CLIENT_ID') ?? '',
    clientSecret: text('ECPS_CLIENT_SECRET') ?? '',
  }
}

/** Whoever knows it can say of a message that it arrived. */
const receiptTokenLengthMin = 20

/** Both channels are needed in production: a person must get the link one way or the other. */
const readChannels = (
  { text, missing, wrong, url }: Reader,
  production: boolean,
): Pick<Configuration, 'mail' | 'sms'> => {
  const smtpUrl = url('SMTP_URL', ['smtp:', 'smtps:'])
  const from = text('MAIL_FROM')
  const gatewayUrl = url('SMS_GATEWAY_URL', production ? ['https:'] : ['https:', 'http:'])
  const token = text('SMS_GATEWAY_TOKEN')
  const receiptToken = text('SMS_RECEIPT_TOKEN')
  if (production && text('SMTP_URL') === null) missing('SMTP_URL', 'smtps://user:password@host')
  if (production && text('SMS_GATEWAY_URL') === null) {
    missing('SMS_GATEWAY_URL', 'https address of the SMS gateway')
  }
  if (smtpUrl !== null && from === null) missing('MAIL_FROM', 'the sender people see')
  if (gatewayUrl !== null && token === null) missing('SMS_GATEWAY_TOKEN', 'from the gateway')
  if (receiptToken !== null && receiptToken.length < receiptTokenLengthMin) {
    wrong('SMS_RECEIPT_TOKEN', `${receiptTokenLengthMin} characters or more, random`)
  }
  return {
    mail: smtpUrl !== null && from !== null ? { smtpUrl, from } : null,
    sms: gatewayUrl !== null && token !== null ? { gatewayUrl, token, receiptToken } : null,
  }
}

const readRuleProfile = ({ text, wrong }: Reader): string => {
  const id = text('RULE_PROFILE') ?? defaultProfile.id
  if (!profiles.some((profile) => profile.id === id)) {
    wrong('RULE_PROFILE', `one of ${profiles.map((profile) => profile.id).join(', ')}`)
  }
  return id
}

const readMode = ({ text, wrong }: Reader): Mode => {
  const mode = text('SIDEP_MODE') ?? 'development'
  if (mode === 'development' || mode === 'production') return mode
  wrong('SIDEP_MODE', 'development or production')
  // What is not understood gets the stricter reading, so that all its faults show at once.
  return 'production'
}

/** The embedded PostgreSQL's npm package is a beta: production runs on it only when told so. */
const checkEmbeddedDatabase = ({ text, missing, wrong }: Reader, production: boolean): void => {
  const word = text('EMBEDDED_DATABASE')
  if (word !== null && word !== 'accepted') wrong('EMBEDDED_DATABASE', 'accepted, or nothing')
  if (production && word === null && text('DATABASE_URL') === null) {
    missing(
      'DATABASE_URL',
      'a PostgreSQL of your own (15 or newer); or set EMBEDDED_DATABASE to accepted: its package is a beta',
    )
  }
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/**
 * Parses an environment (`process.env`, or any record in tests) against the folder relative paths start from.
 * Pure: reads no file. @returns the configuration, or every fault found, in one go.
 */
export const parseConfiguration = (
  environment: Environment,
  workingDirectory: string,
): ConfigurationResult => {
  const read = makeReader(environment)
  const { text, missing, wrong, integer, database, faults } = read
  const mode = readMode(read)
  const production = mode === 'production'
  const addresses = readAddresses(read, production)
  if (production && text('KEYS_DIR') === null) {
    missing('KEYS_DIR', 'folder of the signers, made by `sidep keys`')
  }
  const databaseUrl = database('DATABASE_URL')
  const ownerDatabaseUrl = database('OWNER_DATABASE_URL')
  if (ownerDatabaseUrl !== null && databaseUrl === null) {
    missing('DATABASE_URL', 'the same database as the role that the portal works as')
  }
  checkEmbeddedDatabase(read, production)
  const professions = listOf(text('PERMITTED_PROFESSIONS') ?? defaultProfessions)
  if (professions.length === 0 || professions.some((code) => !/^\d{2}$/.test(code))) {
    wrong('PERMITTED_PROFESSIONS', 'two-digit profession codes with commas, e.g. 21,10,60')
  }
  const probeSites = listOf(text('PROBE_SITES') ?? '')
  if (probeSites.some((site) => !parseFiness(site).ok)) {
    wrong('PROBE_SITES', 'FINESS numbers with commas')
  }
  const level = text('LOG_LEVEL') ?? 'info'
  const logLevel = logLevels.find((name) => name === level)
  if (logLevel === undefined) wrong('LOG_LEVEL', `one of ${logLevels.join(', ')}`)
  const country = text('DCC_COUNTRY') ?? 'FR'
  if (!/^[A-Z]{2}$/.test(country)) wrong('DCC_COUNTRY', 'two capital letters (ISO 3166-1)')
  const dataDirectory = resolve(workingDirectory, text('DATA_DIR') ?? 'data')
  const keysDirectory = text('KEYS_DIR')
  const value: Configuration = {
    mode,
    ...addresses,
    dataDirectory,
    databaseUrl,
    ownerDatabaseUrl,
    keysDirectory:
      keysDirectory === null
        ? resolve(dataDirectory, 'keys')
        : resolve(workingDirectory, keysDirectory),
    ...readKeyConfiguration(read, workingDirectory, dataDirectory, production),
    ecps: readEcps(read, production),
    card: readCardConfiguration(read, workingDirectory, addresses.host),
    laboratory: readLaboratoryConfiguration(read, workingDirectory, addresses.host),
    vendors: readVendorConfiguration(read, workingDirectory, addresses.host, production),
    permittedProfessions: professions,
    probeSites,
    statusDirectory: resolve(dataDirectory, text('STATUS_DIR') ?? 'watch/etat'),
    watchDirectory: resolve(dataDirectory, text('WATCH_DIR') ?? 'watch'),
    sessionHours: integer('SESSION_HOURS', 12, 1, 24),
    sessionRenewalMinutes: integer('SESSION_RENEWAL_MINUTES', 20, 5, 60),
    sessionExtensionHours: integer('SESSION_EXTENSION_HOURS', 72, 24, 96),
    freshSignInMinutes: integer('FRESH_SIGN_IN_MINUTES', 10, 2, 60),
    paceScreeningsPerHour: integer('PACE_SCREENINGS_PER_HOUR', 600, 20, 100_000),
    ...readChannels(read, production),
    capacityPerSecond:
      text('CAPACITY_PER_SECOND') === null ? null : integer('CAPACITY_PER_SECOND', 0, 1, 1_000_000),
    feeds: readFeedConfiguration(read, workingDirectory, production),
    ruleProfile: readRuleProfile(read),
    retention: {
      identifyingDays: integer('RETENTION_IDENTIFYING_DAYS', 92, 1, 3_660),
      tracesDays: integer('RETENTION_TRACES_DAYS', 184, 28, 3_660),
    },
    erasedUntilFile: resolve(dataDirectory, text('ERASED_UNTIL_FILE') ?? 'erased-until.json'),
    retrieval: {
      linkDays: integer('RETRIEVAL_LINK_DAYS', 30, 1, 366),
      pauseMinutes: integer('RETRIEVAL_PAUSE_MINUTES', 15, 1, 1_440),
    },
    admission: {
      concurrencyMax: integer('ADMISSION_CONCURRENCY_MAX', requestsMax, 8, 10_000),
      loginsPerSecondMax: integer('ADMISSION_LOGINS_PER_SECOND', 300, 1, 100_000),
      noShowSeconds: integer('ADMISSION_NO_SHOW_SECONDS', 180, 30, 3_600),
    },
    issuance: {
      dccValidityDays: integer('DCC_VALIDITY_DAYS', 365, 1, 730),
      country,
      issuerName: text('DCC_ISSUER_NAME') ?? 'sidep',
    },
    stopPauseSeconds: integer('STOP_PAUSE_SECONDS', production ? 5 : 0, 0, 120),
    tracing: readTracingConfiguration(read),
    logLevel: logLevel ?? 'info',
    trustedProxies: listOf(text('TRUSTED_PROXIES') ?? ''),
  }
  return faults.length === 0 ? { ok: true, value } : { ok: false, faults }
}

/** The list of faults as the person starting the server should read it. */
export const describeFaults = (faults: readonly ConfigurationFault[]): string =>
  [
    'sidep does not start: CONFIGURATION_WRONG: the configuration needs correcting.',
    ...faults.map(({ key, fault, hint }) => `  ${key} is ${fault}: ${hint}`),
  ].join('\n')
