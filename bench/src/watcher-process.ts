/** A watcher as a process of its own, for the bench; its settings are in the environment. */
import {
  makeMessengers,
  parseWatchConfiguration,
  startWatcher,
  systemClock,
  systemRandomBytes,
} from '@sidep/server/operations/index.ts'

const parsed = parseWatchConfiguration(process.env, process.cwd())
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
const watcher = await startWatcher(parsed.value, {
  clock: systemClock,
  randomBytes: systemRandomBytes,
  messengers: makeMessengers(parsed.value),
  say: (line) => console.error(line),
  publish: null,
})
console.log(watcher.url)
process.once('SIGTERM', () => void watcher.close())
