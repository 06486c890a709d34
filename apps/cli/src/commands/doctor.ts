import type { Command } from 'commander'
import { readConfiguration } from '../configured.ts'
import { examine } from '../doctor/examine.ts'
import { exitCodeOf, type Finding } from '../doctor/findings.ts'
import { gatherFacts } from '../doctor/gather.ts'

interface DoctorOptions {
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Clock, files, disks, memory, hardening; roles, durability and schema of the database; backups and archive; TLS, signers and who may
read secrets. It reads the same environment as the portal and changes nothing. Run it as the portal's user: what that may not
read cannot be looked at. docs/operating/doctor.md lists the codes.
Exit 0 nothing to do, 1 warnings, 2 something is unsafe, 78 the configuration itself needs correcting.`,
    )
    .action(doctor)
}

const describe = ({ severity, code, subject, seen, todo }: Finding): string =>
  [
    `${severity.padEnd(8)}${code}${subject === null ? '' : ` (${subject})`}: ${seen}`,
    `        → ${todo}`,
  ].join('\n')

const doctor = async ({ json }: DoctorOptions): Promise<void> => {
  const findings = examine(await gatherFacts(readConfiguration()))
  const exitCode = exitCodeOf(findings)
  if (json === true) console.log(JSON.stringify({ ok: exitCode === 0, findings }))
  else console.log(findings.length === 0 ? 'nothing to do' : findings.map(describe).join('\n'))
  process.exitCode = exitCode
}
