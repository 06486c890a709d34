/** The day digests of the audit chains as the trust bundle carries them. */
import type { AuditDigest } from '@sidep/trust'
import type { Sql } from '../platform/context.ts'
import { readPublishedRolls } from './sign-heads.ts'

/** A verifier that fetches once a month still gets them all. */
const daysMax = 31

export const publishedDigests = async (database: Sql): Promise<readonly AuditDigest[]> =>
  (await readPublishedRolls(database, daysMax)).map(({ number, day, digest }) => ({
    number,
    day,
    digest: Buffer.from(digest).toString('hex'),
  }))
