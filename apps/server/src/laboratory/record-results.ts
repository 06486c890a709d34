/**
 * The results of one message → screenings, through the gate and no other way.
 *
 * - A result is known by its id, made from its laboratory and its name there (result-id.ts): what comes again is answered as
 *   before, in whichever message it comes.
 * - Final after preliminary sets the result of who waits; what is corrected is restated; what is taken back is withdrawn:
 *   each by the acts that a counter has.
 * - Of several results each is durable by itself; a message that is answered as ours to mend is sent again whole, and finds
 *   those that were recorded.
 */
import type { SiteView } from '@sidep/contracts'
import { canonicalJson } from '../intake/canonical-json.ts'
import type { Correcting } from '../intake/correcting.ts'
import type { Intake } from '../intake/index.ts'
import type { SiteActor } from '../platform/actor.ts'
import { Problem, toProblem } from '../platform/problems.ts'
import type { Answer } from './answer.ts'
import type { Laboratory } from './directory.ts'
import type { MessageFault } from './faults.ts'
import type { LaboratoryResult } from './laboratory-result.ts'
import { idOf, screeningIdOf } from './result-id.ts'

export interface RecordDependencies {
  readonly intake: Pick<Intake, 'record' | 'settle' | 'find'>
  readonly correcting: Pick<Correcting, 'says' | 'restate' | 'withdraw'>
  /** Told of what failed and was not expected to; never with what was sent. */
  readonly onFailed: (problem: Problem) => void
}

/** Who sends: the laboratory of a certificate, on one connection. */
export interface Sender {
  readonly laboratory: Laboratory
  /** Thumbprint of the certificate, which stands for a session. */
  readonly thumbprint: string
}

/** A result at its site, with the id of its screening. */
export interface Placed {
  readonly result: LaboratoryResult
  readonly id: string
  readonly actor: SiteActor
}

const retrySecondsUnless = 5

const actorOf = (
  { laboratory, thumbprint }: Sender,
  { professionalId }: LaboratoryResult,
  site: SiteView,
  now: Date,
): SiteActor => ({
  professionalId: professionalId ?? laboratory.professionalId,
  familyName: '',
  firstNames: '',
  profession: '',
  door: 'laboratory',
  site,
  sites: laboratory.sites,
  sessionId: thumbprint,
  counterId: null,
  signedInAt: now,
  expiresAt: now,
})

/** The site of each result; a fault where it is none of the laboratory's. */
export const placeResults = (
  results: readonly LaboratoryResult[],
  sender: Sender,
  now: Date,
): { readonly placed: readonly Placed[]; readonly faults: readonly MessageFault[] } => {
  const { sites } = sender.laboratory
  const faults: MessageFault[] = []
  const placed = results.flatMap((result) => {
    const site = result.siteId === null ? sites[0] : sites.find(({ id }) => id === result.siteId)
    if (site === undefined) {
      faults.push({ location: result.siteLocation ?? result.location, rule: 'SITE_NOT_YOURS' })
      return []
    }
    const id = screeningIdOf(site.id, result.key)
    return [{ result, id, actor: actorOf(sender, result, site, now) }]
  })
  return { placed, faults }
}

/** What became of one result; null: it is as it was sent. */
type Trouble = MessageFault[] | Problem | null

export const makeRecordResults = ({ intake, correcting, onFailed }: RecordDependencies) => {
  const faultsOf = (problem: Problem, { locate, location }: LaboratoryResult): Trouble => {
    switch (problem.code) {
      case 'REQUEST_INVALID':
        return (problem.faults ?? []).map(({ pointer, code }) => ({
          location: locate(pointer.replace(/^\/screening(?=\/)/, '')),
          rule: code,
        }))
      case 'SCREENING_ID_REUSED':
      case 'RESULT_ALREADY_SET':
      case 'SCREENING_WITHDRAWN':
        return [{ location, rule: 'RESULT_REPEATED' }]
      case 'SCREENING_UNKNOWN':
        return [{ location, rule: 'RESULT_NOT_FOUND' }]
      default:
        return problem
    }
  }

  /** Runs an act; a problem of the sender's as faults. */
  const attempt = async (
    result: LaboratoryResult,
    act: () => Promise<unknown>,
  ): Promise<Trouble> => {
    try {
      await act()
      return null
    } catch (error) {
      return faultsOf(toProblem(error), result)
    }
  }

  const withdraw = ({ result, id, actor }: Placed): Promise<Trouble> =>
    attempt(result, async () => {
      const row = await intake.find(id, actor)
      if (row.withdrawn_at !== null) return
      await correcting.withdraw(
        id,
        {
          id: idOf('laboratory-withdrawal', actor.site.id, result.key, String(row.corrections)),
          replaces: row.corrections + 1,
          reason: result.act === 'wrong' ? 'wrong-person' : 'other',
        },
        actor,
      )
    })

  /** What is known already under another content: it waited, is corrected, or is a contradiction. */
  const renew = ({ result, id, actor }: Placed, controlId: string): Promise<Trouble> =>
    attempt(result, async () => {
      const { act, input, key } = result
      if (input === null) return
      const row = await intake.find(id, actor)
      if (row.withdrawn_at !== null) throw new Problem('SCREENING_WITHDRAWN')
      const isWaiting = row.state === 'waiting'
      // A preliminary result says nothing of one that is known.
      if (act === 'preliminary') return
      const { person, device, deviceName, sampledAt, result: found, resultAt } = input
      const screening = {
        person,
        device,
        sampledAt,
        ...(deviceName === undefined ? {} : { deviceName }),
        ...(isWaiting || found === undefined ? {} : { result: found }),
      }
      if (!isWaiting && act === 'final') {
        // It was settled, or corrected, to just that.
        if (await correcting.says(id, screening, actor)) return
        throw new Problem('SCREENING_ID_REUSED')
      }
      const statement = canonicalJson({ screening, found })
      const changeId = idOf('laboratory-restatement', actor.site.id, key, controlId, statement)
      await correcting.restate(id, { id: changeId, screening }, actor)
      if (!isWaiting || found === undefined) return
      await intake.settle(
        id,
        { result: found, ...(resultAt === undefined ? {} : { resultAt }) },
        actor,
      )
    })

  /** Records those that bring something, of one site, in one call. */
  const recordTogether = async (
    placed: readonly Placed[],
    controlId: string,
  ): Promise<Trouble[]> => {
    const outcomes = await intake.record(
      placed.map(({ result: { input }, id, actor }) => ({ input: { ...input, id }, actor })),
    )
    const troubles: Trouble[] = []
    for (const [index, outcome] of outcomes.entries()) {
      const one = placed[index]
      if (one === undefined || !(outcome instanceof Problem)) troubles.push(null)
      else if (outcome.code === 'SCREENING_ID_REUSED') troubles.push(await renew(one, controlId))
      else troubles.push(faultsOf(outcome, one.result))
    }
    return troubles
  }

  const answerTo = (placed: readonly Placed[], troubles: readonly Trouble[]): Answer => {
    const faults = troubles.flatMap((trouble) =>
      trouble === null || trouble instanceof Problem ? [] : trouble,
    )
    if (faults.length > 0) return { kind: 'faulty', faults }
    const problem = troubles.find((trouble) => trouble instanceof Problem)
    if (problem === undefined) {
      const recorded = placed.map(({ result, id }) => ({ location: result.location, id }))
      return { kind: 'accepted', recorded }
    }
    onFailed(problem)
    const { code, retryAfterSeconds = retrySecondsUnless } = problem
    return { kind: 'later', code, retryAfterSeconds }
  }

  /** Records all results of a message. @param controlId names the message */
  return async (placed: readonly Placed[], controlId: string): Promise<Answer> => {
    const taken = placed.filter(({ result }) => result.input === null)
    const brought = placed.filter(({ result }) => result.input !== null)
    try {
      const troubles: Trouble[] = []
      for (const group of Map.groupBy(brought, ({ actor }) => actor.site.id).values()) {
        troubles.push(...(await recordTogether(group, controlId)))
      }
      for (const one of taken) troubles.push(await withdraw(one))
      return answerTo(placed, troubles)
    } catch (error) {
      return answerTo(placed, [toProblem(error)])
    }
  }
}

export type RecordResults = ReturnType<typeof makeRecordResults>
