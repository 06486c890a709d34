/** What the schemas of operations are made of. */
import { Type } from 'typebox'

export const strict = { additionalProperties: false } as const
export const NullableText = Type.Union([Type.String(), Type.Null()])
export const Count = Type.Integer({ minimum: 0 })
export const NullableCount = Type.Union([Count, Type.Null()])
/** Why, in words: it stands in the audit chain. */
export const Reason = Type.String({ minLength: 3, maxLength: 200 })
export const ProfessionalId = Type.String({
  minLength: 12,
  maxLength: 12,
  pattern: '^8[0-9]{11}$',
})
export const SiteId = Type.String({ minLength: 9, maxLength: 9, pattern: '^[0-9AB]{9}$' })
export const Instant = Type.String({ minLength: 20, maxLength: 40 })
