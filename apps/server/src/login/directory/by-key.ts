/** One row a key: a statement may not touch a row twice, and the last line about it is as good as any. */
export const byKey = <T>(values: readonly T[], keyOf: (value: T) => string): T[] => [
  ...new Map(values.map((value) => [keyOf(value), value])).values(),
]
