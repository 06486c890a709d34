/**
 * A portal whose database was set back says so with every answer of its interface for as long as counters keep what was
 * acknowledged to them: whoever has something of after that second sends it again (docs/adr/0098).
 */

/** Answer header; the value is made by `writeRestorations`. */
export const restorationsHeader = 'sidep-restored'

/** Milliseconds since 1970, by the portal's clock. */
export interface Restoration {
  /** What was acknowledged until then is there. */
  readonly to: number
  /** When it was done. */
  readonly at: number
}

/** More in a day are no restorations any more. */
export const restorationsMax = 8

/** @example writeRestorations([{ to: 1628861399000, at: 1628865000000 }]) === '1628861399000/1628865000000' */
export const writeRestorations = (restorations: readonly Restoration[]): string =>
  restorations
    .slice(-restorationsMax)
    .map(({ to, at }) => `${to}/${at}`)
    .join(', ')

/** @returns what can be read of it, `restorationsMax` at most */
export const readRestorations = (header: string | null): Restoration[] =>
  (header ?? '')
    .split(',', restorationsMax)
    .flatMap((part) => {
      const [, to, at] = /^\s*(\d{1,15})\/(\d{1,15})\s*$/.exec(part) ?? []
      return to === undefined || at === undefined ? [] : [{ to: Number(to), at: Number(at) }]
    })
    // A second after its own restoring is none.
    .filter(({ to, at }) => to <= at)
