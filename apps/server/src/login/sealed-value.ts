/**
 * Values that travel through a browser and come back unread and unchanged: sealed under the portal's own keys, so
 * that any process opens what another sealed. The context keeps one kind from passing for another.
 */
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { type Vault, VaultError } from '../platform/vault.ts'

const keyIdBytes = 4

/** Seals a value of JSON. @param context the same when it is opened */
export const sealValue = (vault: Pick<Vault, 'seal'>, context: string, value: unknown): string => {
  const { keyId, sealed } = vault.seal(Buffer.from(JSON.stringify(value)), context)
  const key = Buffer.alloc(keyIdBytes)
  key.writeUInt32BE(keyId)
  return Buffer.concat([key, sealed]).toString('base64url')
}

const openBytes = (
  vault: Pick<Vault, 'open'>,
  context: string,
  bytes: Buffer,
): Uint8Array | null => {
  try {
    return vault.open(bytes.readUInt32BE(), bytes.subarray(keyIdBytes), context)
  } catch (error) {
    if (error instanceof VaultError) return null
    throw error
  }
}

/**
 * Opens what `sealValue` made.
 *
 * @param charactersMax longer texts are not ours
 * @returns null when it is not ours, was changed, is of another context, or has another shape
 */
export const openValue = <Schema extends TSchema>(
  vault: Pick<Vault, 'open'>,
  context: string,
  schema: Schema,
  text: string | undefined,
  charactersMax: number,
): Static<Schema> | null => {
  if (text === undefined || text.length > charactersMax) return null
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length <= keyIdBytes) return null
  const plain = openBytes(vault, context, bytes)
  if (plain === null) return null
  const value: unknown = JSON.parse(new TextDecoder().decode(plain))
  return Value.Check(schema, value) ? value : null
}
