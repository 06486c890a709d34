export type { LineCode } from './directory-line.ts'
export {
  type ImportOptions,
  type ImportResult,
  type ImportSummary,
  importDirectory,
  isDirectoryEmpty,
  type RefusedLine,
} from './import-directory.ts'
