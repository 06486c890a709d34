/** What every process that issues needs: an issuing thread, and keys and catalogue that stay fresh. */
import { type BookletChainCheck, makeBookletChainCheck } from '@sidep/continuity'
import { keyUsages } from '@sidep/hcert'
import { parseSignerCertificate } from '@sidep/trust'
import type { RestorationSource } from './audit/restorations.ts'
import {
  type Issuance,
  openIssuance,
  type RecoveryIssuance,
  reportRefusals,
} from './issuance/issue.ts'
import { issuingKeysOf } from './issuance/issuing-keys.ts'
import type { KeyRings } from './issuance/key-rings.ts'
import { startThreadedIssuance } from './issuance/threaded-issuance.ts'
import { tracedIssuance } from './issuance/traced-issuance.ts'
import type { CatalogueSource } from './platform/catalogue.ts'
import type { Log, Platform } from './platform/context.ts'
import { errorName } from './platform/error-name.ts'
import type { Metrics } from './platform/metrics.ts'
import type { Started } from './platform/stopping.ts'
import type { Vault } from './platform/vault.ts'

/** Keys of a new week are needed then at the latest; a removed key is forgotten within this time. */
const refreshMilliseconds = 5 * 60_000

/** Reads keys, catalogue and restorations again now and then; a failure is logged and tried again. */
export const keepFresh = (
  sources: readonly Pick<Vault | CatalogueSource | KeyRings | RestorationSource, 'refresh'>[],
  log: Log,
  everyMilliseconds = refreshMilliseconds,
): (() => void) => {
  const timer = setInterval(() => {
    for (const source of sources) {
      source.refresh().catch((error: unknown) => {
        const name = errorName(error)
        log.warn({ name }, 'could not refresh keys or catalogue')
      })
    }
  }, everyMilliseconds)
  timer.unref()
  return () => clearInterval(timer)
}

/** Whether a signer's certificate lets it sign that somebody has recovered: those of the first installations permit tests alone. */
const permitsRecovery = (certificate: Uint8Array): boolean => {
  const parsed = parseSignerCertificate(certificate)
  return parsed.ok && keyUsages(parsed.value.extendedKeyUsages).has('recovery')
}

/**
 * Says when the key that is due is not here, when the keys that sign come to their end, and, from the start on, when no
 * certificate of recovery can be issued by the one that signs now.
 */
export const watchKeys = (rings: KeyRings, metrics: Metrics, log: Log): void => {
  metrics.gauge(
    'sidep_signing_keys_behind',
    'Scopes whose key that is due is not held by this process: an older one signs in its place',
    () => rings.behind().length,
  )
  metrics.gauge(
    'sidep_signing_keys_end_timestamp_seconds',
    'When the first certificate of a key that signs now comes to its end',
    () => rings.firstEnd().getTime() / 1_000,
  )
  const sayPermitted = (): void => {
    if (permitsRecovery(rings.scopes.dcc.current().certificate)) return
    log.warn(
      { code: 'SIGNER_WITHOUT_RECOVERY' },
      'no certificate of recovery can be issued: sidep keys --rotate dcc',
    )
  }
  sayPermitted()
  rings.onChange(() => {
    sayPermitted()
    log.info({ code: 'KEYS_CHANGED' }, 'the schedule of signing keys changed')
    const behind = rings.behind()
    if (behind.length > 0) log.error({ code: 'KEY_NOT_HELD', scopes: behind }, 'an older key signs')
  })
}

/** The check of booklets with the keys of now; what it remembers lasts as long as they do. */
export const bookletChainOf = (rings: KeyRings): BookletChainCheck => {
  let check = makeBookletChainCheck(rings.scopes.continuity.keys())
  rings.onChange(() => {
    check = makeBookletChainCheck(rings.scopes.continuity.keys())
  })
  return (booklet) => check(booklet)
}

/** On a thread of its own; on this one where a test's clock, randomness or signers must reach it. @param started ends it */
export const startIssuance = async (
  {
    configuration,
    clock,
    randomBytes,
    log,
    metrics,
  }: Pick<Platform, 'configuration' | 'clock' | 'randomBytes' | 'log' | 'metrics'>,
  rings: KeyRings,
  isOnThisThread: boolean,
  started: Started,
): Promise<Issuance & RecoveryIssuance> => {
  const onRefused = reportRefusals({ log, metrics })
  if (isOnThisThread) {
    let keysAt = await issuingKeysOf(rings.held())
    rings.onChange(() => {
      void issuingKeysOf(rings.held()).then((changed) => {
        keysAt = changed
      })
    })
    return tracedIssuance(
      openIssuance({ configuration, clock, randomBytes, onRefused }, (at) => keysAt(at)),
    )
  }
  const onThreadEnd = ({ message }: Error): void => log.error({ message }, 'issuing thread ended')
  const onKeysNotChanged = (reason: string): void =>
    log.error({ reason }, 'issuing goes on with the keys it had')
  const threaded = await startThreadedIssuance(
    { configuration, onRefused, onThreadEnd, onKeysNotChanged },
    rings.schedule(),
  )
  rings.onChange(() => threaded.changeKeys(rings.schedule()))
  started.add('issuance', () => threaded.close())
  return tracedIssuance(threaded)
}
