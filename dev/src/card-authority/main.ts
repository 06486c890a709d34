/**
 * The card authority alone, for a portal that runs elsewhere:
 * `node dev/src/card-authority/main.ts [folder] [port]`
 */
import { portalFiles } from './card-folder.ts'
import { demoCards } from './demo-cards.ts'
import { startCardAuthority } from './start.ts'

const [folder = 'data/cards', port = '8094'] = process.argv.slice(2)
const cards = await startCardAuthority({ port: Number(port), folder })
const { authority, serverCertificate, serverKey } = portalFiles(folder)

console.log(`Card authority (stand-in), cards in ${folder}
CARD_AUTHORITY=${authority} CARD_REVOCATION_LISTS=${cards.revocationLists.join(',')}
CARD_TLS_CERTIFICATE=${serverCertificate} CARD_TLS_KEY=${serverKey}`)
for (const [name, { note }] of Object.entries(demoCards)) console.log(`  ${name}: ${note}`)

const stop = (): void => {
  cards.close().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
