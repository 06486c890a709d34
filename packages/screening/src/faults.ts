import type { FieldCode, FieldFault } from '@sidep/contracts'

/** Gathers faults while values are read; a value that broke a rule is never used. */
export class Faults {
  readonly list: FieldFault[] = []

  add(pointer: string, code: FieldCode): void {
    this.list.push({ pointer, code })
  }

  isClean(pointer: string): boolean {
    return this.list.every((fault) => fault.pointer !== pointer)
  }

  /** The parsed value, or what was sent next to a fault. */
  take(
    pointer: string,
    parsed: { ok: true; value: string } | { ok: false; code: FieldCode },
    sent: string,
  ): string {
    if (parsed.ok) return parsed.value
    this.add(pointer, parsed.code)
    return sent
  }
}
