/** Reads single settings of an environment and gathers what is wrong with them. */

/** One thing to put right before the server starts. */
export interface ConfigurationFault {
  readonly key: string
  readonly fault: 'missing' | 'wrong'
  readonly hint: string
}

/** `process.env`, or any record in tests. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads keys and gathers faults; the value returned next to a fault is never used. */
export const makeReader = (environment: Environment) => {
  const faults: ConfigurationFault[] = []
  const text = (key: string): string | null => {
    const value = environment[key]?.trim()
    return value === undefined || value === '' ? null : value
  }
  const missing = (key: string, hint: string): string => {
    faults.push({ key, fault: 'missing', hint })
    return ''
  }
  const wrong = (key: string, hint: string): void => {
    faults.push({ key, fault: 'wrong', hint })
  }
  const integer = (key: string, fallback: number, least: number, most: number): number => {
    const value = text(key)
    if (value === null) return fallback
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= least && number <= most) return number
    wrong(key, `a whole number from ${least} to ${most}`)
    return fallback
  }
  const url = (key: string, protocols: readonly string[]): string | null => {
    const value = text(key)
    if (value === null) return null
    const protocol = URL.canParse(value) ? new URL(value).protocol : ''
    if (protocols.includes(protocol)) return value.replace(/(?<!\/)\/+$/, '')
    wrong(key, `a URL starting with ${protocols.map((name) => `${name}//`).join(' or ')}`)
    return null
  }
  return { faults, text, missing, wrong, integer, url }
}

export type Reader = ReturnType<typeof makeReader>
