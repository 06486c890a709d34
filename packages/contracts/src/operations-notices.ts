/** Tolerance notices as operations draft, sign and withdraw them. */
import { type Static, Type } from 'typebox'
import { Instant, NullableText, Reason, strict } from './operations-parts.ts'

const NoticeId = Type.String({
  maxLength: 40,
  pattern: '^AT-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{1,4}$',
})
const Tolerated = Type.Union([Type.Literal('slip'), Type.Literal('provisional')])
/** How FINESS numbers begin; none: all sites. */
const SitePrefix = Type.String({ maxLength: 9, pattern: '^[0-9AB]{1,9}$' })
const noticeSitesMax = 200
const about = {
  accepts: Type.Array(Tolerated, { minItems: 1, maxItems: 2, uniqueItems: true }),
  sites: Type.Array(SitePrefix, { maxItems: noticeSitesMax, uniqueItems: true }),
}

/** What of a notice decides what it touches. */
export const NoticeExtent = Type.Object(about, strict)
export type NoticeExtent = Static<typeof NoticeExtent>

/** `POST /api/operations/notices`: nothing of it counts before somebody else has signed it. */
export const NoticeDraft = Type.Object(
  {
    ...about,
    from: Instant,
    /** Two weeks after `from` at most. */
    until: Instant,
    /** As verifiers and the status page say it. */
    fr: Type.String({ minLength: 3, maxLength: 500 }),
    en: Type.String({ minLength: 3, maxLength: 500 }),
    reason: Reason,
  },
  strict,
)
export type NoticeDraft = Static<typeof NoticeDraft>

/** `POST /api/operations/notices/signatures`, and `…/withdrawals`, which also drops a draft. */
export const NoticeOrder = Type.Object({ notice: NoticeId, reason: Reason }, strict)
export type NoticeOrder = Static<typeof NoticeOrder>

/** One that is not over: neither withdrawn nor past its time. */
export const NoticeView = Type.Object({
  id: Type.String(),
  ...about,
  from: Type.String(),
  until: Type.String(),
  fr: Type.String(),
  en: Type.String(),
  draftedBy: Type.String(),
  draftedAt: Type.String(),
  reason: Type.String(),
  /** Null: a draft, which nobody else knows of. */
  signedBy: NullableText,
  signedAt: NullableText,
  /** The signed text, as a code on paper has it; null of a draft. */
  text: NullableText,
})
export type NoticeView = Static<typeof NoticeView>

export const NoticeDrafted = Type.Object({ notice: Type.String() })
export type NoticeDrafted = Static<typeof NoticeDrafted>
