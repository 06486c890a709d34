/** What runs in the issuing thread: the guarded room with its own signers, one message a certificate. */
import { parentPort, workerData } from 'node:worker_threads'
import { bytesToHex } from '@sidep/encoding'
import { systemClock, systemRandomBytes } from '../platform/clock.ts'
import { openIssuance } from './issue.ts'
import { openSigners } from './signers.ts'
import type { FromThread, ThreadSetting, ToThread } from './threaded-issuance.ts'

const run = async (): Promise<void> => {
  const port = parentPort
  if (port === null) throw new Error('the issuing thread is started by threaded-issuance.ts')
  const tell = (message: FromThread): void => port.postMessage(message)
  const { configuration, keyIds }: ThreadSetting = workerData
  const signers = await openSigners(configuration, systemClock, systemRandomBytes)
  const { dcc, twoddoc } = signers.scopes
  // Keys exchanged under a running server would sign what its own bundle does not vouch for.
  if (bytesToHex(dcc.keyId) !== keyIds.dcc || bytesToHex(twoddoc.keyId) !== keyIds.twoddoc) {
    throw new Error('the signers in KEYS_DIR are not those the server was started with')
  }
  const issuance = await openIssuance(
    {
      configuration,
      clock: systemClock,
      randomBytes: systemRandomBytes,
      onRefused: (mismatch) => tell({ kind: 'refused', mismatch }),
    },
    signers,
  )
  port.on('message', ({ id, request }: ToThread) => {
    issuance.issue(request).then(
      (certificate) => tell({ kind: 'issued', id, certificate }),
      () => tell({ kind: 'failed', id }),
    )
  })
  tell({ kind: 'ready' })
}

await run()
