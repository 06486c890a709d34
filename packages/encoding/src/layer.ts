/** Bytes in a buffer of their own kind, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>

/**
 * What a decoder answers: the value, or the stable code of what is wrong with the input.
 * Decoders never throw on input.
 */
export type Layer<Value, Code extends string = string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: Code }

export const decoded = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
})

export const broken = <Code extends string>(
  code: Code,
): { readonly ok: false; readonly code: Code } => ({ ok: false, code })
