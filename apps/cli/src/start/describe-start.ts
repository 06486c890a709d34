import { join } from 'node:path'
import { cardFiles, cardPassword, demoCards, demoIdentities } from '@sidep/dev'
import type { RunningServer } from '@sidep/server'
import type { StandIns } from '../stand-ins.ts'

export interface Started {
  readonly server: Pick<RunningServer, 'url' | 'platform' | 'cardDoor'>
  readonly standIns: Pick<StandIns, 'identityProvider' | 'cardAuthority' | 'mailbox'>
  /** Professionals imported just now, null when the directory was there already. */
  readonly filled: number | null
}

const line = (name: string, value: string): string => `  ${name.padEnd(19)}${value}`

const identityLines = (): string[] =>
  demoIdentities.map(({ nationalId, givenName, familyName, profession, activities }) => {
    const places = activities.map(({ companyName }) => companyName).join(', ')
    return `  ${nationalId}  ${givenName} ${familyName}, ${profession.label}${places === '' ? '' : `, ${places}`}`
  })

const cardLines = (folder: string, portal: string): string[] => {
  const { certificate, privateKey } = cardFiles(folder, 'pharmacist')
  return [
    '',
    `Or with a card. Import one into the browser (NAME.p12, password: ${cardPassword}) from`,
    `  ${folder}`,
    ...Object.entries(demoCards).map(([name, { note }]) => `    ${name.padEnd(26)}${note}`),
    '  or from a terminal:',
    `  curl --insecure --location --cookie-jar jar --cert ${certificate} --key ${privateKey} ${portal}/login/card`,
  ]
}

/** What the person who started a development portal wants to know. */
export const describeStart = ({ server, standIns, filled }: Started): string => {
  const { url, platform, cardDoor } = server
  const { identityProvider, cardAuthority, mailbox } = standIns
  const { databaseUrl, dataDirectory } = platform.configuration
  return [
    '',
    'sidep is up.',
    '',
    line('Choose', `${url}/`),
    line('Counter', `${url}/pro/`),
    line('Person', `${url}/resultat/`),
    line('Verifier', `${url}/verifier/`),
    ...(mailbox === null ? [] : [line('Mail and SMS', `${mailbox.url}/`)]),
    ...(identityProvider === null ? [] : [line('Identity provider', identityProvider.issuer)]),
    ...(cardDoor === null
      ? []
      : [line('Card port', `https://${new URL(url).hostname}:${cardDoor.port}/`)]),
    line('Data', databaseUrl === null ? dataDirectory : 'the database of DATABASE_URL'),
    ...(filled === null ? [] : [line('Directory', `${filled} invented professionals imported`)]),
    ...(identityProvider === null
      ? []
      : ['', 'Sign in at the counter as one of these invented people:', ...identityLines()]),
    ...(cardAuthority === null ? [] : cardLines(join(dataDirectory, 'cards'), url)),
    '',
    'Ctrl-C stops it.',
  ].join('\n')
}
