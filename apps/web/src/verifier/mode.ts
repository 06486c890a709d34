import type { Purpose, RuleProfile, Texts } from '@sidep/verdict'

/** What a verifier checks for, chosen before and always shown. */
export interface Mode {
  /** `pass:FR`, `entry:GR`: purpose and country of a rule set. */
  readonly choice: string
  /** Day of arrival, YYYY-MM-DD; null: now. Only for entry. */
  readonly date: string | null
}

/** One choice of the mode dialog. */
export interface ModeChoice {
  readonly id: string
  readonly title: Texts
  readonly purpose: Exclude<Purpose, { kind: 'none' }>
}

/** The choices that the rules in force give, in their order. */
export const modeChoices = (profile: RuleProfile): ModeChoice[] => {
  const choices = new Map<string, ModeChoice>()
  for (const { purpose: kind, country, title } of profile.sets) {
    const id = `${kind}:${country}`
    if (!choices.has(id)) choices.set(id, { id, title, purpose: { kind, country } })
  }
  return [...choices.values()]
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/

/** A remembered mode, or the first choice when nothing usable was remembered. */
export const parseMode = (remembered: string | null, choices: readonly ModeChoice[]): Mode => {
  const fallback: Mode = { choice: choices[0]?.id ?? '', date: null }
  const value = parsedJson(remembered)
  if (typeof value !== 'object' || value === null) return fallback
  const { choice, date } = value as { choice?: unknown; date?: unknown }
  const known = choices.find(({ id }) => id === choice)
  if (known === undefined) return fallback
  const usable = typeof date === 'string' && isoDate.test(date) && known.purpose.kind === 'entry'
  return { choice: known.id, date: usable ? date : null }
}

const parsedJson = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    // Somebody else's value, or an older version's: as if nothing had been remembered.
    return null
  }
}

/** YYYY-MM-DD where the device is. */
export const localDay = (at: Date): string => {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/**
 * The instant to judge at: now, or noon of a chosen day of arrival that is still to come. A day that has
 * passed since it was chosen counts as today: the phone was kept in a drawer.
 */
export const judgedAt = (mode: Mode, now: Date): Date => {
  if (mode.date === null || mode.date <= localDay(now)) return now
  const noon = new Date(`${mode.date}T12:00:00`)
  return Number.isNaN(noon.getTime()) ? now : noon
}

const storageKey = 'sidep.verifier.mode'

/** The mode chosen before on this device; null where the browser refuses storage. */
export const rememberedMode = (): string | null => {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    // Storage refused: the page works, it just starts with the first mode.
    return null
  }
}

export const rememberMode = (mode: Mode): void => {
  try {
    localStorage.setItem(storageKey, JSON.stringify(mode))
  } catch {
    // As above: the choice holds for this page only.
    return
  }
}
