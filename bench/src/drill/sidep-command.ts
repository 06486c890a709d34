/** A command of ours as an operator runs it, in a process of its own; who starts the drill says how. */

/**
 * @param environment beside that of the drill
 * @returns what it printed, which is JSON
 * @throws with what it said when it did not exit 0
 */
export type RunSidep = (
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<unknown>
