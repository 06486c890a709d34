import { isProblemCode, type ProblemCode } from '@sidep/contracts'

/** What a door said on the way back here; null: nothing, or nothing that is known. */
export const refusalIn = (search: string): ProblemCode | null => {
  const code = new URLSearchParams(search).get('problem') ?? ''
  return isProblemCode(code) ? code : null
}
