import { InvalidArgumentError } from 'commander'

/** What replays a run. @throws InvalidArgumentError */
export const seedOf = (text: string): number => {
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value < 2 ** 32) return value
  throw new InvalidArgumentError('a whole number from 0 to 4294967295')
}
