/** What is wrong with a text, one code a condition; none says that a text is not to be trusted. */
export type TwoddocCode =
  /** Does not begin with `DC`: another format's, not a broken 2D-DOC. */
  | 'TWODDOC_OTHER'
  | 'TWODDOC_TOO_LONG'
  /** A character outside printable ASCII and the three separators. */
  | 'TWODDOC_CHARACTER'
  /** A version other than 03 and 04. */
  | 'TWODDOC_VERSION'
  | 'TWODDOC_HEADER'
  /** A perimeter other than 01. */
  | 'TWODDOC_PERIMETER'
  /** A kind of document other than B2 and L1. */
  | 'TWODDOC_TYPE'
  | 'TWODDOC_FIELD_UNKNOWN'
  | 'TWODDOC_FIELD_REPEATED'
  | 'TWODDOC_FIELD_LENGTH'
  | 'TWODDOC_FIELD_MISSING'
  | 'TWODDOC_FIELD_VALUE'
  | 'TWODDOC_SIGNATURE_MISSING'
  | 'TWODDOC_SIGNATURE_FORMAT'

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: TwoddocCode }

export const accepted = <T>(value: T): Reading<T> => ({ ok: true, value })
export const refused = (code: TwoddocCode): { readonly ok: false; readonly code: TwoddocCode } => ({
  ok: false,
  code,
})

// 2D-DOC specification 3.2.6, C40 encoding: group, record and unit separator of ASCII.
export const fieldEnd = '\u001d'
export const truncatedFieldEnd = '\u001e'
export const messageEnd = '\u001f'
