/** What verifiers follow (ADR 69): the signed index, and of its parts the tolerance notices, for the status page to say. */
import { routes } from '@sidep/contracts'
import { isPart, readIndex, readParts } from '@sidep/trust'
import { type ProbeBrowser, ProbeFailure } from './browser.ts'

export interface HeldNotices {
  /** SHA-256 of the part; null: the index names none. */
  readonly sha256: string | null
  /** Each signed by itself. */
  readonly notices: readonly Uint8Array[]
}

const partName = 'notices'

/**
 * As a verifier: the index is genuine, and the part is what it says. A part that is held already is not fetched again.
 * @throws ProbeFailure
 */
export const pollNotices = async (
  browser: Pick<ProbeBrowser, 'bytes'>,
  verifier: string,
  anchor: Uint8Array,
  held: HeldNotices | null,
): Promise<HeldNotices> => {
  const opened = await readIndex(await browser.bytes(new URL(routes.trustIndex, verifier)), anchor)
  if (!opened.ok) throw new ProbeFailure(opened.code)
  const part = opened.value.index.parts.find(({ name }) => name === partName)
  if (part === undefined) return { sha256: null, notices: [] }
  if (held?.sha256 === part.sha256) return held
  const path = routes.trustPart.replace(':id', part.sha256)
  const bytes = await browser.bytes(new URL(path, verifier))
  if (!(await isPart(part, bytes))) throw new ProbeFailure('PART_DIFFERS')
  const content = readParts(new Map([[partName, bytes]]))
  if (!content.ok) throw new ProbeFailure(content.code)
  return { sha256: part.sha256, notices: content.value.notices }
}
