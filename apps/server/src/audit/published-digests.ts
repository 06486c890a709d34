/** The day digests of the audit chains as the trust bundle carries them. */

import type { AuditDigest } from '@sidep/trust'
import type { Log, Sql } from '../platform/context.ts'
import { errorName } from '../platform/error-name.ts'
import { readPublishedRolls } from './sign-heads.ts'

/** A verifier that fetches once a month still gets them all. */
const daysMax = 31

export const publishedDigests = async (database: Sql): Promise<readonly AuditDigest[]> =>
  (await readPublishedRolls(database, daysMax)).map(({ number, day, digest }) => ({
    number,
    day,
    digest: Buffer.from(digest).toString('hex'),
  }))

/** The same for who must answer while the database is away, as the trust bundle must: what was read last is still true. */
export const makePublishedDigests = (
  database: Sql,
  log: Pick<Log, 'warn'>,
): (() => Promise<readonly AuditDigest[]>) => {
  let last: readonly AuditDigest[] = []
  return async () => {
    try {
      last = await publishedDigests(database)
    } catch (error) {
      const name = errorName(error)
      log.warn({ name }, 'audit digests not read: the bundle carries those of before')
    }
    return last
  }
}
