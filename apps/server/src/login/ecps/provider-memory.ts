/**
 * The last good description and keys of the provider, kept in the database for processes that start while it is
 * away. Sealed: who can write to the database must not be able to put other keys in their place.
 */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Platform } from '../../platform/context.ts'
import { VaultError } from '../../platform/vault.ts'

const Remembered = Type.Object({
  metadata: Type.Object({ issuer: Type.String() }, { additionalProperties: true }),
  jwks: Type.Object({
    keys: Type.Array(Type.Object({ kty: Type.String() }, { additionalProperties: true })),
  }),
  fetchedAtSeconds: Type.Number(),
})
/** Public facts of the provider: discovery document and keys. */
export type Remembered = Static<typeof Remembered>

/** Keys older than this are not believed, however long the provider is away, days. */
const rememberedDaysMax = 7

export interface ProviderMemory {
  load(): Promise<Remembered | null>
  save(remembered: Remembered): Promise<void>
}

/** Parses what was remembered or fetched; null when it has not the shape of it. */
export const parseRemembered = (value: unknown): Remembered | null =>
  Value.Check(Remembered, value) ? value : null

/** @param issuer as configured; what is remembered of another one does not count */
export const makeProviderMemory = (
  { database, vault, clock }: Pick<Platform, 'database' | 'vault' | 'clock'>,
  issuer: string,
): ProviderMemory => {
  const context = `provider-memory|${issuer}`
  const open = (keyId: number, sealed: Uint8Array): unknown => {
    try {
      return JSON.parse(new TextDecoder().decode(vault.open(keyId, sealed, context)))
    } catch (error) {
      if (error instanceof VaultError) return null
      throw error
    }
  }
  return {
    load: async () => {
      const [row] = await database<{ key_id: number; sealed: Uint8Array }[]>`
        select key_id, sealed from provider_memory where issuer = ${issuer}`
      if (row === undefined) return null
      const remembered = parseRemembered(open(row.key_id, row.sealed))
      if (remembered === null) return null
      const ageSeconds = clock.now().getTime() / 1000 - remembered.fetchedAtSeconds
      return ageSeconds <= rememberedDaysMax * 86_400 ? remembered : null
    },
    save: async (remembered) => {
      const plain = new TextEncoder().encode(JSON.stringify(remembered))
      const { keyId, sealed } = vault.seal(plain, context)
      const fetchedAt = new Date(remembered.fetchedAtSeconds * 1000)
      await database`
        insert into provider_memory (issuer, key_id, sealed, fetched_at)
        values (${issuer}, ${keyId}, ${sealed}, ${fetchedAt})
        on conflict (issuer) do update set key_id = excluded.key_id, sealed = excluded.sealed,
          fetched_at = excluded.fetched_at`
    },
  }
}
