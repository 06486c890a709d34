/** The acts that the screen offers, as whoever wires the server gives them. */
import type {
  ActDone,
  DoorOrder,
  FeedOrder,
  NoticeDraft,
  PaperWithdrawal,
  SuspensionOrder,
} from '@sidep/contracts'

/** Who acts, as the lists of acts name them: the national id. */
export interface By {
  readonly by: string
  readonly reason: string
}

/** The portal's own acts, as the modules that own them have them. */
export interface ScreenActs {
  switchDoor(order: By & Pick<DoorOrder, 'door' | 'to'> & { endsAt: Date }): Promise<boolean>
  suspend(order: By & Pick<SuspensionOrder, 'to'> & { professionalId: string }): Promise<ActDone>
  feed(order: By & Pick<FeedOrder, 'feed' | 'to'>): Promise<void>
  withdrawBooklets(site: string, why: PaperWithdrawal['why'], by: By): Promise<void>
  /** @returns how many were still out */
  withdrawSlips(site: string, why: PaperWithdrawal['why'], by: By): Promise<number>
  /** @returns its id; null when it says what no notice may */
  draftNotice(draft: Omit<NoticeDraft, 'reason'>, by: By): Promise<string | null>
  /** @returns false when no draft of somebody else waits under this id */
  signNotice(notice: string, by: By): Promise<boolean>
  withdrawNotice(notice: string, by: By): Promise<boolean>
  /** @param order null: only counts */
  revoke(
    professionalId: string,
    since: Date,
    order: By | null,
  ): Promise<{ certificates: number; sites: Readonly<Record<string, number>>; changed: number }>
}
