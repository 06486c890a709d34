export type { JournalLine } from './journal.ts'
export { type Sandbox, startSandbox } from './server.ts'
