/** Statements about acts that were taken: each does its act once, whichever process hears it. */
import type { Sql } from '../platform/context.ts'
import { proofSecondsMax } from './device-proof.ts'

/** @returns whether nobody has taken it yet */
export const takeProof = async (
  database: Sql,
  sessionId: string,
  nonce: string,
  statedAt: Date,
): Promise<boolean> => {
  // Later than any process whose clock is near ours still takes a statement of that time.
  const expiresAt = new Date(statedAt.getTime() + 3 * proofSecondsMax * 1_000)
  const taken = await database`
    insert into device_proof (session_id, nonce, expires_at)
    values (${sessionId}, ${nonce}, ${expiresAt}) on conflict do nothing returning 1`
  return taken.length > 0
}

/** Removes those that are too old to be taken by anybody. */
export const sweepProofs = async (database: Sql, now: Date): Promise<void> => {
  await database`delete from device_proof where expires_at <= ${now}`
}
