/** The way in of laboratories as a process of its own, for the bench; its settings are in the environment. */
import { parseConfiguration, startLaboratory } from '@sidep/server'

const parsed = parseConfiguration(process.env, process.cwd())
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
const laboratory = await startLaboratory(parsed.value)
console.log(`port ${laboratory.port}`)
process.once('SIGTERM', () => void laboratory.close())
