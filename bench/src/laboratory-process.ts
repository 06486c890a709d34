/** The way in of laboratories and vendors as a process of its own, for the bench; its settings are in the environment. */
import { parseConfiguration, startLaboratory } from '@sidep/server'

const parsed = parseConfiguration(process.env, process.cwd())
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
const laboratory = await startLaboratory(parsed.value)
// Both in one line: whoever reads it waits for no second.
console.log(`port ${laboratory.port} ${laboratory.vendors?.issuer ?? '-'}`)
process.once('SIGTERM', () => void laboratory.close())
