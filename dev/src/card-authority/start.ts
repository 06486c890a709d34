import {
  type CardAuthority,
  makeAuthorityMaterial,
  openCardAuthority,
  type PemPair,
} from './authority.ts'
import { portalFiles, readMaterial, writeDemoCards, writePair } from './card-folder.ts'
import { type RevocationFault, startRevocationService } from './revocation-service.ts'

export interface CardAuthorityOptions {
  /** Of the service of revocation lists; 0 takes any free port. */
  readonly port: number
  /** Keeps hierarchy and demo cards; without it they are made anew and nothing is written. */
  readonly folder?: string
  /** Names that the card port is reached by. */
  readonly serverNames?: readonly string[]
  readonly now?: () => Date
  /** How long a revocation list counts, seconds. */
  readonly listSeconds?: number
}

export interface RunningCardAuthority {
  readonly authority: CardAuthority
  /** For the card port. */
  readonly server: PemPair
  /** Addresses of the lists of root and authority for persons. */
  readonly revocationLists: readonly string[]
  /** How often a list was asked for. */
  requests(): number
  /** Makes the service of lists fail from now on; `{kind: 'none'}` heals it. */
  setFault(fault: RevocationFault): void
  close(): Promise<void>
}

const openFolder = async (
  folder: string | undefined,
  url: string,
  at: Date,
): Promise<CardAuthority> => {
  const kept = folder === undefined ? null : await readMaterial(folder)
  if (kept !== null) return openCardAuthority(kept, url)
  const authority = await openCardAuthority(await makeAuthorityMaterial(at, url), url)
  if (folder !== undefined) await writeDemoCards(folder, authority, at)
  return authority
}

/**
 * Starts the stand-in for the authority of health professionals' cards: hierarchy, cards, and the service that
 * publishes what is revoked.
 *
 * @throws the listener's error when the port is taken
 *
 * @example
 * const cards = await startCardAuthority({ port: 0 })
 * const card = await makeDemoCard(cards.authority, 'pharmacist', new Date())
 */
export const startCardAuthority = async (
  options: CardAuthorityOptions,
): Promise<RunningCardAuthority> => {
  const { port, folder, now = () => new Date(), listSeconds } = options
  const service = await startRevocationService({
    port,
    now,
    ...(listSeconds === undefined ? {} : { listSeconds }),
  })
  try {
    const authority = await openFolder(folder, service.url, now())
    service.publish(authority)
    const names = options.serverNames ?? ['localhost', '127.0.0.1']
    const server = await authority.makeServerCertificate(names, now())
    if (folder !== undefined) {
      const { serverCertificate, serverKey } = portalFiles(folder)
      await writePair(server, { certificate: serverCertificate, privateKey: serverKey })
    }
    return {
      authority,
      server,
      revocationLists: [`${service.url}/root.crl`, `${service.url}/persons.crl`],
      requests: service.requests,
      setFault: service.setFault,
      close: service.close,
    }
  } catch (error) {
    await service.close()
    throw error
  }
}
