/** The lean provider as a process of its own; its parent tells it over the channel of `fork` how to misbehave. */
import { createServer } from 'node:http'
import { claimsOf, generateProfessionals } from '@sidep/dev'
import { type Lie, makeLeanProvider } from './lean-provider.ts'
import { leanClient, leanPeople, type ToProvider } from './lean-provider-process.ts'

const [port = '', redirectUri = ''] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`
const people = new Map(
  generateProfessionals(leanPeople.count, leanPeople.seed).map((person) => [
    person.nationalId,
    claimsOf(person),
  ]),
)
const provider = makeLeanProvider(
  issuer,
  { ...leanClient, redirectUri },
  (nationalId) => people.get(nationalId) ?? null,
  Date.now,
)
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
  provider.handle(request, response),
)

process.on('message', ({ lie, delayMilliseconds }: ToProvider) => {
  const next: Lie = lie
  provider.setLie(next)
  provider.setDelay(delayMilliseconds)
})
process.once('disconnect', () => process.exit(0))
server.listen(Number(port), '127.0.0.1', 4_096, () => process.send?.('listening'))
