/** The parts of the outbox (packages/sdk) for what this counter keeps of a screening. */
import type * as parts from '@sidep/sdk/parts'
import type { Content } from './content.ts'

export type Driver = parts.Driver<Content>
export type DriverEvent = parts.DriverEvent<Content>
