/** What a production installation leaves out (`npm ci --omit=dev`): the stand-ins, the load generator, the simulator. */
import { CommandFailure, exitCodes } from './failure.ts'

const leftOut = /Cannot find package '@sidep\/(?:bench|dev|sim)'/

const isLeftOut = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'ERR_MODULE_NOT_FOUND' &&
  leftOut.test(error.message)

/**
 * Loads a module that stands on what production leaves out.
 *
 * @param what the beginning of the sentence, such as `sidep bench needs`
 * @throws CommandFailure in one sentence where it is left out
 */
export const loadUnlessLeftOut = async <Module>(
  what: string,
  load: () => Promise<Module>,
): Promise<Module> => {
  try {
    return await load()
  } catch (error) {
    if (!isLeftOut(error)) throw error
    throw new CommandFailure(
      `${what} what a production installation leaves out; it is there after npm ci without --omit=dev`,
      exitCodes.unavailable,
    )
  }
}
