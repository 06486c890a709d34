/** Reads single settings of an environment and gathers what is wrong with them. */

/** One thing to put right before the server starts. */
export interface ConfigurationFault {
  readonly key: string
  readonly fault: 'missing' | 'wrong'
  readonly hint: string
}

/** `process.env`, or any record in tests. */
export type Environment = Readonly<Record<string, string | undefined>>

/** As libpq knows them; the portal writes, so it takes no other. */
const primaryWords: ReadonlySet<string> = new Set(['read-write', 'primary'])
const databaseHostsMax = 16

/** What is wrong with the address of a database, which may have several hosts as libpq has them; null: nothing. */
const databaseFault = (value: string): string | null => {
  const [scheme = ''] = /^postgres(?:ql)?:\/\//.exec(value) ?? []
  // A password has its `@`, `/` and `?` encoded (RFC 3986 §3.2.1).
  const [authority = ''] = value.slice(scheme.length).split(/[/?#]/, 1)
  const hosts = authority.slice(authority.lastIndexOf('@') + 1)
  const head = value.slice(0, scheme.length + authority.length - hosts.length)
  const rest = value.slice(scheme.length + authority.length)
  const each = hosts.split(',')
  // The driver tells host and port apart by the first colon.
  const isList = each.length === 1 || each.every((host) => /^[^:[\]]+(:\d{1,5})?$/.test(host))
  const isSound = each.every((host) => URL.canParse(`${head}${host}${rest}`))
  if (scheme === '' || !isList || !isSound || each.length > databaseHostsMax)
    return 'a URL starting with postgres:// or postgresql://, of one host or several with commas: postgres://user:password@a:5432,b:5432/sidep'
  const wanted = new URL(`${head}${each[0]}${rest}`).searchParams.get('target_session_attrs')
  if (wanted !== null && !primaryWords.has(wanted))
    return 'target_session_attrs is read-write or primary, or not there: the portal works with the one that writes'
  return null
}

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
  const database = (key: string): string | null => {
    const value = text(key)
    if (value === null) return null
    const fault = databaseFault(value)
    if (fault === null) return value.replace(/(?<!\/)\/+$/, '')
    wrong(key, fault)
    return null
  }
  return { faults, text, missing, wrong, integer, url, database }
}

export type Reader = ReturnType<typeof makeReader>
