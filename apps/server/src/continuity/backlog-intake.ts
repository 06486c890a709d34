import { type Intake, type IntakeDependencies, openIntake } from '../intake/index.ts'
import type { SiteActor } from '../platform/actor.ts'
import { madeAtOf } from './made-at.ts'

/** Intake for what counters bring in afterwards: it counts for the pace of whoever answers for it, when it was made. */
export const openBacklogIntake = (
  platform: Parameters<typeof openIntake>[0],
  {
    pace,
    ...dependencies
  }: Pick<IntakeDependencies, 'issuance' | 'catalogue'> & {
    readonly pace: { count(actor: SiteActor, screeningId: string, madeAt: Date): void }
  },
): Intake =>
  openIntake(platform, {
    ...dependencies,
    onRecorded: (recorded) =>
      pace.count(recorded.actor, recorded.screening.id, madeAtOf(recorded, platform.clock.now())),
  })
