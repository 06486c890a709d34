/** What the watcher is told, parsed once from the environment; it needs nothing else of the portal's configuration. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { base64ToBytes } from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { readAddresses } from '../platform/address-configuration.ts'
import {
  type ConfigurationFault,
  type Environment,
  makeReader,
  type Reader,
} from '../platform/configuration-reader.ts'
import { type Origins, originsOf } from '../platform/origins.ts'
import {
  readTracingConfiguration,
  type TracingConfiguration,
} from '../platform/tracing/tracing-configuration.ts'

/** PEM. */
export interface CardPair {
  readonly certificate: string
  readonly privateKey: string
  /** Of the card port's own certificate; null: those that this machine trusts. */
  readonly authority: string | null
}

export interface EcpsProbe {
  /** National id of the probe; null: the door is watched up to the provider's own page. */
  readonly nationalId: string | null
}

/** A laboratory that is none, at a marked site: what it sends is of the person who is nobody. */
export interface LaboratoryProbe {
  readonly host: string
  readonly port: number
  readonly certificate: string
  readonly privateKey: string
  /** Of the port's own certificate; null: those that this machine trusts. */
  readonly authority: string | null
  /** FINESS, one of PROBE_SITES. */
  readonly site: string
  /** National id of who answers for its results. */
  readonly biologist: string
}

export interface WatchConfiguration {
  /** The portal as people reach it. */
  readonly origins: Origins
  readonly host: string
  readonly port: number
  /** Where its figures are; nobody but the operator is to reach it. */
  readonly operator: { readonly host: string; readonly port: number }
  /** As people reach the watcher's own page; null: told nobody. */
  readonly publicUrl: string | null
  /** Where it keeps its log and its pages. */
  readonly folder: string
  readonly intervalMilliseconds: number
  readonly ecps: EcpsProbe | null
  /** Null: there is no door for cards, or no card to show there. */
  readonly card: CardPair | null
  /** Null: no message of a laboratory is sent. */
  readonly laboratory: LaboratoryProbe | null
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null
  readonly sms: { readonly gatewayUrl: string; readonly token: string } | null
  /** By the name of the setting and its place in it. */
  readonly recipients: readonly WatchRecipient[]
  readonly escalateMilliseconds: number
  /** Of the portal, for what users meet; null: the embedded one of its data folder, when there is one. */
  readonly databaseUrl: string | null
  readonly dataDirectory: string
  readonly help: string | null
  /** Null: nothing is traced. */
  readonly tracing: TracingConfiguration | null
  /** SubjectPublicKeyInfo that the bundle is held to from the first look on; null: that of the verifier's page. */
  readonly anchor: Uint8Array | null
}

export interface WatchRecipient {
  readonly name: string
  readonly line: 'first' | 'second'
  readonly channel: 'email' | 'sms' | 'webhook'
  readonly address: string
}

type WatchConfigurationResult =
  | { readonly ok: true; readonly value: WatchConfiguration }
  | { readonly ok: false; readonly faults: readonly ConfigurationFault[] }

const recipientsMax = 20
const emailPattern = /^[^\s@<>]{1,64}@[^\s@<>]{1,190}$/
const phonePattern = /^\+[1-9]\d{6,14}$/

const listOf = (text: string | null): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const channels = {
  MAIL: {
    channel: 'email',
    hint: 'e-mail addresses with commas',
    fits: (one: string) => emailPattern.test(one),
  },
  SMS: {
    channel: 'sms',
    hint: 'phone numbers with commas, +33…',
    fits: (one: string) => phonePattern.test(one),
  },
  WEBHOOK: {
    channel: 'webhook',
    hint: 'http addresses with commas',
    fits: (one: string) => URL.canParse(one) && /^https?:$/.test(new URL(one).protocol),
  },
} as const
const lines = { first: 'WATCH_DUTY', second: 'WATCH_ESCALATION' } as const

const readRecipients = ({ text, wrong }: Reader): WatchRecipient[] =>
  (['first', 'second'] as const).flatMap((line) =>
    (['MAIL', 'SMS', 'WEBHOOK'] as const).flatMap((kind) => {
      const { channel, hint, fits } = channels[kind]
      const key = `${lines[line]}_${kind}`
      const given = listOf(text(key))
      if (given.length > recipientsMax || !given.every(fits)) wrong(key, hint)
      return given.map((address, index): WatchRecipient => {
        const name = `${line === 'first' ? 'duty' : 'escalation'}-${channel}-${index + 1}`
        return { name, line, channel, address }
      })
    }),
  )

const readPem = (reader: Reader, key: string, workingDirectory: string): string | null => {
  const path = reader.text(key)
  if (path === null) return null
  try {
    return readFileSync(resolve(workingDirectory, path), 'utf8')
  } catch {
    reader.wrong(key, 'a PEM file that can be read')
    return null
  }
}

const readCard = (reader: Reader, workingDirectory: string): CardPair | null => {
  const certificate = readPem(reader, 'WATCH_CARD_CERTIFICATE', workingDirectory)
  const privateKey = readPem(reader, 'WATCH_CARD_KEY', workingDirectory)
  const authority = readPem(reader, 'WATCH_CARD_AUTHORITY', workingDirectory)
  if ((certificate === null) !== (privateKey === null)) {
    reader.missing(
      certificate === null ? 'WATCH_CARD_CERTIFICATE' : 'WATCH_CARD_KEY',
      'certificate and key of the card that the probe shows',
    )
  }
  return certificate === null || privateKey === null ? null : { certificate, privateKey, authority }
}

const readLaboratory = (reader: Reader, workingDirectory: string): LaboratoryProbe | null => {
  const { text, missing, wrong } = reader
  const address = text('WATCH_LABORATORY')
  const site = text('WATCH_LABORATORY_SITE') ?? ''
  const biologist = text('WATCH_LABORATORY_BIOLOGIST') ?? ''
  const certificate = readPem(reader, 'WATCH_LABORATORY_CERTIFICATE', workingDirectory)
  const privateKey = readPem(reader, 'WATCH_LABORATORY_KEY', workingDirectory)
  const authority = readPem(reader, 'WATCH_LABORATORY_AUTHORITY', workingDirectory)
  if (address === null) return null
  const read = /^(\[[0-9a-f:]+\]|[a-z0-9.-]{1,200}):(\d{1,5})$/i.exec(address)
  if (read === null) wrong('WATCH_LABORATORY', 'host:port of the port of laboratories')
  for (const key of ['WATCH_LABORATORY_CERTIFICATE', 'WATCH_LABORATORY_KEY'])
    if (text(key) === null) missing(key, 'of the probe’s laboratory, PEM')
  if (!parseFiness(site).ok) wrong('WATCH_LABORATORY_SITE', 'FINESS of a site of PROBE_SITES')
  if (!parseProfessionalId(biologist).ok)
    wrong('WATCH_LABORATORY_BIOLOGIST', 'national id of the probe')
  return {
    host: (read?.[1] ?? '').replace(/^\[|\]$/g, ''),
    port: Number(read?.[2] ?? 0),
    certificate: certificate ?? '',
    privateKey: privateKey ?? '',
    authority,
    site,
    biologist,
  }
}

const readEcpsProbe = ({ text, wrong }: Reader): EcpsProbe | null => {
  const door = text('WATCH_ECPS') ?? 'page'
  if (door === 'none') return null
  if (door === 'page') return { nationalId: null }
  const parsed = parseProfessionalId(door)
  if (!parsed.ok) wrong('WATCH_ECPS', 'the national id of the probe, page or none')
  return { nationalId: door }
}

const portMax = 65_535
/** Those between are the stand-ins' and the operator's. */
const portAfter = 6
/** Past that of the stand-in which takes feeds. */
const operatorPortAfter = 2
const operatorPortOf = (port: number): number =>
  port === 0 ? 0 : Math.min(port + operatorPortAfter, portMax)

/**
 * Parses an environment against the folder relative paths start from; reads the card's files.
 * @returns the configuration, or every fault found, in one go
 */
export const parseWatchConfiguration = (
  environment: Environment,
  workingDirectory: string,
): WatchConfigurationResult => {
  const read = makeReader(environment)
  const { text, missing, integer, url, database, faults } = read
  const production = text('SIDEP_MODE') === 'production'
  const addresses = readAddresses(read, production)
  const smtpUrl = url('SMTP_URL', ['smtp:', 'smtps:'])
  const from = text('MAIL_FROM')
  const gatewayUrl = url('SMS_GATEWAY_URL', ['https:', 'http:'])
  const token = text('SMS_GATEWAY_TOKEN')
  const recipients = readRecipients(read)
  if (
    recipients.some(({ channel }) => channel === 'email') &&
    (smtpUrl === null || from === null)
  ) {
    missing(smtpUrl === null ? 'SMTP_URL' : 'MAIL_FROM', 'for those on duty who are told by e-mail')
  }
  if (
    recipients.some(({ channel }) => channel === 'sms') &&
    (gatewayUrl === null || token === null)
  ) {
    missing(
      gatewayUrl === null ? 'SMS_GATEWAY_URL' : 'SMS_GATEWAY_TOKEN',
      'for those on duty who are told by text message',
    )
  }
  const anchorText = text('WATCH_TRUST_ANCHOR')
  const anchor = anchorText === null ? null : base64ToBytes(anchorText)
  if (anchor !== null && (!anchor.ok || anchor.value.length === 0)) {
    faults.push({
      key: 'WATCH_TRUST_ANCHOR',
      fault: 'wrong',
      hint: 'SubjectPublicKeyInfo in base64',
    })
  }
  const port = integer('WATCH_PORT', Math.min(addresses.port + portAfter, portMax), 0, portMax)
  const value: WatchConfiguration = {
    origins: originsOf(addresses, addresses.port),
    host: text('WATCH_HOST') ?? addresses.host,
    port,
    operator: {
      host: addresses.operator.host,
      port: integer('WATCH_OPERATOR_PORT', operatorPortOf(port), 0, portMax),
    },
    publicUrl: url('WATCH_PUBLIC_URL', ['https:', 'http:']),
    folder: resolve(workingDirectory, text('WATCH_DIR') ?? `${text('DATA_DIR') ?? 'data'}/watch`),
    intervalMilliseconds: integer('WATCH_SECONDS', 5, 1, 300) * 1_000,
    ecps: readEcpsProbe(read),
    card: readCard(read, workingDirectory),
    laboratory: readLaboratory(read, workingDirectory),
    mail: smtpUrl !== null && from !== null ? { smtpUrl, from } : null,
    sms: gatewayUrl !== null && token !== null ? { gatewayUrl, token } : null,
    recipients,
    escalateMilliseconds: integer('WATCH_ESCALATE_MINUTES', 5, 1, 240) * 60_000,
    dataDirectory: resolve(workingDirectory, text('DATA_DIR') ?? 'data'),
    databaseUrl: database('DATABASE_URL'),
    help: addresses.publisher.help,
    tracing: readTracingConfiguration(read),
    anchor: anchor?.ok ? anchor.value : null,
  }
  return faults.length === 0 ? { ok: true, value } : { ok: false, faults }
}
