/** Which certificate is whose: a JSON file of the operator, read again when it changes. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { laboratoryResultsPerSecond } from '@sidep/admission'
import type { SiteView } from '@sidep/contracts'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/schema'
import type { Log } from '../platform/context.ts'

const strict = { additionalProperties: false } as const

const LaboratoryEntry = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    /** SHA-256 of each of its certificates (DER), hexadecimal; two while one takes the other's place. */
    certificates: Type.Array(Type.String({ pattern: '^[0-9A-Fa-f:]{64,95}$' }), { maxItems: 8 }),
    /** Who answers for what is sent without a name: `8` + RPPS. */
    professionalId: Type.String(),
    /** Results a second that it may send; absent: as many as the others. */
    perSecond: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** Its sites; the first is meant where a message names none. */
    sites: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          name: Type.String({ minLength: 1, maxLength: 80 }),
          postalCode: Type.Union([Type.String({ pattern: '^[0-9]{5}$' }), Type.Null()]),
        },
        strict,
      ),
      { minItems: 1, maxItems: 200 },
    ),
  },
  strict,
)
const LaboratoryFile = Type.Array(LaboratoryEntry, { maxItems: 20_000 })

export interface Laboratory {
  /** What it sends counts under this, whichever of its certificates it shows. */
  readonly name: string
  /** Results a second. */
  readonly perSecond: number
  readonly professionalId: string
  readonly sites: readonly [SiteView, ...SiteView[]]
}

export interface LaboratoryDirectory {
  /** The laboratory of a certificate, by its thumbprint; undefined for one that is not, or no longer, in the file. */
  find(thumbprint: string): Laboratory | undefined
  /** Reads the file again if it changed. @throws what keeps it from being read; the one of before goes on */
  refresh(): Promise<void>
}

export const thumbprintOf = (certificate: Uint8Array): string =>
  createHash('sha256').update(certificate).digest('hex')

const laboratoryOf = ({
  name,
  professionalId,
  perSecond = laboratoryResultsPerSecond.each,
  sites,
}: Static<typeof LaboratoryEntry>): Laboratory => {
  const [first, ...others] = sites
  const isSound =
    parseProfessionalId(professionalId).ok && sites.every(({ id }) => parseFiness(id).ok)
  if (first === undefined || !isSound) throw new Error(`RPPS or FINESS not valid of ${name}`)
  return { name, professionalId, perSecond, sites: [first, ...others] }
}

/** @throws Error in one sentence: what is wrong with the file */
export const parseDirectory = (text: string): ReadonlyMap<string, Laboratory> => {
  const value: unknown = JSON.parse(text)
  if (!Check(LaboratoryFile, value)) throw new Error('not a list of laboratories')
  const byThumbprint = new Map<string, Laboratory>()
  for (const entry of value) {
    const laboratory = laboratoryOf(entry)
    for (const written of entry.certificates) {
      const thumbprint = written.replaceAll(':', '').toLowerCase()
      if (byThumbprint.has(thumbprint))
        throw new Error(`a certificate of ${entry.name} is there twice`)
      byThumbprint.set(thumbprint, laboratory)
    }
  }
  return byThumbprint
}

/** @throws what keeps the file from being used: without it nobody could be let in */
export const openDirectory = async (
  path: string,
  log: Pick<Log, 'info'>,
): Promise<LaboratoryDirectory> => {
  let known = new Map() as ReadonlyMap<string, Laboratory>
  let readAt = 0
  const refresh = async (): Promise<void> => {
    const { mtimeMs } = await stat(path)
    if (mtimeMs === readAt) return
    known = parseDirectory(await readFile(path, 'utf8'))
    readAt = mtimeMs
    log.info({ certificates: known.size }, 'the directory of laboratories was read')
  }
  await refresh()
  return { find: (thumbprint) => known.get(thumbprint), refresh }
}
