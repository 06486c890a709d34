import type { Sql } from 'postgres'

export type Parameter = string | number | boolean | Date | Uint8Array | null

/** Runs a statement that answers `done`: how many rows the act changed. */
export const runStatement = async (
  database: Pick<Sql, 'unsafe'>,
  text: string,
  parameters: Parameter[],
): Promise<number> => {
  const [row] = await database.unsafe<{ done: number }[]>(text, parameters, { prepare: true })
  return row?.done ?? 0
}
