/** Clean histories for tests: what a portal that does everything right would leave, with answers that get lost on the way. */
import type { Act, ActKind, Attempt, AuditRow, History, StoredScreening } from './history.ts'

const kindsOf = (shape: 'record' | 'register', corrections: number): ActKind[] => [
  ...(shape === 'record' ? (['record'] as const) : (['register', 'result'] as const)),
  ...Array.from({ length: corrections }, () => 'correct' as const),
]

export interface ScreeningPlan {
  readonly site: number
  readonly shape: 'record' | 'register'
  readonly corrections: number
  /** How often each request got no answer before it got one. */
  readonly lostAnswers: number
  /** The last act is never acknowledged; `done`: though it was done. */
  readonly end: 'acknowledged' | 'done' | 'not-done'
}

/** Builds the history of a list of plans, one screening after the other. */
export const makeCleanHistory = (plans: readonly ScreeningPlan[]): History => {
  let now = 1_000_000
  const sequences = new Map<string, number>()
  const acts: Act[] = []
  const stored: StoredScreening[] = []
  const next = (siteId: string): number => {
    const sequence = (sequences.get(siteId) ?? 0) + 1
    sequences.set(siteId, sequence)
    return sequence
  }
  for (const [index, { site, shape, corrections, lostAnswers, end }] of plans.entries()) {
    const siteId = `site-${site}`
    const screeningId = `screening-${index}`
    const kinds = kindsOf(shape, corrections)
    const audit: AuditRow[] = []
    const certificates: { number: number; issuedAt: number }[] = []
    const done: Act[] = []
    for (const [place, kind] of kinds.entries()) {
      const isLast = place === kinds.length - 1
      const isAnswered = !isLast || end === 'acknowledged'
      const attempts: Attempt[] = []
      const attempt = (outcome: Attempt['outcome']): void => {
        attempts.push({ invokedAt: now, endedAt: now + 5, outcome })
        now += 10
      }
      for (let lost = 0; lost < lostAnswers + (isAnswered ? 0 : 1); lost += 1)
        attempt({ kind: 'unknown', code: 'ECONNRESET' })
      const answer = `answer-${index}-${place}`
      if (isAnswered) {
        attempt({ kind: 'acknowledged', answer })
        attempt({ kind: 'acknowledged', answer })
      }
      const id = place === 0 ? screeningId : `${screeningId}-${place}`
      const act = { id, kind, siteId, screeningId, body: `body-${index}-${place}`, attempts }
      acts.push(act)
      if (!isAnswered && end === 'not-done') continue
      done.push(act)
      audit.push({ sequence: next(siteId), act: auditNames[kind] })
      if (kind !== 'register')
        certificates.push({
          number: certificates.length + 1,
          issuedAt: attempts[0]?.invokedAt ?? now,
        })
    }
    const last = done.at(-1)
    if (last === undefined) continue
    stored.push({
      siteId,
      id: screeningId,
      rows: 1,
      isFinal: done.some(({ kind }) => kind !== 'register'),
      body: last.body,
      corrections: done.filter(({ kind }) => kind === 'correct').map(({ id }) => id),
      certificates,
      audit,
    })
  }
  const chains = [...sequences.keys()].map((siteId) => ({ siteId, isWhole: true }))
  return { acts, stored, chains, otherBodies: [] }
}

const auditNames: Readonly<Record<ActKind, string>> = {
  record: 'screening.recorded',
  register: 'screening.registered',
  result: 'screening.result-set',
  correct: 'screening.corrected',
}
