/** What kind of error it is, for a log: never its message, which may quote what it was about. */
export const errorName = (error: unknown): string =>
  error instanceof Error ? error.name : typeof error
