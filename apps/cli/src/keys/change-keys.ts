/** Showing, rotating and revoking the keys of the portal that is configured, beside its running servers. */

import { join } from 'node:path'
import { bytesToHex, hexToBytes } from '@sidep/encoding'
import { readRootKey } from '@sidep/server/issuance/key-folder.ts'
import type { HeldRingKey } from '@sidep/server/issuance/key-ring.ts'
import { openKeyRings } from '@sidep/server/issuance/key-rings.ts'
import { signingAt } from '@sidep/server/issuance/key-schedule.ts'
import {
  endKey,
  type RotationDependencies,
  RotationRefused,
  rotateKey,
} from '@sidep/server/issuance/rotate.ts'
import { systemClock, systemRandomBytes } from '@sidep/server/platform/clock.ts'
import { type SignerScope, signerScopes } from '@sidep/server/platform/signer.ts'
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import type { TwoddocIdentity } from '@sidep/trust/certificates'
import { readConfiguration, withDatabaseBesides } from '../configured.ts'
import { CommandFailure } from '../failure.ts'

export interface ChangeOptions {
  readonly ahead?: string
  readonly root?: string
  readonly twoddoc?: TwoddocIdentity | null
  readonly by: string
  readonly json?: boolean
}

const unitMilliseconds: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: hourMilliseconds,
  d: dayMilliseconds,
}

/** Verifiers that are offline work from a bundle for seven days, and know no key that came later. */
const verifiersAheadMilliseconds = 8 * dayMilliseconds
/** What our own processes and whoever asks them need. */
const serversAheadMilliseconds = 5 * 60_000

const aheadOf = (text: string | undefined, scope: SignerScope): number => {
  if (text === undefined) {
    const isOurs = scope === 'session' || scope === 'bundle'
    return isOurs ? serversAheadMilliseconds : verifiersAheadMilliseconds
  }
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const milliseconds = Number(number) * (unitMilliseconds[unit] ?? Number.NaN)
  if (Number.isNaN(milliseconds)) throw new CommandFailure('--ahead wants 30s, 5m, 2h or 8d')
  return milliseconds
}

const scopeOf = (text: string): SignerScope => {
  const scope = signerScopes.find((name) => name === text)
  if (scope === undefined) throw new CommandFailure(`a scope is one of ${signerScopes.join(', ')}`)
  return scope
}

/** Does the work beside what runs, and says refusals as such. */
const withRotation = <T>(work: (dependencies: RotationDependencies) => Promise<T>): Promise<T> => {
  const configuration = readConfiguration()
  return withDatabaseBesides(configuration, async ({ pools }) => {
    const dependencies = {
      configuration,
      clock: systemClock,
      randomBytes: systemRandomBytes,
      database: pools.worker,
    }
    try {
      return await work(dependencies)
    } catch (error) {
      if (error instanceof RotationRefused) throw new CommandFailure(error.message)
      throw error
    }
  })
}

/** Publishes the next key of a scope. */
export const rotate = async (scopeText: string, options: ChangeOptions): Promise<void> => {
  const scope = scopeOf(scopeText)
  const leadMilliseconds = aheadOf(options.ahead, scope)
  await withRotation(async (dependencies) => {
    const rootFile = options.root ?? join(dependencies.configuration.keysDirectory, 'root.key.pem')
    const rootKey = await readRootKey(rootFile).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      throw new CommandFailure(`--root: the root’s private key cannot be read: ${reason}`)
    })
    const { by, twoddoc = null } = options
    const key = await rotateKey(dependencies, { scope, leadMilliseconds, rootKey, twoddoc, by })
    const keyId = bytesToHex(key.keyId)
    const signsFrom = key.signsFrom.toISOString()
    console.log(
      options.json === true
        ? JSON.stringify({ scope, keyId, signsFrom })
        : `${scope}: ${keyId} is published and signs from ${signsFrom}`,
    )
  })
}

/** Ends a key at once. */
export const revoke = async (text: string, { by, json }: ChangeOptions): Promise<void> => {
  const [scopeText = '', keyText = ''] = text.split('/')
  const scope = scopeOf(scopeText)
  const keyId = hexToBytes(keyText)
  if (!keyId.ok || keyId.value.length !== 8) {
    throw new CommandFailure('--revoke wants a scope and a key: dcc/0123456789abcdef (see --list)')
  }
  await withRotation((dependencies) => endKey(dependencies, { scope, keyId: keyId.value }, by))
  console.log(
    json === true
      ? JSON.stringify({ scope, keyId: keyText, revoked: true })
      : `${scope}: ${keyText} is revoked; servers drop it at their next reading, verifiers with their next bundle`,
  )
}

const describeKey = (key: HeldRingKey, signing: HeldRingKey | undefined, at: Date) => ({
  scope: key.scope,
  keyId: bytesToHex(key.keyId),
  state: key === signing ? 'current' : key.signsFrom > at ? 'next' : 'retired',
  signsFrom: key.signsFrom.toISOString(),
  retiredAt: key.retiredAt?.toISOString() ?? null,
  notAfter: key.notAfter.toISOString(),
  isHeldHere: key.signer !== null,
  ...(key.twoddoc === null ? {} : { twoddoc: `${key.twoddoc.caId}/${key.twoddoc.certificateId}` }),
})

/** Shows every key that counts. */
export const listKeys = ({ json }: Pick<ChangeOptions, 'json'>): Promise<void> =>
  withRotation(async (dependencies) => {
    const held = (await openKeyRings(dependencies)).held()
    const at = dependencies.clock.now()
    const keys = signerScopes.flatMap((scope) => {
      const signing = signingAt(held[scope], at)
      return held[scope].map((key) => describeKey(key, signing, at))
    })
    if (json === true) return console.log(JSON.stringify({ at: at.toISOString(), keys }))
    for (const key of keys) {
      const place = key.isHeldHere ? '' : '  its private key is not here'
      console.log(
        `${key.scope.padEnd(10)}  ${key.state.padEnd(7)}  ${key.keyId}  from ${key.signsFrom}  certificate to ${key.notAfter.slice(0, 10)}${place}`,
      )
    }
  })
