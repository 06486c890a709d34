/** Exit codes beyond a command's own: sysexits.h. */
export const exitCodes = {
  usage: 64,
  noInput: 66,
  unavailable: 69,
  cannotCreate: 73,
  configuration: 78,
} as const

/** Ends a command with a message for the person at the terminal and an exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: number

  constructor(message: string, exitCode: number = exitCodes.usage) {
    super(message)
    this.exitCode = exitCode
  }
}
