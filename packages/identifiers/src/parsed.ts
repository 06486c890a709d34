/** Outcome of reading an identifier: the value in its one canonical form, or the rule it broke. */
export type Parsed<T, Code extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: Code }

declare const kind: unique symbol

/** A string that only the parser of its kind makes: `Rpps` and `Finess` cannot be mixed up. */
export type Identifier<Kind extends string> = string & { readonly [kind]: Kind }

export const accepted = <T>(value: T): { readonly ok: true; readonly value: T } => ({
  ok: true,
  value,
})

export const refused = <Code extends string>(
  code: Code,
): { readonly ok: false; readonly code: Code } => ({ ok: false, code })
