/** Answers built in one place, so that a replay reads exactly as the first answer did. */
import {
  type CertificateTexts,
  type Delivery,
  type EntryChange,
  type Role,
  type ScreeningAnswer,
  type ScreeningEntry,
  shownPerson,
  type View,
} from '@sidep/contracts'
import { otherDevice, siteMoment, timeZoneOf } from '@sidep/screening'
import type { Static } from 'typebox'
import type { RetrievalLinks } from '../platform/retrieval-links.ts'
import { openCertificate, openScreening, type SealedScreening } from '../platform/sealed.ts'
import { type Vault, VaultError } from '../platform/vault.ts'
import type { RecordedState } from './entries.ts'
import type { StoredScreening } from './store.ts'

type Texts = Static<typeof CertificateTexts>
type Notice = ScreeningAnswer['notices'][number]

export interface AnswerFacts {
  readonly id: string
  readonly device: string
  readonly result: ScreeningAnswer['result']
  readonly recordedAt: Date
  readonly certificate: Texts | null
  /** Its certificate waits for somebody else's word. */
  readonly isHeld: boolean
}

const noticesOf = ({ device, result, certificate, isHeld }: AnswerFacts): Notice[] => {
  if (isHeld) return ['POSITIVE_TO_BE_CONFIRMED']
  if (result === 'inconclusive') return ['INCONCLUSIVE_NO_CERTIFICATE']
  // A test of laboratories has its EU certificate without a device of the list.
  const hasDcc = typeof certificate?.hcert === 'string'
  return device === otherDevice && !hasDcc ? ['DEVICE_NOT_ON_EU_LIST_NO_DCC'] : []
}

export const answerOf = (facts: AnswerFacts): ScreeningAnswer => ({
  id: facts.id,
  state: facts.result === null ? 'waiting' : 'final',
  result: facts.result,
  recordedAt: facts.recordedAt.toISOString(),
  certificate: facts.certificate,
  notices: noticesOf(facts),
})

interface Dependencies {
  readonly vault: Vault
  readonly retrievalLinks: RetrievalLinks
}

const storedTexts = (
  dependencies: Dependencies,
  siteId: string,
  row: StoredScreening,
): Texts | null => {
  const { certificate_number: number, certificate_key_id: keyId, certificate_sealed: sealed } = row
  if (number === null || keyId === null || sealed === null || row.uvci === null) return null
  if (row.withdrawn_at !== null) return null
  const opened = openCertificate(
    dependencies.vault,
    { key_id: keyId, sealed },
    siteId,
    row.id,
    number,
  )
  const code = dependencies.retrievalLinks.codeFor(siteId, row.id, row.retrieval_generation)
  return {
    hcert: opened.hcert,
    twoddoc: opened.twoddoc,
    uvci: row.uvci,
    retrieval: dependencies.retrievalLinks.urlFor(code),
  }
}

/** Undefined once the identity data's time is over and its key is gone. */
const whileReadable = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof VaultError && error.code === 'KEY_REMOVED') return undefined
    throw error
  }
}

/** Whether its certificate waits for somebody else's word. */
export const isHeld = ({ held_by, confirmed_at, withdrawn_at }: StoredScreening): boolean =>
  held_by !== null && confirmed_at === null && withdrawn_at === null

/** In one word; `held`: final, and its certificate waits for somebody else's word. */
export const stateOf = ({
  state,
  isHeld,
}: {
  readonly state: 'waiting' | 'final'
  readonly isHeld: boolean
}): RecordedState => (isHeld ? 'held' : state)

/** The answer of a stored screening; undefined when it can no longer be read. */
export const storedAnswer = (
  dependencies: Dependencies,
  siteId: string,
  row: StoredScreening,
): ScreeningAnswer | undefined =>
  whileReadable(() =>
    answerOf({
      id: row.id,
      device: row.device,
      result: row.result,
      recordedAt: row.recorded_at,
      certificate: storedTexts(dependencies, siteId, row),
      isHeld: isHeld(row),
    }),
  )

/** The identity part of a stored screening; undefined when it can no longer be read. */
export const storedPerson = (
  { vault }: Pick<Dependencies, 'vault'>,
  siteId: string,
  row: StoredScreening,
): SealedScreening | undefined => whileReadable(() => openScreening(vault, row, siteId, row.id))

/** That it is not as it was entered; null: it is. */
const changeOf = (row: StoredScreening): EntryChange | null => {
  const version = row.corrections + 1
  if (row.withdrawn_at !== null && row.withdrawal_reason !== null) {
    const at = row.withdrawn_at.toISOString()
    return { kind: 'withdrawn', version, at, reason: row.withdrawal_reason }
  }
  if (row.corrected_at === null || row.correction_reason === null) return null
  const at = row.corrected_at.toISOString()
  return { kind: 'corrected', version, at, reason: row.correction_reason }
}

/** A stored screening as a view shows it to a role; undefined when it can no longer be read. */
export const storedEntry = (
  dependencies: Dependencies,
  site: { readonly id: string; readonly postalCode: string | null },
  row: StoredScreening,
  { view, role }: { readonly view: View; readonly role: Role },
  deliveries: readonly Delivery[] = [],
): ScreeningEntry | undefined =>
  whileReadable(() => {
    const { person, deviceName } = openScreening(dependencies.vault, row, site.id, row.id)
    const change = changeOf(row)
    return {
      id: row.id,
      state: row.state,
      ...shownPerson(person, view, role),
      kind: row.kind,
      disease: row.disease,
      device: row.device,
      deviceName,
      sampledAt: siteMoment(row.sampled_at, timeZoneOf(site.postalCode)),
      recordedAt: row.recorded_at.toISOString(),
      result: row.result,
      certificate: storedTexts(dependencies, site.id, row),
      ...(isHeld(row) ? { confirmation: 'wanted' as const } : {}),
      ...(change === null ? {} : { change }),
      ...(deliveries.length === 0 ? {} : { deliveries: [...deliveries] }),
    }
  })
