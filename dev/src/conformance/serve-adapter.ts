/** An adapter as a program that the kit starts: what it works with from the environment, commands and answers as lines. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { StartAdapter } from './adapter.ts'

const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: the kit starts this program`)
  return value
}

const certificateOf = async () =>
  process.env.SIDEP_CERTIFICATE === undefined
    ? null
    : {
        certificate: await readFile(process.env.SIDEP_CERTIFICATE, 'utf8'),
        key: await readFile(setting('SIDEP_CERTIFICATE_KEY'), 'utf8'),
        authority: await readFile(setting('SIDEP_AUTHORITY'), 'utf8'),
      }

export const serveAdapter = async (start: StartAdapter): Promise<void> => {
  const adapter = await start({
    portal: setting('SIDEP_PORTAL'),
    issuer: setting('SIDEP_ISSUER'),
    certificate: await certificateOf(),
    clientId: setting('SIDEP_CLIENT_ID'),
    clientKey: await readFile(setting('SIDEP_CLIENT_KEY'), 'utf8'),
    refreshToken: setting('SIDEP_REFRESH_TOKEN'),
    professionalId: setting('SIDEP_PROFESSIONAL'),
    siteId: setting('SIDEP_SITE'),
    dataFolder: setting('SIDEP_DATA'),
  })
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, ...command } = JSON.parse(line)
    console.log(JSON.stringify({ id, ...(await adapter.ask(command)) }))
  }
}
