/** The code that unlocks a counter's signing key: six to twelve digits, and none of those tried first. */
export type PinFault = 'PIN_FORM' | 'PIN_EASY'

const pinPattern = /^\d{6,12}$/

/** What is wrong with a code that somebody chooses; null when nothing is. */
export const pinFault = (pin: string): PinFault | null => {
  if (!pinPattern.test(pin)) return 'PIN_FORM'
  const digits = [...pin].map(Number)
  const steps = new Set(digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0)))
  // 000000, 123456, 987654; 121212 and 123123 repeat themselves.
  const isRepeated = [1, 2, 3].some((length) => pin.startsWith(pin.slice(length)))
  return steps.size === 1 || isRepeated ? 'PIN_EASY' : null
}
