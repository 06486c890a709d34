/** What a process prints beside its log: a full disk or a reader that has gone is no reason for one that serves to end. */
export const outliveLostOutput = (): void => {
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {})
}
