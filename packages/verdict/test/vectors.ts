import {
  readDccVectors,
  readRuleVectors,
  readSchemaExamples,
  readTwoddocVectors,
} from '../../../tools/src/vectors.ts'
import type { Vectors } from './run-vectors.ts'

/** All outside vectors, as plain data that can be sent to a page. */
export const readVectors = (): Vectors => ({
  dcc: readDccVectors().map(({ at, json: _, ...vector }) => ({ ...vector, at: at.toISOString() })),
  schemaValid: [...readSchemaExamples('valid'), ...readSchemaExamples('examples')],
  schemaInvalid: readSchemaExamples('invalid'),
  twoddoc: readTwoddocVectors(),
  rules: readRuleVectors(),
})

/** Fewer than there are means that the folder is not what it was. */
export const vectorsMin = 480
