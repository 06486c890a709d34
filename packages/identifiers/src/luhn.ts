/**
 * Luhn mod N (ISO/IEC 7812-1 for N = 10): from the right, the check character counts once, its
 * neighbour twice, and so on; a doubled value counts as the sum of its two digits in base N.
 *
 * @param values value of each character, check character included, each in 0 … base − 1
 * @returns the sum modulo `base`; 0 when the check character is right
 */
export const luhnSum = (values: readonly number[], base: number): number => {
  let sum = 0
  let factor = 1
  for (let index = values.length - 1; index >= 0; index--) {
    const product = (values[index] ?? 0) * factor
    sum += Math.floor(product / base) + (product % base)
    factor = factor === 1 ? 2 : 1
  }
  return sum % base
}
