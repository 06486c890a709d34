/** What only a sandbox has: sign-up, faults, what came in, and a professional who says yes. */
import type { PortalFault } from '../portal/index.ts'
import type { PortalReply } from '../portal/requests.ts'
import { type Client, type PublicKey, Refused } from './client.ts'
import { testPeople, testProfessional, testSite } from './identities.ts'
import type { Clients } from './register.ts'

const said = (body: unknown, status = 200): PortalReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body,
})
const nothing: PortalReply = { status: 204, headers: {}, body: undefined }
const unknown: PortalReply = said({ error: 'nothing of the sandbox is at this address' }, 404)

const record = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) throw new Refused('REQUEST_INVALID')
  return value as Record<string, unknown>
}

const faultKinds: readonly string[] = [
  'unreachable',
  'answer-lost',
  'duplicated',
  'delayed',
  'refused',
  'killed',
  'half-answered',
]

/** Faults as the fake portal has them (dev/src/portal/faults.ts); only their kind is looked at. */
const parseFaults = (value: unknown): PortalFault[] => {
  const all = Array.isArray(value) ? value : []
  if (!all.every((one) => faultKinds.includes(String(record(one).kind))))
    throw new Refused('REQUEST_INVALID')
  return all as PortalFault[]
}

const signUp = async (clients: Clients, body: unknown): Promise<PortalReply> => {
  const { name, publicKey } = record(body)
  const isKey = typeof publicKey === 'string' || (typeof publicKey === 'object' && publicKey)
  if (typeof name !== 'string' || !isKey) throw new Refused('REQUEST_INVALID')
  const client = await clients.signUp(name.slice(0, 80), publicKey as PublicKey)
  return said({ clientId: client.id, professional: testProfessional, site: testSite }, 201)
}

const settings = (client: Client, body: unknown): PortalReply => {
  const { faults, clockAheadMilliseconds, tokenSeconds, tokensExpired } = record(body)
  if (faults !== undefined) client.portal.faults.list = parseFaults(faults)
  if (typeof clockAheadMilliseconds === 'number')
    client.clockAheadMilliseconds = clockAheadMilliseconds
  if (typeof tokenSeconds === 'number') client.tokenSeconds = tokenSeconds
  if (tokensExpired === true) client.expireTokens()
  return nothing
}

const booksOf = ({ portal: { books, slips } }: Client): PortalReply =>
  said({
    screenings: [...books.screenings.values()].map(
      ({ id, state, result, certificate, change }) => ({
        id,
        state,
        result,
        isCertified: certificate !== null,
        change: change ?? null,
      }),
    ),
    provisional: [...books.documents].map(([number, code]) => ({ number, code })),
    breaches: books.breaches,
    slipsOut: [...slips.out.keys()],
  })

/** As the counter of the test professional prints one. */
const printSlip = async ({ portal }: Client): Promise<PortalReply> => {
  const [slip] = await portal.slips.give(1)
  return said(slip, 201)
}

const keysOf = async (client: Client): Promise<PortalReply> => {
  const keys = await client.portal.booklets.keys()
  return said(
    await Promise.all(
      keys.map(async ({ keyId, publicKey, notBefore, notAfter }) => ({
        keyId: Buffer.from(keyId).toString('base64'),
        spki: Buffer.from(await crypto.subtle.exportKey('spki', publicKey)).toString('base64'),
        notBefore,
        notAfter,
      })),
    ),
  )
}

/** @returns what is answered, 404 where there is nothing */
export const control = async (
  clients: Clients,
  method: string,
  path: string,
  body: () => unknown,
): Promise<PortalReply> => {
  const [, , place, name = '', part = ''] = path.split('/')
  if (place === 'identities' && method === 'GET')
    return said({ professional: testProfessional, site: testSite, people: testPeople })
  if (place === 'pairings' && method === 'POST' && (part === 'accept' || part === 'refuse'))
    return clients.decide(name, part === 'accept' ? 'accepted' : 'refused') ? nothing : unknown
  if (place !== 'vendors') return unknown
  if (name === '' && method === 'POST') return signUp(clients, body())
  const client = clients.get(name)
  if (client === undefined) return unknown
  switch (`${method} ${part}`) {
    case 'PUT settings':
      return settings(client, body())
    case 'GET journal':
      return said({ lines: client.journal.lines })
    case 'GET books':
      return booksOf(client)
    case 'POST slips':
      return printSlip(client)
    case 'GET booklet-keys':
      return keysOf(client)
    default:
      return unknown
  }
}
