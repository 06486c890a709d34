/** The way in of laboratories: HL7 v2 over MLLP, through the one gate, with bounds of its own. */

import { laboratoryMessagesInWork } from '@sidep/admission'
import { makeUuidV7 } from '@sidep/identifiers'
import type { Correcting } from '../intake/correcting.ts'
import type { Intake } from '../intake/index.ts'
import type { CatalogueSource } from '../platform/catalogue.ts'
import type { Platform } from '../platform/context.ts'
import { errorName } from '../platform/error-name.ts'
import type { LaboratoryConfiguration } from '../platform/laboratory-configuration.ts'
import { makeAnswerMessage } from './answer-message.ts'
import { openDirectory } from './directory.ts'
import { messageBytesMax } from './message-check.ts'
import { type ConnectionBounds, defaultConnectionBounds } from './mllp/connection.ts'
import { listenForLaboratories } from './mllp/listen.ts'
import { makeRecordResults, type Sender } from './record-results.ts'

export interface LaboratoryDependencies {
  readonly laboratory: LaboratoryConfiguration
  readonly intake: Intake
  readonly correcting: Correcting
  readonly catalogue: CatalogueSource
  /** Put in place by tests. */
  readonly bounds?: Partial<ConnectionBounds>
}

export interface RunningLaboratory {
  readonly port: number
  close(): Promise<void>
}

/** How often the file of laboratories is looked at. */
const directoryMilliseconds = 30_000

type LaboratoryPlatform = Pick<
  Platform,
  'configuration' | 'clock' | 'randomBytes' | 'log' | 'metrics'
>

/** Messages in work: of all, and of each laboratory, so that one at many times its share costs the others nothing. */
const makeInWork = () => {
  let all = 0
  const ofEach = new Map<string, number>()
  return {
    count: () => all,
    /** @returns whether there is room; then `leave` is owed */
    enter(key: string): boolean {
      const own = ofEach.get(key) ?? 0
      if (all >= laboratoryMessagesInWork.max || own >= laboratoryMessagesInWork.ofEachMax)
        return false
      all += 1
      ofEach.set(key, own + 1)
      return true
    },
    leave(key: string): void {
      all -= 1
      const own = (ofEach.get(key) ?? 1) - 1
      if (own > 0) ofEach.set(key, own)
      else ofEach.delete(key)
    },
  }
}

/** Opens the port of laboratories. @throws what keeps it from listening */
export const startLaboratories = async (
  { configuration, clock, randomBytes, log, metrics }: LaboratoryPlatform,
  { laboratory, intake, correcting, catalogue, bounds }: LaboratoryDependencies,
): Promise<RunningLaboratory> => {
  const directory = await openDirectory(laboratory.directory, log)
  const answered = metrics.counter(
    'sidep_laboratory_messages_total',
    'Messages of laboratories, by what they were answered.',
  )
  const recordResults = makeRecordResults({
    intake,
    correcting,
    now: clock.now,
    onFailed: ({ code, cause }) => {
      const name = cause instanceof Error ? cause.name : undefined
      log.error({ code, name }, 'a message of a laboratory is to be sent again')
    },
  })
  const messages = makeAnswerMessage({
    now: clock.now,
    catalogue: () => catalogue.current(),
    limits: { catchUpDaysMax: configuration.retention.identifyingDays, way: 'laboratory' },
    recordResults,
    // Twenty characters: the bound of MSH-10 until 2.6.
    newControlId: () => makeUuidV7(clock.now(), randomBytes).replaceAll('-', '').slice(0, 20),
    onAnswered: (answer) => answered.increment({ answer }),
  })
  const inWork = makeInWork()
  metrics.gauge('sidep_laboratory_in_work', 'Messages of laboratories in work.', inWork.count)

  const answer = async (frame: Uint8Array, sender: Sender): Promise<readonly Uint8Array[]> => {
    const key = sender.thumbprint
    if (!inWork.enter(key)) return messages.turnAway(frame, laboratoryMessagesInWork.retrySeconds)
    try {
      return await messages.answer(frame, sender)
    } finally {
      inWork.leave(key)
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
  metrics.gauge('sidep_laboratory_connections', 'Connections of laboratories.', port.count)
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
    async close() {
      clearInterval(timer)
      await port.close()
    },
  }
}
