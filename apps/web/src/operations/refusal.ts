import { type ProblemCode, problemRegistry } from '@sidep/contracts'

/** What a door said on the way back here; null: nothing, or nothing that is known. */
export const refusalIn = (search: string): ProblemCode | null => {
  const code = new URLSearchParams(search).get('problem') ?? ''
  return Object.hasOwn(problemRegistry, code) ? (code as ProblemCode) : null
}
