/**
 * Opens a paused link for whoever has the phone: somebody else's wrong tries must not keep a person from their
 * document. A number of six digits goes to the phone given at the counter and to nowhere else; with it and the birth
 * date the link opens during a pause.
 *
 * The number is computed, not stored: from the screening and how often one was sent.
 */
import type { Vault } from '../platform/vault.ts'

/** How long a number opens, minutes. */
export const unlockMinutes = 10
/** Wrong tries that a number survives: 5 of a million possible ones. */
export const unlockTriesMax = 5
/** A phone is not messaged all day: one number in this many minutes, and so many in a day. */
export const unlockEveryMinutes = 2
export const unlocksPerDayMax = 5

/** @param message how often a number was sent (`number`), and for which screening */
export const unlockNumberOf = (
  vault: Pick<Vault, 'searchHash'>,
  message: { readonly site_id: string; readonly screening_id: string; readonly number: number },
): string => {
  const { site_id, screening_id, number } = message
  const bytes = vault.searchHash('retrieval-unlock', `${site_id}|${screening_id}|${number}`)
  const value = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  return String(value % 1_000_000).padStart(6, '0')
}
