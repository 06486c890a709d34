import { isTolerated, type ToleranceNotice, type ToleratedKind, type Trust } from '@sidep/trust'
import type { CertificateView } from './verdict.ts'

/** The notice that lets a paper of a site pass at a moment, the one that lasts longest; undefined where none does. */
export const toleranceFor = (
  { tolerated }: Pick<Trust, 'tolerated'>,
  kind: ToleratedKind,
  site: string,
  at: Date,
): ToleranceNotice | undefined =>
  tolerated
    .filter((notice) => isTolerated(notice, kind, site, at))
    .reduce<ToleranceNotice | undefined>(
      (longest, notice) =>
        longest === undefined || Date.parse(notice.until) > Date.parse(longest.until)
          ? notice
          : longest,
      undefined,
    )

/** A certificate with the notice that it is accepted by. */
export const underNotice = (
  view: CertificateView,
  { id, until, fr, en }: ToleranceNotice,
): CertificateView => ({ ...view, tolerance: { id, until, fr, en } })
