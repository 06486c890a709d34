/** Runs a command of ours in a process of its own. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const outputBytesMax = 1 << 24

/** @returns what it printed, which is JSON @throws with what it said when it did not exit 0 */
export const runSidep = async (
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words], {
    env: { ...process.env, ...environment },
    maxBuffer: outputBytesMax,
  })
  return JSON.parse(stdout)
}
