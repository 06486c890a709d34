/** An adapter on our SDK: what a vendor writes, whole. Also what the kit is tried with, and its broken copies. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ScreeningInput } from '@sidep/contracts'
import {
  certifiedFetch,
  makeVendorAccess,
  memoryKeyPairs,
  type Outbox,
  type OutboxDependencies,
  type Outcome,
  openFileStore,
  openOutbox,
  surroundings,
  webKeys,
} from '@sidep/sdk/node'
import type { Adapter, AdapterAnswer, AdapterSurroundings, Command } from './adapter.ts'
import { importClientKey } from './client-key.ts'

const answerOf = (screening: string, outcome: Outcome): AdapterAnswer => {
  switch (outcome.kind) {
    case 'recorded':
      return { outcome: 'recorded', screening }
    case 'refused': {
      const { code, title } = outcome.refusal
      return { outcome: 'refused', screening, code, text: title.fr }
    }
    case 'kept':
      return { outcome: 'kept', screening, provisional: outcome.provisional?.code ?? null }
  }
}

const carryOut = async (
  outbox: Outbox,
  entered: Map<string, ScreeningInput>,
  command: Command,
): Promise<AdapterAnswer> => {
  switch (command.do) {
    case 'record': {
      const input = { id: outbox.newId(), ...command.screening }
      entered.set(input.id, input)
      const { slip } = command
      return answerOf(input.id, await outbox.record(input, slip === undefined ? slip : { slip }))
    }
    case 'correct': {
      const { screening, result } = command
      const input = entered.get(screening)
      if (input === undefined) throw new Error(`no screening ${screening}`)
      await outbox.correct({ ...input, result }, { replaces: 1, reason: 'result' })
      return { outcome: 'done' }
    }
    case 'withdraw': {
      const input = entered.get(command.screening)
      if (input === undefined) throw new Error(`no screening ${command.screening}`)
      await outbox.withdraw(input, { replaces: 1, reason: 'entered-twice' })
      return { outcome: 'done' }
    }
    case 'send':
      await outbox.hurry()
      return { outcome: 'done' }
  }
}

/** @param changed what of it is otherwise than it should be, for trying the kit */
export const sdkAdapter = async (
  { portal, issuer, clientId, clientKey, certificate, refreshToken, ...place }: AdapterSurroundings,
  changed: (dependencies: OutboxDependencies) => OutboxDependencies = (same) => same,
): Promise<Adapter> => {
  const shown = certificate === null ? null : certifiedFetch(certificate)
  const ask = shown?.fetch ?? fetch
  const access = makeVendorAccess({
    portal,
    issuer,
    clientId,
    key: await importClientKey(clientKey),
    fetch: ask,
    surroundings,
  })
  const secret = createHash('sha256').update(refreshToken).digest()
  const outbox = await openOutbox(
    changed({
      portal,
      fetch: ask,
      authorization: access.authorization(refreshToken),
      owner: { professionalId: place.professionalId, siteId: place.siteId },
      store: await openFileStore(join(place.dataFolder, 'outbox.sealed'), secret),
      keys: webKeys(memoryKeyPairs(), () => true),
      surroundings,
    }),
  )
  const entered = new Map<string, ScreeningInput>()
  return {
    ask: (command) => carryOut(outbox, entered, command),
    kill: async () => shown?.close(),
  }
}
