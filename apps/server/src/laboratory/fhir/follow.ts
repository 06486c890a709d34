/** Where references of a bundle lead. */
import type { CatalogueTables } from '@sidep/screening'
import type { MessageFaults } from '../faults.ts'
import type { Entry, ReadBundle } from './bundle.ts'
import { isObject } from './validate.ts'

export interface ReadContext {
  readonly bundle: ReadBundle
  /** The report that names an observation, by where that stands. */
  readonly reports: ReadonlyMap<string, Entry>
  readonly catalogue: CatalogueTables
  readonly faults: MessageFaults
}

/** The resource that an element refers to, by reference or else by identifier (R4 §2.3.0), when it is of the type. */
export const follow = (
  from: Entry,
  element: unknown,
  type: string,
  { bundle }: Pick<ReadContext, 'bundle'>,
): Entry | undefined => {
  if (!isObject(element)) return undefined
  const target =
    element.reference === undefined
      ? bundle.identified(type, element.identifier)
      : bundle.resolve(from, element.reference)
  return target?.type === type ? target : undefined
}

export const firstFollowed = (
  from: Entry,
  list: unknown,
  type: string,
  context: Pick<ReadContext, 'bundle'>,
): Entry | undefined => {
  for (const one of Array.isArray(list) ? list : []) {
    const found = follow(from, one, type, context)
    if (found !== undefined) return found
  }
  return undefined
}
