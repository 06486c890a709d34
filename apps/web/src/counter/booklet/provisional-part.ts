import { type HeldBooklet, provisionalHoursMax, provisionalUvci } from '@sidep/continuity'
import { linkCodeOf } from '@sidep/sdk/certify'
import { readSigned } from '@sidep/sdk/parts'
import { hourMilliseconds } from '@sidep/time'
import type { ProvisionalPart } from '../../shared/documents/index.ts'
import type { HeldEntry } from '../outbox/content.ts'

/**
 * What a provisional certificate says beside its code.
 *
 * @param origin of the portal: where the definitive one will be
 * @returns null while it is not signed, or when its booklet is not here
 */
export const provisionalPart = async (
  { id, document }: HeldEntry,
  booklets: readonly HeldBooklet[],
  origin: string,
): Promise<(ProvisionalPart & { readonly uvci: string; readonly siteName: string }) | null> => {
  const held = booklets.find((booklet) => booklet.id === document?.bookletId)
  if (!document?.text || held === undefined) return null
  const booklet = readSigned(held.signed)
  if (booklet === null) return null
  const acceptedUntil = document.issuedAt + provisionalHoursMax * hourMilliseconds
  return {
    code: document.text,
    address: `${origin}/resultat/#${await linkCodeOf(held, id)}`,
    acceptedUntil: new Date(acceptedUntil).toISOString(),
    uvci: provisionalUvci(booklet, document.number),
    siteName: booklet.siteName,
  }
}
