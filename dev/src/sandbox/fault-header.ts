/** One fault for one request, as its header says: `answer-lost`, `delayed=3000`, `refused=UNAVAILABLE;retry-after=3`. */
import { isProblemCode } from '@sidep/contracts'
import type { PortalFault } from '../portal/index.ts'

export const faultHeader = 'sidep-sandbox-fault'

/** @returns null when it cannot be read */
export const parseFaultHeader = (text: string): PortalFault | null => {
  const [what = '', ...more] = text.split(';').map((part) => part.trim())
  const [kind = '', value = ''] = what.split('=')
  const once = { on: 'everything', times: 1 } as const
  switch (kind) {
    case 'unreachable':
    case 'answer-lost':
    case 'duplicated':
    case 'half-answered':
      return { kind, ...once }
    case 'delayed': {
      const milliseconds = Number(value)
      return Number.isInteger(milliseconds) && milliseconds > 0 && milliseconds <= 60_000
        ? { kind, milliseconds, ...once }
        : null
    }
    case 'refused': {
      const wait = Number(more.find((part) => part.startsWith('retry-after='))?.slice(12))
      if (!isProblemCode(value)) return null
      return { kind, code: value, ...once, ...(wait > 0 ? { retryAfterSeconds: wait } : {}) }
    }
    default:
      return null
  }
}
