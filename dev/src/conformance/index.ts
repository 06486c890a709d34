export { processAdapter } from './adapter.ts'
export { type ConformanceReport, runConformance } from './run.ts'
