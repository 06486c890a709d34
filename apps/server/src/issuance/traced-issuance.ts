/** The same issuance, with a span for what is asked of it. */
import { traced } from '../platform/tracing/tracing.ts'
import type { Issuance, RecoveryIssuance } from './issue.ts'

export const tracedIssuance = (
  issuance: Issuance & RecoveryIssuance,
): Issuance & RecoveryIssuance => ({
  issue: (request) => traced({ name: 'issue' }, () => issuance.issue(request)),
  issueMany: (requests, isAwaited) =>
    traced({ name: 'issue', attributes: { 'sidep.count': requests.length } }, () =>
      issuance.issueMany(requests, isAwaited),
    ),
  issueRecovery: (request) =>
    traced({ name: 'issue recovery' }, () => issuance.issueRecovery(request)),
})
