/** Wrapping the data keys under a new key-encryption key, beside running servers. */
import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { bytesToHex } from '@sidep/encoding'
import { recordAct } from '@sidep/server/audit/chain.ts'
import { portalChain } from '@sidep/server/audit/sign-heads.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import {
  keyEncryptionKeyBytes,
  keyEncryptionKeyOf,
  keyFileOf,
  readKeyFile,
} from '@sidep/server/platform/key-encryption-key.ts'
import { notWrappedBy, rewrapDataKeys } from '@sidep/server/platform/rewrap.ts'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'

/** Puts a new key before those of the file; all of them still open. It is there whole or not at all. */
const addKey = (path: string): void => {
  const keys = [new Uint8Array(randomBytes(keyEncryptionKeyBytes)), ...readKeyFile(path)]
  const lines = keys.map((key) => `${Buffer.from(key).toString('base64')}\n`)
  writeFileSync(`${path}.making`, lines.join(''), { mode: 0o600 })
  renameSync(`${path}.making`, path)
}

/** Begins, or ends one that was cut off. */
export const rotateEncryption = async (options: {
  readonly by: string
  readonly json?: boolean
}): Promise<void> => {
  const configuration = readConfiguration()
  const { keyEncryptionKey, keyEncryptionKeyNext } = configuration
  if (keyEncryptionKey !== null && keyEncryptionKeyNext === null) {
    throw new CommandFailure(
      'the next key comes in KEY_ENCRYPTION_KEY_NEXT, which every server must have before (docs/operating/keys.md)',
    )
  }
  const encryption = keyEncryptionKeyOf(configuration, systemRandomBytes)
  await withDatabaseBesides(configuration, async ({ pools }) => {
    const inFile = keyEncryptionKey === null
    const first = encryption.keyIds()[0]
    // A key in front that has not wrapped everything is one that was added before: nothing new is made then.
    if (inFile && first !== undefined && (await notWrappedBy(pools.worker, first)) === 0) {
      addKey(keyFileOf(configuration))
      encryption.reload()
    }
    const keyId = encryption.keyIds()[inFile ? 0 : 1]
    if (keyId === undefined) throw new Error('there is no key to wrap with')
    const at = systemClock.now()
    const subject = (count: number): string =>
      `${count} under ${bytesToHex(keyId)}, by ${options.by}`
    const count = await rewrapDataKeys(pools.worker, encryption, keyId, (sql, done) =>
      recordAct(sql, {
        siteId: portalChain,
        at,
        act: 'data-keys.rewrapped',
        actor: null,
        subject: subject(done),
      }),
    )
    const name = bytesToHex(keyId)
    if (options.json === true) {
      console.log(JSON.stringify({ scope: 'encryption', keyId: name, rewrapped: count }))
      return
    }
    console.log(`${count} data keys are wrapped by ${name} now`)
    console.log(
      inFile
        ? 'The keys after the first line open copies of before: delete them when those are past their time.'
        : 'Make KEY_ENCRYPTION_KEY_NEXT the KEY_ENCRYPTION_KEY of every server, run this once more, then drop the old one.',
    )
  })
}
