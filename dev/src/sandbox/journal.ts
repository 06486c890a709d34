/** What came in at a portal of the sandbox, and what it was answered. */
export interface JournalLine {
  /** Milliseconds since 1970, by the machine’s clock. */
  readonly at: number
  readonly method: string
  readonly path: string
  /** Its endpoint's name in the description of the interface; null: there is none. */
  readonly endpoint: string | null
  readonly body: unknown
  /** Null: no answer reached the client. */
  readonly status: number | null
  readonly code: string | null
  readonly retryAfterSeconds: number | null
}

const linesMax = 2_000

export class Journal {
  readonly lines: JournalLine[] = []

  add(line: JournalLine): void {
    this.lines.push(line)
    if (this.lines.length > linesMax) this.lines.shift()
  }
}
