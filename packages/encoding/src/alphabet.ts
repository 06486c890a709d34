/** A table from character code to value, −1 for characters outside the alphabet. */
export const valuesOf = (alphabet: string): Int8Array => {
  const values = new Int8Array(128).fill(-1)
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value
  return values
}

/** The value of one character of a text, −1 when it is not in the alphabet or past the end. */
export const valueAt = (text: string, index: number, values: Int8Array): number => {
  // charCodeAt is NaN past the end, and a typed array answers undefined for NaN and for codes ≥ 128.
  return values[text.charCodeAt(index)] ?? -1
}
