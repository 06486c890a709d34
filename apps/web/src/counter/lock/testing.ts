/** For the tests of this room: a lock that opens quickly, and a device with passkeys. */
import { bytesToHex } from '@sidep/encoding'
import type { Passkeys, Secret } from '../../shared/device/passkey.ts'
import { memoryVault, type Vault } from '../../shared/storage/index.ts'
import { argon2 } from './argon2.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'
import type { CodeCost } from './stored-lock.ts'

/** The least that Argon2 takes. */
export const quickCost: CodeCost = { memoryKibibytes: 8, passes: 1, lanes: 1 }

export interface TestDevice {
  readonly passkeys: Passkeys
  /** Whether who is there now is recognised. */
  confirms: boolean
  /** Ids that the page said are no longer used. */
  readonly forgotten: string[]
}

/** A device whose passkeys give HMAC-SHA-256 of a salt under a key that stays in it (CTAP 2.1 §12.5). */
export const testDevice = ({ givesTwo = true, givesAny = true } = {}): TestDevice => {
  const credentials = new Map<string, CryptoKey>()
  const secretOf = async (id: Secret, salt: Secret): Promise<Secret> => {
    const key = credentials.get(bytesToHex(id))
    if (key === undefined) throw new Error('no such passkey')
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, salt))
  }
  const device: TestDevice = {
    confirms: true,
    forgotten: [],
    passkeys: {
      isPossible: async () => givesAny,
      create: async (_label, salt) => {
        if (!givesAny) return { kind: 'unsupported' }
        if (!device.confirms) return { kind: 'refused' }
        const credentialId = crypto.getRandomValues(new Uint8Array(16))
        const key = crypto.getRandomValues(new Uint8Array(32))
        const hmac = { name: 'HMAC', hash: 'SHA-256' } as const
        credentials.set(
          bytesToHex(credentialId),
          await crypto.subtle.importKey('raw', key, hmac, false, ['sign']),
        )
        return { kind: 'made', credentialId, secret: await secretOf(credentialId, salt) }
      },
      secrets: async (credentialId, [first, second]) =>
        device.confirms && credentials.has(bytesToHex(credentialId))
          ? [
              await secretOf(credentialId, first),
              givesTwo ? await secretOf(credentialId, second) : null,
            ]
          : null,
      forget: (credentialId) => {
        credentials.delete(bytesToHex(credentialId))
        device.forgotten.push(bytesToHex(credentialId))
      },
    },
  }
  return device
}

/** Tabs of one counter: they share the vault and take turns. */
export const testCounter = (vault: Vault = memoryVault(), device: TestDevice = testDevice()) => {
  let now = Date.parse('2026-11-24T14:00:00Z')
  let turn: Promise<unknown> = Promise.resolve()
  const tab = (): SigningKeys =>
    createSigningKeys({
      vault,
      passkeys: device.passkeys,
      stretch: argon2,
      codeCost: quickCost,
      now: () => new Date(now),
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      exclusive: (work) => {
        const next = turn.then(work)
        turn = next.catch(() => undefined)
        return next
      },
    })
  return {
    vault,
    device,
    tab,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}
