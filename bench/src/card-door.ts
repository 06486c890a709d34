/** A portal with its card door open: a stand-in authority, some cards, and the directory that knows their holders. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  cardFiles,
  demoIdentities,
  demoPeople,
  directoryFile,
  portalFiles,
  probeIdentity,
  startCardAuthority,
} from '@sidep/dev'
import { importDirectory } from '@sidep/server/login/directory/index.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { openDatabase } from '@sidep/server/platform/database.ts'
import { freePort } from '@sidep/server/platform/free-port.ts'
import type { CardPair } from './browser.ts'
import { endOnSignal } from './end-on-signal.ts'

export interface CardDoor {
  /** Settings of a portal with this door. */
  readonly environment: Readonly<Record<string, string>>
  /** Of people who may sign in. */
  readonly cards: readonly CardPair[]
  /** Settings of a watcher that shows a card of its own there. */
  readonly watch: Readonly<Record<string, string>>
  /** Puts the directory in the database of a portal that has not started yet. */
  readonly prepare: (dataDirectory: string) => Promise<void>
  close(): Promise<void>
}

async function* directory(): AsyncGenerator<Uint8Array> {
  // Whoever has no valid number is in no directory.
  yield Buffer.from(
    directoryFile([
      ...demoIdentities.filter((person) => person !== demoPeople.invalidNationalId),
      probeIdentity,
    ]),
  )
}

const prepare = async (dataDirectory: string): Promise<void> => {
  const database = await openDatabase(null, dataDirectory)
  try {
    const result = await importDirectory(directory(), {
      database: database.pools.login,
      clock: systemClock,
      randomBytes: systemRandomBytes,
    })
    if (!result.ok) throw new Error(result.code)
  } finally {
    await database.close()
  }
}

export const startCardDoor = async (): Promise<CardDoor> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidep-bench-cards-'))
  const authority = await startCardAuthority({ port: 0, folder })
  const files = portalFiles(folder)
  const names = ['pharmacist', 'nurse', 'doctor'] as const
  const cards = await Promise.all(
    names.map(async (name) => {
      const { certificate, privateKey } = cardFiles(folder, name)
      return {
        certificate: await readFile(certificate, 'utf8'),
        privateKey: await readFile(privateKey, 'utf8'),
      }
    }),
  )
  return {
    environment: {
      CARD_PORT: String(await freePort('127.0.0.1')),
      CARD_AUTHORITY: files.authority,
      CARD_TLS_CERTIFICATE: files.serverCertificate,
      CARD_TLS_KEY: files.serverKey,
      CARD_REVOCATION_LISTS: authority.revocationLists.join(','),
    },
    cards,
    watch: {
      WATCH_CARD_CERTIFICATE: cardFiles(folder, 'probe').certificate,
      WATCH_CARD_KEY: cardFiles(folder, 'probe').privateKey,
      WATCH_CARD_AUTHORITY: files.authority,
    },
    prepare,
    close: endOnSignal(async () => {
      await authority.close()
      await rm(folder, { recursive: true, force: true })
    }),
  }
}
