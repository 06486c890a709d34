/** The way in of laboratories: HL7 v2 over MLLP and FHIR R4 over HTTPS, through the one gate, with bounds of their own. */

import { makeUuidV7 } from '@sidep/identifiers'
import type { Correcting } from '../intake/correcting.ts'
import type { Intake } from '../intake/index.ts'
import type { CatalogueSource } from '../platform/catalogue.ts'
import type { Platform } from '../platform/context.ts'
import { errorName } from '../platform/error-name.ts'
import type { LaboratoryConfiguration } from '../platform/laboratory-configuration.ts'
import { ofSetting } from '../platform/setting-file.ts'
import { annotate, traced } from '../platform/tracing/tracing.ts'
import { makeAnswerMessage } from './answer-message.ts'
import { openDirectory } from './directory.ts'
import { makeFhirHandler } from './fhir-port/handler.ts'
import { defaultFhirBounds, type FhirBounds, listenForFhir } from './fhir-port/listen.ts'
import { messageBytesMax } from './message-check.ts'
import { type ConnectionBounds, defaultConnectionBounds } from './mllp/connection.ts'
import { listenForLaboratories } from './mllp/listen.ts'
import { makeRecordResults, type Sender } from './record-results.ts'
import { makeTakeResults } from './take-results.ts'
import { makeTurns } from './turns.ts'

export interface LaboratoryDependencies {
  readonly laboratory: LaboratoryConfiguration
  readonly intake: Intake
  readonly correcting: Correcting
  readonly catalogue: CatalogueSource
  /** Put in place by tests. */
  readonly bounds?: Partial<ConnectionBounds>
  readonly fhirBounds?: Partial<FhirBounds>
}

export interface RunningLaboratory {
  /** Of MLLP. */
  readonly port: number
  /** Of FHIR. */
  readonly fhirPort: number
  /** Address of FHIR's base, as laboratories reach it. */
  readonly fhirUrl: string
  close(): Promise<void>
}

/** How often the file of laboratories is looked at. */
const directoryMilliseconds = 30_000

type LaboratoryPlatform = Pick<
  Platform,
  'configuration' | 'clock' | 'randomBytes' | 'log' | 'metrics'
>

/** Opens the ports of laboratories. @throws what keeps it from listening */
export const startLaboratories = async (
  { configuration, clock, randomBytes, log, metrics }: LaboratoryPlatform,
  { laboratory, intake, correcting, catalogue, bounds, fhirBounds }: LaboratoryDependencies,
): Promise<RunningLaboratory> => {
  const directory = await ofSetting('LABORATORY_DIRECTORY', laboratory.directory, () =>
    openDirectory(laboratory.directory, log),
  )
  const answered = metrics.counter(
    'sidep_laboratory_messages_total',
    'Messages of laboratories, by what they were answered.',
  )
  const recordResults = makeRecordResults({
    intake,
    correcting,
    onFailed: ({ code, cause }) => {
      const name = cause instanceof Error ? cause.name : undefined
      log.error({ code, name }, 'a message of a laboratory is to be sent again')
    },
  })
  const limits = {
    catchUpDaysMax: configuration.retention.identifyingDays,
    way: 'laboratory',
  } as const
  const now = clock.now
  const tables = () => catalogue.current()
  const results = makeTakeResults({ now, catalogue: tables, limits, recordResults })
  const messages = makeAnswerMessage({
    now,
    catalogue: tables,
    results,
    // Twenty characters: the bound of MSH-10 until 2.6.
    newControlId: () => makeUuidV7(now(), randomBytes).replaceAll('-', '').slice(0, 20),
    onAnswered: (answer) => {
      answered.increment({ format: 'hl7', answer })
      annotate({ 'sidep.outcome': answer })
    },
  })
  const turns = makeTurns(laboratory.perSecond)
  metrics.gauge('sidep_laboratory_in_work', 'Messages of laboratories in work.', turns.inWork)
  metrics.gauge(
    'sidep_laboratory_waiting',
    'Messages of laboratories that wait for their turn, their connections unread.',
    turns.waiting,
  )

  const answer = async (
    frame: Uint8Array,
    sender: Sender,
    isGone: () => boolean,
  ): Promise<readonly Uint8Array[]> => {
    const turn = await turns.take(sender.laboratory, isGone)
    if (!turn.ok) return messages.turnAway(frame, turn.retryAfterSeconds)
    let results = 0
    try {
      return await traced({ name: 'laboratory message', kind: 'consumer' }, () =>
        messages.answer(frame, sender, (count) => {
          results += count
        }),
      )
    } finally {
      turn.leave(results)
    }
  }

  const port = await listenForLaboratories({
    configuration: laboratory,
    bounds: { ...defaultConnectionBounds, frameBytesMax: messageBytesMax, ...bounds },
    directory,
    log,
    answer,
    refuse: messages.refuse,
  })
  const requests = metrics.histogram(
    'sidep_laboratory_fhir_seconds',
    'Time from a request at the FHIR port to its answer, by status.',
  )
  const fhir = await listenForFhir({
    configuration: laboratory,
    bounds: { ...defaultFhirBounds, bodyBytesMax: messageBytesMax, ...fhirBounds },
    directory,
    log,
    handlerAt: (base) =>
      makeFhirHandler(base, {
        now,
        catalogue: tables,
        limits,
        results,
        turns,
        onAnswered: (kind) => answered.increment({ format: 'fhir', answer: kind }),
      }),
    onReply: (status, seconds) => requests.observe(seconds, { status: String(status) }),
  }).catch(async (error: unknown) => {
    await port.close()
    throw error
  })
  const connections = (): number => port.count() + fhir.count()
  metrics.gauge('sidep_laboratory_connections', 'Connections of laboratories.', connections)
  const timer = setInterval(() => {
    directory.refresh().catch((error: unknown) => {
      const name = errorName(error)
      log.error(
        { code: 'LABORATORY_DIRECTORY', name },
        'the directory of laboratories stays as it was',
      )
    })
  }, directoryMilliseconds)
  timer.unref()
  return {
    port: port.port,
    fhirPort: fhir.port,
    fhirUrl: fhir.base,
    async close() {
      clearInterval(timer)
      turns.end()
      await Promise.all([port.close(), fhir.close()])
    },
  }
}
