/** The adapter on our SDK as the kit starts one: `npx sidep conformance --client dev/src/conformance/main.ts`. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { sdkAdapter } from './sdk-adapter.ts'

const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: the kit starts this program`)
  return value
}

const adapter = await sdkAdapter({
  portal: setting('SIDEP_PORTAL'),
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
