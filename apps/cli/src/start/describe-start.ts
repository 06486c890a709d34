import { demoIdentities } from '@sidep/dev'
import type { RunningServer } from '@sidep/server'
import type { StandIns } from '../stand-ins.ts'

export interface Started {
  readonly server: Pick<RunningServer, 'url' | 'platform'>
  readonly standIns: Pick<StandIns, 'identityProvider' | 'mailbox'>
  /** Professionals imported just now, null when the directory was there already. */
  readonly filled: number | null
}

const line = (name: string, value: string): string => `  ${name.padEnd(19)}${value}`

const identityLines = (): string[] =>
  demoIdentities.map(({ nationalId, givenName, familyName, profession, activities }) => {
    const places = activities.map(({ companyName }) => companyName).join(', ')
    return `  ${nationalId}  ${givenName} ${familyName}, ${profession.label}${places === '' ? '' : `, ${places}`}`
  })

/** What the person who started a development portal wants to know. */
export const describeStart = ({ server, standIns, filled }: Started): string => {
  const { url, platform } = server
  const { identityProvider, mailbox } = standIns
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
    line('Data', databaseUrl === null ? dataDirectory : 'the database of DATABASE_URL'),
    ...(filled === null ? [] : [line('Directory', `${filled} invented professionals imported`)]),
    ...(identityProvider === null
      ? []
      : ['', 'Sign in at the counter as one of these invented people:', ...identityLines()]),
    '',
    'Ctrl-C stops it.',
  ].join('\n')
}
