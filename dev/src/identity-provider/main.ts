/**
 * The identity provider alone, for a portal that runs elsewhere:
 * `node dev/src/identity-provider/main.ts [port] [portal address]`
 */
import { routes } from '@sidep/contracts'
import { demoIdentities, generateProfessionals, probeIdentity } from '../directory/index.ts'
import { startIdentityProvider } from './start.ts'

const [port = '8090', portal = 'http://localhost:8080'] = process.argv.slice(2)
const client = {
  id: 'sidep-development',
  secret: 'sidep-development-secret',
  redirectUris: [new URL(routes.loginEcpsCallback, portal).href],
  backchannelLogoutUri: new URL(routes.loginEcpsBackchannelLogout, portal).href,
  postLogoutRedirectUris: [new URL('/pro/', portal).href],
}
const provider = await startIdentityProvider({
  port: Number(port),
  clients: [client],
  people: demoIdentities,
  others: [...generateProfessionals(2000, 1), probeIdentity],
})

console.log(`Identity provider (stand-in): ${provider.issuer}
ECPS_ISSUER=${provider.issuer} ECPS_CLIENT_ID=${client.id} ECPS_CLIENT_SECRET=${client.secret}`)
for (const { nationalId, givenName, familyName, profession } of demoIdentities) {
  console.log(`  ${nationalId}  ${givenName} ${familyName}, ${profession.label}`)
}

const stop = (): void => {
  provider.close().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
