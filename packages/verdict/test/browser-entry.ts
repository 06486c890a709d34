/** What the browser test's page holds. */
import { runVectors } from './run-vectors.ts'

Object.assign(globalThis, { runVectors })
