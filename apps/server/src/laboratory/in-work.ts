/** Messages in work: of all, and of each laboratory, so that one at many times its share costs the others nothing. */
import { laboratoryMessagesInWork } from '@sidep/admission'

/** What there is no room for: of the one laboratory, or of any. */
export type Full = 'own' | 'all'

export interface InWork {
  count(): number
  /** @returns what is full; null when there is room, and then `leave` is owed */
  enter(key: string): Full | null
  leave(key: string): void
}

export const makeInWork = (): InWork => {
  let all = 0
  const ofEach = new Map<string, number>()
  return {
    count: () => all,
    enter(key) {
      const own = ofEach.get(key) ?? 0
      if (own >= laboratoryMessagesInWork.ofEachMax) return 'own'
      if (all >= laboratoryMessagesInWork.max) return 'all'
      all += 1
      ofEach.set(key, own + 1)
      return null
    },
    leave(key) {
      all -= 1
      const own = (ofEach.get(key) ?? 1) - 1
      if (own > 0) ofEach.set(key, own)
      else ofEach.delete(key)
    },
  }
}
