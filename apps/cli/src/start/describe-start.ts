import { join } from 'node:path'
import { operatorRoutes, routes } from '@sidep/contracts'
import {
  cardFiles,
  cardPassword,
  demoCards,
  demoIdentities,
  demoOperators,
  portalFiles,
} from '@sidep/dev'
import { parseProfessionalId } from '@sidep/identifiers'
import type { RunningLaboratoryRole, RunningServer } from '@sidep/server'
import type { StandIns } from '../stand-ins.ts'

export interface Started {
  readonly server: Pick<RunningServer, 'url' | 'origins' | 'operatorUrl' | 'platform' | 'cardDoor'>
  readonly standIns: Pick<
    StandIns,
    'identityProvider' | 'cardAuthority' | 'mailbox' | 'feedReceiver'
  >
  /** Professionals imported just now, null when the directory was there already. */
  readonly filled: number | null
  readonly watcherUrl: string | null
  /** Where laboratories send. */
  readonly laboratory: Pick<RunningLaboratoryRole, 'port' | 'fhirUrl' | 'vendors'>
}

const line = (name: string, value: string): string => `  ${name.padEnd(19)}${value}`

type Identity = (typeof demoIdentities)[number]

/** What somebody who signs in as that person will see, where it is not the form. */
const outcomeOf = (
  { nationalId, profession, category, activities }: Identity,
  permitted: readonly string[],
): string => {
  if (!parseProfessionalId(nationalId).ok) return 'refused: the number is not valid'
  if (category === 'E') return 'refused: a student'
  if (!permitted.includes(profession.code)) return 'refused: that profession enters no screenings'
  const sites = activities.filter(({ finess }) => finess !== '').length
  if (activities.length === 0) return 'refused: works nowhere'
  if (sites === 0) return 'refused: no place with a FINESS number'
  return sites > 1 ? 'chooses among several places' : 'gets in'
}

const identityLines = (permitted: readonly string[]): string[] =>
  demoIdentities.map((identity) => {
    const { nationalId, givenName, familyName, profession, activities } = identity
    const places = activities.map(({ companyName }) => companyName).join(', ')
    const words = [
      `${givenName} ${familyName}`,
      profession.label,
      ...(places === '' ? [] : [places]),
    ]
    return `  ${nationalId}  ${words.join(', ')}: ${outcomeOf(identity, permitted)}`
  })

const operatorLines = (portal: string): string[] => [
  '',
  `Watch and act for the authority on ${portal}/pilotage/ as`,
  ...demoOperators.map(
    ({ person: { nationalId, givenName, familyName }, role }) =>
      `  ${nationalId}  ${givenName} ${familyName}: ${role}`,
  ),
]

const cardLines = (folder: string, portal: string): string[] => {
  const { certificate, privateKey } = cardFiles(folder, 'pharmacist')
  return [
    '',
    `Or with a card. Import one into the browser (NAME.p12, password: ${cardPassword}) from`,
    `  ${folder}`,
    'and trust the authority of the card port there, else the browser warns:',
    `  ${portalFiles(folder).authority}`,
    ...Object.entries(demoCards).map(([name, { note }]) => `    ${name.padEnd(26)}${note}`),
    '  or from a terminal:',
    `  curl --insecure --location --cookie-jar jar --cert ${certificate} --key ${privateKey} ${portal}/login/card`,
  ]
}

/** What the person who started a development portal wants to know. */
export const describeStart = ({
  server,
  standIns,
  filled,
  watcherUrl,
  laboratory,
}: Started): string => {
  const { url, origins, operatorUrl, platform, cardDoor } = server
  const { identityProvider, cardAuthority, mailbox, feedReceiver } = standIns
  const { databaseUrl, dataDirectory } = platform.configuration
  return [
    '',
    'sidep is up.',
    '',
    line('Choose', `${url}/`),
    line('Counter', `${origins.counter}/pro/`),
    line('Person', `${origins.person}/resultat/`),
    line('Verifier', `${origins.verifier}/verifier/`),
    line('Operations', `${origins.counter}/pilotage/`),
    ...(mailbox === null ? [] : [line('Mail and SMS', `${mailbox.url}/`)]),
    ...(feedReceiver === null ? [] : [line('Feeds', `${feedReceiver.url}/api/events`)]),
    ...(identityProvider === null
      ? []
      : [
          line('Identity provider', `${identityProvider.issuer}/.well-known/openid-configuration`),
          line('Its phone app', `${new URL(identityProvider.issuer).origin}/telephone`),
        ]),
    ...(cardDoor === null
      ? []
      : [
          line(
            'Card port',
            `https://${new URL(origins.counter).hostname}:${cardDoor.port}${routes.loginCard}`,
          ),
        ]),
    ...(watcherUrl === null
      ? []
      : [line('Status', `${url}/etat/`), line('Status, apart', `${watcherUrl}/`)]),
    line(
      'Laboratories',
      `mllps://localhost:${laboratory.port}, certificate and key in ${join(dataDirectory, 'laboratory')}`,
    ),
    line('The same by FHIR', laboratory.fhirUrl),
    ...(laboratory.vendors === null
      ? []
      : [line('Vendors', `${laboratory.vendors.issuer}, let in by npx sidep vendors --add`)]),
    line('Figures', `${operatorUrl}${operatorRoutes.metrics}`),
    line('Data', databaseUrl === null ? dataDirectory : 'the database of DATABASE_URL'),
    ...(filled === null ? [] : [line('Directory', `${filled} invented professionals imported`)]),
    ...(identityProvider === null
      ? []
      : [
          '',
          'Sign in at the counter as one of these invented people:',
          ...identityLines(platform.configuration.permittedProfessions),
          ...operatorLines(origins.counter),
        ]),
    ...(cardAuthority === null ? [] : cardLines(join(dataDirectory, 'cards'), origins.counter)),
    '',
    'Ctrl-C stops it.',
  ].join('\n')
}
