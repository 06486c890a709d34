import { type Entry, type HeldBooklet, provisionalHoursMax } from '@sidep/continuity'
import { hourMilliseconds } from '@sidep/time'
import type { Sendable } from '../outbox/sendable.ts'
import type { ProvisionalDocument } from '../outcomes.ts'
import { linkCodeOf } from './certify.ts'

/**
 * What a person is given while the portal is away.
 *
 * @param origin where people reach the portal
 * @returns null while it is not signed, or when its booklet is not here
 */
export const provisionalDocument = async (
  { id, document }: Pick<Entry<Sendable>, 'id' | 'document'>,
  booklets: readonly HeldBooklet[],
  origin: string,
): Promise<ProvisionalDocument | null> => {
  const held = booklets.find((booklet) => booklet.id === document?.bookletId)
  if (!document?.text || held === undefined) return null
  const acceptedUntil = document.issuedAt + provisionalHoursMax * hourMilliseconds
  return {
    code: document.text,
    address: `${origin}/resultat/#${await linkCodeOf(held, id)}`,
    acceptedUntil: new Date(acceptedUntil).toISOString(),
  }
}
